import { reportPolicyUsage } from '../support/policy-usage.js';
import { rolloutFailures } from './stories/rollout-failures.js';
import { rolloutRaces } from './stories/rollout-races.js';
import { rollouts } from './stories/rollouts.js';

reportPolicyUsage('rollouts');
rollouts();
rolloutFailures();
rolloutRaces();
