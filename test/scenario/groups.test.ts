import { reportPolicyUsage } from '../support/policy-usage.js';
import { groups } from './stories/groups.js';
import { uploads } from './stories/uploads.js';

reportPolicyUsage('groups');
groups();
uploads();
