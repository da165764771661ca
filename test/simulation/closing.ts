import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { STATE_MACHINES } from '../../lib/core/deployment.js';
import type { GroupRecord } from '../../lib/core/group-record.js';
import { isRolling } from '../../lib/core/rollout.js';
import { stateMachineArn } from '../../lib/local/states/local-states.js';
import { allowanceOf } from './budget.js';
import type { Plane } from './plane.js';
import { requestOf } from './request-of.js';
import type { Command, PlaneName, Step, Upload, Wanted } from './story.js';
import type { SimulatedWorld } from './world.js';

const MINUTE_MS = 60_000;
/** Half an hour for launches that back off, twenty minutes each for a roll of a few, and some more. */
const LONGEST_MS = 90 * MINUTE_MS;
/** A table of groups is at rest when nothing was open at three looks in a row. */
const QUIET_LOOKS = 3;

/** The faults stop, users want something that can be had: everything must come to rest as declared. */
export const close = async (world: SimulatedWorld): Promise<void> => {
  const { clock, faults, planes } = world;
  world.note('> the faults stop');
  faults.clear();
  for (const plane of Object.values(planes)) {
    plane.release = 2;
    plane.forget();
    plane.deployMachines(false);
  }
  reconnectAll(world);
  // What was under way is killed by its own deadline, and its lease runs out.
  await clock.advance(3 * MINUTE_MS);
  findChecksAgain(world);
  for (const command of closingCommands(world)) await insist(world, command);
  const from = clock.now();
  for (let quiet = 0; quiet < QUIET_LOOKS; ) {
    await clock.advance(MINUTE_MS / 2);
    if (world.violations.length > 0) return;
    const open = await whatIsOpen(world);
    quiet = open.length === 0 ? quiet + 1 : 0;
    if (open.length > 0 && clock.now() > from + LONGEST_MS) {
      for (const { rule, why } of open) world.blame(rule, why);
      return;
    }
  }
  await checkEvents(world);
};

const reconnectAll = ({ models, cloud }: SimulatedWorld): void => {
  if (models === undefined) return;
  for (const { id, state } of cloud.ec2.instances()) if (state === 'running') models.reconnect(id);
};

/** EC2 has its data again. Until then such a member is unknown, and nothing is done to one by itself: that needs an operator. */
const findChecksAgain = ({ cloud: { ec2 } }: SimulatedWorld): void => {
  for (const { id, state, checks } of ec2.instances())
    if (state === 'running' && checks.instance === 'insufficient-data') ec2.others.heal(id);
};

/** Thaw everything, and declare something that can be had. */
const closingCommands = ({ planes, story }: SimulatedWorld): readonly Exclude<Command, Upload>[] =>
  Object.values(planes).flatMap((plane) => [
    { do: 'thaw-fleet' as const, plane: plane.name },
    ...[...plane.table.groups.values()].flatMap(({ id: group, watch }) => {
      if (watch !== 'watched') return [];
      const wanted = lastWanted(story.steps, plane.name, group);
      const of = { plane: plane.name, group };
      return [
        { do: 'thaw' as const, ...of },
        ...(wanted === undefined ? [] : [{ do: 'commit' as const, ...of, wanted }]),
        { do: 'override' as const, ...of },
      ];
    }),
  ]);

/** With a config of its own, so that nothing held is left as it is; nothing in it waits for anybody. */
const lastWanted = (steps: readonly Step[], plane: PlaneName, group: string): Wanted | undefined => {
  const wants = steps.flatMap((step) =>
    (step.do === 'commit' || step.do === 'upload') && step.plane === plane && step.group === group
      ? [step.wanted]
      : [],
  );
  const last = wants.at(-1);
  if (last === undefined) return undefined;
  const { bad: _, updating, ...kept } = last;
  const { Checkpoints: __, Strategy: ___, Deadline: ____, ...steady } = updating ?? {};
  return {
    ...kept,
    size: Math.max(1, kept.size),
    version: last.version + 1,
    ...(updating ? { updating: steady } : {}),
  };
};

/** Asks until it is granted: leases and tables may still be busy. */
const insist = async (world: SimulatedWorld, command: Exclude<Command, Upload>): Promise<void> => {
  const { clock, note } = world;
  note(`> ${JSON.stringify(command)}`);
  const { method, params } = requestOf(command, () => '');
  for (let tries = 0; tries < 10; tries += 1) {
    let answer: string | undefined;
    void clock
      .run(() => world.ask(command.plane, method, params), 'user')
      .then((response) => {
        answer = 'error' in response ? response.error.message : '';
      });
    await clock.runUntil(() => answer !== undefined, { limitMs: MINUTE_MS });
    note(`< ${answer}`);
    if (answer === '') return;
    await clock.advance(MINUTE_MS);
  }
};

interface Open {
  readonly rule: 'liveness' | 'rollout' | 'leftover';
  readonly why: string;
}

const whatIsOpen = async (world: SimulatedWorld): Promise<readonly Open[]> => {
  const found: Open[] = [];
  for (const plane of Object.values(world.planes)) {
    for (const group of plane.table.groups.values()) found.push(...openIn(world, plane, group));
    found.push(...strays(world, plane));
    if (!isHalted(world, plane)) found.push(...(await executions(world, plane)));
  }
  return found;
};

