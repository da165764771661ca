import { reportPolicyUsage } from '../support/policy-usage.js';
import { ensembleScenarios } from './stories/flavor-ensembles.js';

reportPolicyUsage('flavors-etcd');
ensembleScenarios({ name: 'etcd', leads: /^leads, and reads through a quorum$/ });
