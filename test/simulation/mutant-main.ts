/** `main.ts` where the code is broken as `HOLDFAST_MUTANT` says: to see the story that notices it. */
import { register } from 'node:module';

register('./mutant-hooks.mjs', import.meta.url, { data: JSON.parse(process.env.HOLDFAST_MUTANT ?? '{}') });
await import('./main.js');
