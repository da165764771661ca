import { reportPolicyUsage } from '../support/policy-usage.js';
import { rolloutAlarms } from './stories/rollout-alarms.js';

reportPolicyUsage('rollout-alarms');
rolloutAlarms();
