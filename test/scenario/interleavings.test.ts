import { reportPolicyUsage } from '../support/policy-usage.js';
import { asking } from './stories/asking.js';
import { held } from './stories/held.js';
import { interleavings } from './stories/interleavings.js';

reportPolicyUsage('interleavings');
asking();
held();
interleavings();
