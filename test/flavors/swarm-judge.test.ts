import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupId, type InstanceId, instanceId } from '../../lib/core/ids.js';
import { parseLook } from '../../lib/flavors/swarm/answer.js';
import { swarmManager, swarmWorker } from '../../lib/flavors/swarm/index.js';
import type { Flavor, NodeOutput, ProbeAnswer } from '../../lib/ports/flavor.js';
import { thoroughly } from '../support/thorough.js';

const CONTEXT = { stack: 'us', group: groupId('g'), allocation: { kind: 'size', size: 3 } } as const;
const PROPERTIES = { Cluster: 'shop' };

/** The list of a swarm: a line each, such as `i-1 manager ready active leader`. */
const look = (...nodes: readonly string[]): string => {
  const lines = [
    `cluster ${'c'.repeat(25)}`,
    ...nodes.map((node, index) => `node ${String(index).padStart(25, 'n')} ${node}`),
  ];
  return `${lines.join('\n')}\nend ${lines.length}\n`;
};
const output = (stdout: string, exitCode = 0, stderr = ''): NodeOutput => ({ exitCode, stdout, stderr });
const answers = (byNode: Readonly<Record<string, NodeOutput>>): ProbeAnswer => ({
  kind: 'output',
  byInstance: new Map(
    Object.entries(byNode).map(([id, one]): [InstanceId, NodeOutput] => [instanceId(id), one]),
  ),
});
const oneAnswer = (...nodes: readonly string[]) => answers({ 'i-1': output(look(...nodes)) });

const report = (flavor: Flavor, id: string, answer: ProbeAnswer) =>
  flavor.judge(PROPERTIES, CONTEXT, [{ id: instanceId(id) }], answer).get(instanceId(id));
const words = (flavor: Flavor, id: string, answer: ProbeAnswer) => {
  const said = report(flavor, id, answer);
  return `${said?.health}: ${said?.reason}`;
};

const OTHERS = ['i-8 manager ready active leader', 'i-9 manager ready active reachable'];

describe('swarm/manager judges', () => {
  it.each([
    ['healthy: leads the swarm', 'i-1 manager ready active leader'],
    ['healthy: is a manager of the swarm, ready and reachable', 'i-1 manager ready active reachable'],
    ['healthy: is a manager of the swarm, ready and reachable', 'i-1 manager ready drain reachable'],
    ['healthy: is a manager of the swarm, ready and reachable', 'i-1 manager ready pause reachable'],
    ['unhealthy: is unreachable for the other managers', 'i-1 manager ready active unreachable'],
    ['unhealthy: is unreachable for the other managers', 'i-1 manager down active unreachable'],
    ['unhealthy: is down in the swarm', 'i-1 manager down active reachable'],
    ['unknown: the swarm says unknown', 'i-1 manager unknown active reachable'],
    ['unknown: the swarm says disconnected', 'i-1 manager disconnected active reachable'],
    ['unknown: is not among the managers that decide yet', 'i-1 manager ready active -'],
    ['unhealthy: is a worker of the swarm, not a manager', 'i-1 worker ready active -'],
    ['unhealthy: is not in the swarm', '- manager ready active reachable'],
  ])('%s, when it is listed as %s', (expected, node) => {
    const rest = node.includes('leader') ? OTHERS.slice(1) : OTHERS;
    expect(words(swarmManager, 'i-1', oneAnswer(node, ...rest))).toBe(expected);
  });

  it('unhealthy who is listed twice', () => {
    const twice = oneAnswer('i-1 manager ready active reachable', 'i-1 manager down active -', ...OTHERS);
    expect(words(swarmManager, 'i-1', twice)).toBe('unhealthy: is listed 2 times in the swarm');
  });

  it('and tells who leads', () => {
    expect(report(swarmManager, 'i-8', oneAnswer(...OTHERS))?.leader).toBe(true);
    expect(report(swarmManager, 'i-9', oneAnswer(...OTHERS))?.leader).toBeUndefined();
  });

  it('by a list with a majority behind it, not by that of a leader that was just cut off', () => {
    const cutOff = look(
      'i-1 manager ready active leader',
      'i-8 manager ready active unreachable',
      'i-9 manager ready active unreachable',
    );
    const rest = look('i-1 manager ready active unreachable', ...OTHERS);
    expect(words(swarmManager, 'i-8', answers({ 'i-1': output(cutOff) }))).toBe(
      'unknown: i-1 reaches 1 of 3 managers',
    );
    const both = answers({ 'i-1': output(cutOff), 'i-8': output(rest) });
    expect(words(swarmManager, 'i-8', both)).toBe('healthy: leads the swarm');
    expect(words(swarmManager, 'i-1', both)).toBe('unhealthy: is unreachable for the other managers');
  });
});

describe('swarm/worker judges', () => {
  it.each([
    ['healthy: is a worker of the swarm, ready', 'i-1 worker ready active -'],
    ['unhealthy: is down in the swarm', 'i-1 worker down active -'],
    ['unhealthy: is drained: somebody takes it out of the swarm', 'i-1 worker ready drain -'],
    ['unknown: is paused: it takes no new tasks', 'i-1 worker ready pause -'],
    ['unknown: the swarm says unknown', 'i-1 worker unknown active -'],
    ['unhealthy: is a manager of the swarm, not a worker', 'i-1 manager ready active reachable'],
    ['unhealthy: is not in the swarm', '- worker ready active -'],
  ])('%s, when it is listed as %s', (expected, node) => {
    expect(words(swarmWorker, 'i-1', oneAnswer(node, ...OTHERS))).toBe(expected);
  });
});

