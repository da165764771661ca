import { reportPolicyUsage } from '../support/policy-usage.js';
import { askingNodesScenarios } from './stories/asking-nodes.js';

reportPolicyUsage('asking-nodes');
askingNodesScenarios();
