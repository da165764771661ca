import { reportPolicyUsage } from '../support/policy-usage.js';
import { recoveryScenarios } from './stories/recovery.js';

reportPolicyUsage('recovery');
recoveryScenarios();
