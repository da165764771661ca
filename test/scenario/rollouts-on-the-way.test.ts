import { reportPolicyUsage } from '../support/policy-usage.js';
import { rolloutCommands } from './stories/rollout-commands.js';
import { rolloutDeaths } from './stories/rollout-deaths.js';
import { rolloutDrains } from './stories/rollout-drains.js';
import { rolloutGates } from './stories/rollout-gates.js';
import { rolloutReleases } from './stories/rollout-releases.js';

reportPolicyUsage('rollouts-on-the-way');
rolloutCommands();
rolloutDeaths();
rolloutDrains();
rolloutGates();
rolloutReleases();