describe('swarm', () => {
  const view = (answer: ProbeAnswer) => swarmManager.members(PROPERTIES, CONTEXT, answer);
  const cannotSay = (why: string, stdout = '') => output(stdout, 66, `holdfast: ${why}\n`);
  const lost = output('', 67, 'holdfast: the swarm has no leader: 1 of 3 managers can be reached\n');

  it('lists its managers as voters, and workers that report as reachable', () => {
    const nodes = oneAnswer(
      ...OTHERS,
      'i-7 manager down active unreachable',
      'i-6 manager ready active -',
      'i-1 worker ready active -',
      '- worker down active -',
    );
    const members = view(nodes);
    if (members?.kind !== 'read') throw new Error('not read');
    expect(
      members.members.map(({ instance, role, votes, reachable, leader }) =>
        [instance, role, votes && 'votes', reachable && 'reachable', leader && 'leader']
          .filter(Boolean)
          .join(' '),
      ),
    ).toEqual([
      'i-8 manager votes reachable leader',
      'i-9 manager votes reachable',
      'i-7 manager votes',
      'i-6 manager reachable',
      'i-1 worker reachable',
      'worker',
    ]);
  });

  it('is lost when nobody has the list, and one says so', () => {
    const said = view(answers({ 'i-1': lost, 'i-2': cannotSay('is no manager') }));
    expect(said).toEqual({
      kind: 'lost',
      reason: 'i-1: the swarm has no leader: 1 of 3 managers can be reached',
    });
    expect(words(swarmManager, 'i-1', answers({ 'i-1': lost }))).toMatch(
      /^unknown: i-1: the swarm has no leader/,
    );
  });

  it('is not lost while the others elect a leader, or have one', () => {
    const electing = answers({ 'i-1': lost, 'i-2': cannotSay('the swarm elects a leader') });
    expect(view(electing)).toEqual({ kind: 'unreadable', reason: 'i-2: the swarm elects a leader' });
    expect(view(answers({ 'i-1': lost, 'i-8': output(look(...OTHERS)) }))?.kind).toBe('read');
  });

  it('has no list before it is founded, and an unreadable one when nobody answers', () => {
    const unfounded = answers({ 'i-1': cannotSay('no swarm is founded yet', 'cluster none\n') });
    expect(view(unfounded)).toBeUndefined();
    expect(words(swarmManager, 'i-1', unfounded)).toBe('unknown: no swarm is founded yet');
    expect(view(answers({}))).toEqual({ kind: 'unreadable', reason: 'no manager answered' });
  });

  it('reads whole outputs only', () => {
    const whole = look(...OTHERS);
    expect(parseLook(whole)).toHaveLength(2);
    for (let length = 0; length < whole.length - 1; length++)
      expect(parseLook(whole.slice(0, length))).toBeUndefined();
    expect(parseLook(whole.replace('reachable', 'a b'))).toBeUndefined();
  });

  it('never calls anybody unhealthy without a list that has a majority behind it', () => {
    const word = (...of: readonly string[]) => fc.constantFrom(...of);
    const node = fc
      .tuple(
        word('i-1', 'i-2', 'i-3', '-'),
        word('manager', 'worker'),
        word('ready', 'down', 'unknown', 'disconnected'),
        word('active', 'pause', 'drain'),
        word('reachable', 'unreachable', '-'),
      )
      .map((parts) => parts.join(' '));
    // Without a leader, or with as many unreachable managers as reachable ones.
    const leaderless = fc.array(node, { maxLength: 5 }).map((nodes) => look(...nodes));
    const minority = fc
      .array(node, { maxLength: 3 })
      .map((nodes) =>
        look(
          'i-1 manager ready active leader',
          ...nodes.map((one) => one.replace(/ reachable$/, ' unreachable')),
          'i-2 manager ready active unreachable',
        ),
      );
    const whole = look(...OTHERS);
    const cut = fc.nat(whole.length - 2).map((length) => whole.slice(0, length));
    const said = fc.record({
      exitCode: fc.constantFrom(0, 0, 1, 66, 67, 124, 255),
      stdout: fc.oneof(leaderless, minority, cut, fc.string()),
      stderr: fc.string(),
    });
    const ids = ['i-1', 'i-2', 'i-3'].map(instanceId);
    fc.assert(
      fc.property(fc.dictionary(word('i-1', 'i-2', 'i-3'), said), fc.boolean(), (byNode, isManager) => {
        const flavor = isManager ? swarmManager : swarmWorker;
        const members = ids.map((id) => ({ id }));
        const reports = flavor.judge(PROPERTIES, CONTEXT, members, answers(byNode));
        expect([...reports.values()].map(({ health }) => health)).toEqual(['unknown', 'unknown', 'unknown']);
        expect(flavor.members(PROPERTIES, CONTEXT, answers(byNode))?.kind).not.toBe('read');
      }),
      { numRuns: thoroughly(5000, 500) },
    );
  });
});
