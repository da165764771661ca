/** A worker of the crew in a process where the code is broken as `HOLDFAST_MUTANT` says. */
import { register } from 'node:module';

register('./mutant-hooks.mjs', import.meta.url, { data: JSON.parse(process.env.HOLDFAST_MUTANT ?? '{}') });
// Who looks for mutants may be stopped at any time.
process.once('disconnect', () => process.exit());
await import('./worker.js');