const openIn = ({ truth, cloud }: SimulatedWorld, plane: Plane, group: GroupRecord): readonly Open[] => {
  const name = `${plane.stack} "${group.id}"`;
  const live = truth.members(plane.stack, group.id);
  const found: Open[] = [];
  const open = (rule: Open['rule'], why: string) => void found.push({ rule, why: `${name}: ${why}` });
  if (group.watch === 'destroying' || group.watch === 'freeing')
    open('liveness', `still ${group.watch}, ${live.length} live, orders ${JSON.stringify(group.orders)}`);
  if (group.watch === 'destroyed' && live.length > 0) open('leftover', `${live.length} live after its end`);
  if (group.watch !== 'watched') return found;
  if (isLost(truth, plane, group)) return found;
  const stored = plane.table.specs.get(`spec ${group.specHash} of group "${group.id}"`);
  const { size } = allowanceOf(stored?.value.properties ?? null);
  const wrong = live.filter(
    ({ id, tags }) => !truth.isAvailable(id) || tags['infrakit.config.hash'] !== String(group.configHash),
  );
  const state = () =>
    JSON.stringify({
      status: group.status,
      orders: group.orders,
      rollout: group.rollout,
      backoff: group.backoff,
      breaker: group.breaker,
      lookAgainAt: group.lookAgainAt - cloud.clock.now(),
    });
  if (live.length !== size || wrong.length > 0)
    open('liveness', `${live.length} live of ${size}, ${wrong.length} of no use or outdated; ${state()}`);
  else if (!group.status.converged)
    open('liveness', `as declared in truth, and does not know it; ${state()}`);
  if (isRolling(group.rollout))
    open('rollout', `its rollout is ${group.rollout.status}: ${group.rollout.reason}`);
  if (group.orders.length > 0) open('leftover', `orders ${JSON.stringify(group.orders)}`);
  if (group.lease !== undefined && group.lease.until < cloud.clock.now())
    open('leftover', 'a lease that has run out');
  return found;
};

/** Without a majority, or without any member left, nothing may be done to it but by an operator; it has to say so. */
const isLost = (truth: SimulatedWorld['truth'], plane: Plane, { id, status }: GroupRecord): boolean =>
  (status.quorumLost !== undefined || status.reasons.some((reason) => UNREADABLE.test(reason))) &&
  truth.members(plane.stack, id).every((member) => !truth.isAvailable(member.id));

const UNREADABLE = /its member list cannot be read/;

const isHalted = ({ truth }: SimulatedWorld, plane: Plane): boolean =>
  [...plane.table.groups.values()].some((group) => group.watch === 'watched' && isLost(truth, plane, group));

/** Instances of ours that nobody knows of. */
const strays = ({ cloud }: SimulatedWorld, plane: Plane): readonly Open[] =>
  cloud.ec2.books
    .live()
    .filter(({ foreign, tagsAtLaunch }) => !foreign && tagsAtLaunch['holdfast.stack'] === plane.stack)
    .filter(({ id, tagsAtLaunch }) => {
      const group = plane.table.groups.get(tagsAtLaunch['infrakit.group'] ?? '');
      if (group === undefined) return true;
      return group.watch === 'watched' && plane.table.instances.get(group.id)?.get(id) === undefined;
    })
    .map(({ id }) => ({ rule: 'leftover', why: `${plane.stack}: ${id} is on no record` }));

const executions = async ({ cloud }: SimulatedWorld, plane: Plane): Promise<readonly Open[]> => {
  const { sfn } = cloud.clients('user');
  const found: Open[] = [];
  for (const machine of STATE_MACHINES) {
    const { executions: running = [] } = await sfn.send(
      new ListExecutionsCommand({
        stateMachineArn: stateMachineArn(`${plane.stack}-${machine}`),
        statusFilter: 'RUNNING',
      }),
    );
    for (const { name } of running)
      found.push({ rule: 'leftover', why: `${plane.stack}: execution ${name} still runs` });
  }
  return found;
};

/** Everybody whom we ended has an event that says why, and no event is without a reason. */
const checkEvents = async ({ cloud, planes, clock, blame }: SimulatedWorld): Promise<void> => {
  for (const plane of Object.values(planes)) {
    const told = new Map<string, Set<string>>();
    for (const { id } of plane.table.groups.values()) {
      const events = await plane.store.events(id, { limit: 100_000, now: clock.now() });
      for (const { event, instance, reason } of events) {
        if (reason === '') blame('event', `${plane.stack} "${id}": ${event} without a reason`);
        if (instance !== undefined) told.set(instance, (told.get(instance) ?? new Set()).add(event));
      }
    }
    for (const { id, endedBy, tagsAtLaunch } of cloud.ec2.books.all()) {
      if (endedBy !== 'api' || tagsAtLaunch['holdfast.stack'] !== plane.stack) continue;
      const events = told.get(id);
      if (!events?.has('instance.destroyed') && !events?.has('instance.draining'))
        blame('event', `${plane.stack}: nothing tells why ${id} was ended`);
    }
  }
};
