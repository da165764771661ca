import { reportPolicyUsage } from '../support/policy-usage.js';
import { loadBalancers } from './stories/load-balancers.js';

reportPolicyUsage('load-balancers');
loadBalancers();
