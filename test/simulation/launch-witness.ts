import type { LocalCloud } from '../../lib/local/local-cloud.js';
import { allowanceOf } from './budget.js';
import type { Plane } from './plane.js';
import type { PlaneName } from './story.js';
import type { Truth } from './truth.js';
import type { Rule } from './violation.js';

interface Parts {
  readonly cloud: LocalCloud;
  readonly planes: Readonly<Record<PlaneName, Plane>>;
  readonly truth: Truth;
  readonly blame: (rule: Rule, message: string) => void;
  readonly note: (line: string) => void;
}

/** A ceiling holds on for what was ordered under it. */
const ORDERED_MS = 900_000;

/** Looks at every instance that EC2 starts, at the moment that it does. */
export const witnessLaunches = ({ cloud, planes, truth, blame, note }: Parts): void => {
  /** The highest of what was declared since an order could have been written that is still under way. */
  const ceilingOf = (plane: Plane, group: string): number => {
    const from = cloud.clock.now() - ORDERED_MS;
    const history = plane.table.groups.get(group)?.history ?? [];
    const inForce = history.filter((_, index) => (history[index - 1]?.at ?? Number.POSITIVE_INFINITY) > from);
    const ceilings = inForce.map(({ specHash }) => {
      const stored = plane.table.specs.get(`spec ${specHash} of group "${group}"`);
      return stored === undefined ? 0 : allowanceOf(stored.value.properties).ceiling;
    });
    return Math.max(0, ...ceilings);
  };
  cloud.ec2.books.onChange((entry, before) => {
    if (before === undefined || before.state !== entry.state)
      note(
        `EC2 ${entry.id} ${entry.tagsAtLaunch['infrakit.group'] ?? '-'} ${entry.state} ${entry.endedBy ?? ''}`,
      );
    if (before !== undefined || entry.foreign) return;
    const {
      'holdfast.stack': stack,
      'infrakit.group': group = '',
      'infrakit.logical_id': slot,
    } = entry.tagsAtLaunch;
    const plane = Object.values(planes).find((it) => it.stack === stack);
    if (plane === undefined) return;
    const name = `${stack} "${group}"`;
    const order = plane.table.groups
      .get(group)
      ?.orders.find((it) => it.kind === 'launch' && it.id === entry.token);
    const asked = order?.kind === 'launch' ? order.count : undefined;
    const came = truth.launchedBy(entry.token ?? '');
    if (asked !== undefined && came > asked) blame('token', `${name}: ${came} of ${asked} ordered`);
    if (slot !== undefined) {
      const other = cloud.ec2.books
        .all()
        .find(
          (it) =>
            it.id !== entry.id &&
            it.state !== 'terminated' &&
            !it.foreign &&
            it.tagsAtLaunch['holdfast.stack'] === stack &&
            it.tagsAtLaunch['infrakit.group'] === group &&
            it.tagsAtLaunch['infrakit.logical_id'] === slot,
        );
      if (other !== undefined) blame('slot', `${name}: ${entry.id} takes ${slot}, which ${other.id} has`);
    }
    const live = truth.members(stack ?? '', group).length;
    const ceiling = ceilingOf(plane, group);
    if (live > ceiling)
      blame('ceiling', `${name}: ${live} live at the launch of ${entry.id}, at most ${ceiling}`);
  });
};
