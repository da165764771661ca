import type { Entry, Family } from '../command.js';
import { cloud } from './cloud.js';
import { completion } from './completion.js';
import { consolePage } from './console.js';
import { flavor } from './flavor.js';
import { freeze, thaw } from './freeze.js';
import { commit, describeUpdate, validate, watch } from './group-commit.js';
import { describe } from './group-describe.js';
import { destroyInstance } from './group-destroy-instance.js';
import { destroy, unwatch } from './group-end.js';
import { events } from './group-events.js';
import { history } from './group-history.js';
import { init } from './group-init.js';
import { inspect } from './group-inspect.js';
import { ls } from './group-ls.js';
import { repair } from './group-repair.js';
import { restart, resume, rollback, stopUpdate } from './group-rollout.js';
import { scale } from './group-scale.js';
import { wait } from './group-wait.js';
import { instance } from './instance.js';
import { up } from './up.js';

const group: Family = {
  name: 'group',
  summary: 'groups: declare, look at, change and end them',
  examples: ['holdfast group commit web.json', 'holdfast group ls'],
  commands: [
    init,
    commit,
    describeUpdate,
    watch,
    validate,
    ls,
    inspect,
    describe,
    history,
    scale,
    wait,
    events,
    stopUpdate,
    resume,
    rollback,
    restart,
    repair,
    unwatch,
    destroy,
    destroyInstance,
  ],
};

/** Every command, in the order of help. */
export const COMMANDS: readonly Entry[] = [
  up,
  consolePage,
  group,
  freeze,
  thaw,
  instance,
  flavor,
  cloud,
  completion(() => COMMANDS),
];
