import { reportPolicyUsage } from '../support/policy-usage.js';
import { secrecyScenarios } from './stories/secrecy.js';

reportPolicyUsage('secrecy');
secrecyScenarios();
