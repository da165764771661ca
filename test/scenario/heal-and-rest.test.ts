import { reportPolicyUsage } from '../support/policy-usage.js';
import { capacity } from './stories/capacity.js';
import { converging } from './stories/converge.js';
import { healing } from './stories/heal.js';
import { resting } from './stories/rest.js';

reportPolicyUsage('heal-and-rest');
capacity();
converging();
healing();
resting();
