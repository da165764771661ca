import { reportPolicyUsage } from '../support/policy-usage.js';
import { rolloutDrains } from './stories/rollout-drains.js';
import { rolloutGates } from './stories/rollout-gates.js';

reportPolicyUsage('rollouts-on-the-way');
rolloutDrains();
rolloutGates();
