import { reportPolicyUsage } from '../support/policy-usage.js';
import { commandInterleavings } from './stories/interleavings-command.js';
import { endInterleavings } from './stories/interleavings-end.js';
import { launchInterleavings } from './stories/interleavings-launch.js';

reportPolicyUsage('interleavings-orders');
launchInterleavings();
endInterleavings();
commandInterleavings();
