import { reportPolicyUsage } from '../support/policy-usage.js';
import { swarmScenarios } from './stories/flavor-swarm.js';

reportPolicyUsage('flavors-swarm');
swarmScenarios();
