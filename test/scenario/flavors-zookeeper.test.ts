import { reportPolicyUsage } from '../support/policy-usage.js';
import { ensembleScenarios } from './stories/flavor-ensembles.js';

reportPolicyUsage('flavors-zookeeper');
ensembleScenarios({ name: 'zookeeper', leads: /^leader, server \d$/ });
