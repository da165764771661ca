import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupId, type InstanceId, instanceId, logicalId } from '../../lib/core/ids.js';
import { etcd } from '../../lib/flavors/etcd/index.js';
import { answerOf } from '../../lib/flavors/etcd/look.js';
import type { FlavorMember, NodeOutput, ProbeAnswer } from '../../lib/ports/flavor.js';
import { thoroughly } from '../support/thorough.js';

const NUMBERS = [1, 2, 3];
const addressOf = (n: number | string) => `10.0.0.${n}`;
const MEMBERS: readonly FlavorMember[] = NUMBERS.map((n) => ({
  id: instanceId(`i-${n}`),
  privateIp: addressOf(n),
}));
const IN = {
  stack: 'us',
  group: groupId('kv'),
  allocation: { kind: 'logicalIds', logicalIds: NUMBERS.map((n) => logicalId(addressOf(n))) },
} as const;

const STATES: Readonly<Record<string, string>> = {
  '*': 'leader',
  '': 'follower',
  '?': 'unstarted',
  '!': 'unreachable',
};

const lookLines = (self: number, health: string, listed: string): readonly string[] => [
  `self a${self}`,
  health === 'reads' ? 'health true' : 'health false no leader',
  ...[...listed.matchAll(/(\d)(l?)([*?!]?)/g)].map(
    ([, n = '', learner, state = '']) =>
      `member a${n} ${addressOf(n)} ${learner ? 'learner' : 'voter'} ${STATES[state]}`,
  ),
];

/**
 * `reads 1*23!`: it reads through a quorum, and lists 1 as the leader, 2 as a follower and 3 as not reachable; `3l` is a
 * learner, `3?` was never started. `mute` lists the same without reading, `lost` says that there is no quorum. A number is
 * an exit code.
 */
const output = (self: number, words: string): NodeOutput => {
  if (/^\d+$/.test(words)) return { exitCode: Number(words), stdout: '', stderr: 'holdfast: why' };
  if (words === 'unfounded') return { exitCode: 66, stdout: 'unfounded\nend 1\n', stderr: 'holdfast: why' };
  const [health = '', listed = ''] = words.split(' ');
  const lines = lookLines(self, health, listed);
  const stdout = `${lines.join('\n')}\nend ${lines.length}\n`;
  return {
    exitCode: health === 'lost' ? 67 : 0,
    stdout,
    stderr: health === 'lost' ? 'holdfast: no leader' : '',
  };
};

/** What members 1, 2 and 3 answered, each `-` when nothing. */
const answers = (...said: readonly string[]): ProbeAnswer => ({
  kind: 'output',
  byInstance: new Map(
    said.flatMap((words, index): [InstanceId, NodeOutput][] =>
      words === '-' ? [] : [[instanceId(`i-${index + 1}`), output(index + 1, words)]],
    ),
  ),
});

const judged = (answer: ProbeAnswer) => etcd.judge({}, IN, MEMBERS, answer);
const healths = (answer: ProbeAnswer) =>
  [...judged(answer).values()].map(({ health, leader }) => `${health}${leader ? '*' : ''}`).join(' ');
const reasonOf = (n: number, answer: ProbeAnswer) => judged(answer).get(instanceId(`i-${n}`))?.reason;
const viewOf = (answer: ProbeAnswer) => etcd.members({}, IN, answer);
const viewInWords = (answer: ProbeAnswer) => {
  const view = viewOf(answer);
  if (view?.kind !== 'read') return view === undefined ? 'none' : `${view.kind}: ${view.reason}`;
  return view.members
    .map(
      ({ name, address, votes, reachable, leader }) =>
        `${name}@${address?.slice(-1)}${votes ? '' : 'l'}${reachable ? '' : '!'}${leader ? '*' : ''}`,
    )
    .join(' ');
};

const WELL = ['reads 1*23', 'reads 1*23', 'reads 1*23'] as const;

describe('etcd judges', () => {
  it.each<[string, readonly string[], string]>([
    ['all well', WELL, 'healthy* healthy healthy'],
    ['a member alone in its cluster', ['reads 1*', '66', '66'], 'healthy* unhealthy unhealthy'],
    [
      'the first two of a cluster that forms',
      ['reads 1*2l', 'mute ', 'unfounded'],
      'healthy* unhealthy unhealthy',
    ],
    ['only one answer', ['reads 1*23', '-', '-'], 'unknown unknown unknown'],
    ['one lost answer', ['-', 'reads 1*23', 'reads 1*23'], 'unknown healthy healthy'],
    ['a dead leader', ['-', 'reads 1!2*3', 'reads 1!2*3'], 'unhealthy healthy* healthy'],
    ['one dead, one silent', ['-', 'reads 1!23*', '-'], 'unhealthy unknown unknown'],
    [
      'one cut off, which says so',
      ['lost 1!2!3!', 'reads 1!2*3', 'reads 1!2*3'],
      'unhealthy healthy* healthy',
    ],
    ['one that only one other reaches', ['-', 'reads 12*3', 'reads 1!2*3'], 'unknown healthy* healthy'],
    [
      'one that says it cannot, but others reach',
      ['mute 123', 'reads 12*3', 'reads 12*3'],
      'unknown healthy* healthy',
    ],
    ['one that never started', ['66', 'reads 1?2*3', 'reads 1?2*3'], 'unhealthy healthy* healthy'],
    ['a learner', ['mute ', 'reads 1l2*3', 'reads 1l2*3'], 'unhealthy healthy* healthy'],
    ['one that is not listed', ['66', 'reads 2*3', 'reads 2*3'], 'unhealthy healthy* healthy'],
    ['one about which the others differ', ['66', 'reads 2*3', 'reads 1!2*3'], 'unknown healthy* healthy'],
    ['a lost quorum', ['lost 1!2!3!', '-', '-'], 'unknown unknown unknown'],
    ['a lost quorum, by one that has restarted', ['67', '67', '66'], 'unknown unknown unknown'],
    ['nobody that reads', ['mute 1*23', 'mute 1*23', '-'], 'unknown unknown unknown'],
    ['two clusters', ['reads 1*', 'reads 2*3', 'reads 2*3'], 'unknown unknown unknown'],
    [
      'one that reads and does not list itself',
      ['reads 2*3', 'reads 2*3', 'reads 2*3'],
      'unknown healthy* healthy',
    ],
    ['none founded', ['unfounded', 'unfounded', '-'], 'unknown unknown unknown'],
  ])('%s', (_, said, expected) => {
    expect(healths(answers(...said))).toBe(expected);
  });

  it('says why', () => {
    expect(reasonOf(1, answers(...WELL))).toBe('leads, and reads through a quorum');
    expect(reasonOf(2, answers(...WELL))).toBe('a voter, and reads through a quorum');
    expect(reasonOf(1, answers('-', 'reads 1!2*3', 'reads 1!2*3'))).toBe(
      'listed, but i-2 gets no answer from it',
    );
    expect(reasonOf(1, answers('66', 'reads 2*3', 'reads 2*3'))).toBe('not in the cluster, says i-2; why');
    expect(reasonOf(1, answers('mute ', 'reads 1l2*3', '-'))).toBe('a learner still, says i-2');
    expect(reasonOf(1, answers('66', 'reads 1?2*3', '-'))).toBe('listed, but never started, says i-2; why');
    expect(reasonOf(1, answers('-', '66', '-'))).toBe('it did not answer');
    expect(reasonOf(2, answers('-', '66', '-'))).toBe('why');
    expect(reasonOf(1, answers('mute 123', '-', '-'))).toBe('it does not read: no leader');
  });

  it('a member without an address unknown, unless it reads', () => {
    const [id] = [instanceId('i-9')];
    expect(etcd.judge({}, IN, [{ id }], answers(...WELL)).get(id)?.health).toBe('unknown');
  });
});

describe('etcd tells the member list', () => {
  it.each<[string, readonly string[], string]>([
    ['by the leader', ['reads 1*23', 'reads 123', 'reads 123'], 'a1@1* a2@2 a3@3'],
    ['with who is dead', ['-', 'reads 1!2*3', 'reads 1!2*3'], 'a1@1! a2@2* a3@3'],
    ['with a learner, which has no vote', ['reads 1*23l', 'reads 1*23l', 'mute '], 'a1@1* a2@2 a3@3l'],
    [
      'with one that some cannot reach as not reachable',
      ['-', 'reads 12*3', 'reads 1!2*3'],
      'a1@1! a2@2* a3@3',
    ],
    ['with one that reads itself as reachable', ['reads 1*2!3', 'reads 1*23', '-'], 'a1@1* a2@2 a3@3'],
    ['with one never started', ['reads 1*23?', 'reads 1*23?', '66'], 'a1@1* a2@2 a3@3!'],
    ['of one alone', ['reads 1*', '66', '66'], 'a1@1*'],
    ['not from who cannot read', ['mute 1*23', '-', '-'], 'unreadable: no voter reads through a quorum'],
    [
      'not from members that differ',
      ['reads 1*', 'reads 2*3', '-'],
      'unreadable: members differ about who is listed',
    ],
    ['not from silence', ['-', '-', '-'], 'unreadable: no member answers'],
    ['not from those that cannot say', ['66', '66', '-'], 'unreadable: no member can say'],
    ['as lost, when some run and find no quorum', ['lost 1!2!3!', '-', '66'], 'lost: i-1: no leader'],
    ['as lost after a restart, too', ['-', '67', '67'], 'lost: i-2: why'],
    ['not as lost while another reads', ['lost 1!2!3!', 'reads 1!2*3', '-'], 'a1@1! a2@2* a3@3'],
    ['not at all before it was founded', ['unfounded', '66', '-'], 'none'],
    ['as lost rather than not founded', ['unfounded', '67', '-'], 'lost: i-2: why'],
  ])('%s', (_, said, expected) => {
    expect(viewInWords(answers(...said))).toBe(expected);
  });
});

describe('an answer of etcd-look', () => {
  const good = output(1, 'reads 1*23').stdout;

  it('keeps ids of 64 bits as they are', () => {
    const stdout = good.replaceAll(/\ba(\d)/g, 'ffffffffffffff0$1');
    const answer = answerOf({ exitCode: 0, stdout, stderr: '' });
    expect(answer?.kind === 'look' && answer.look.self).toBe('ffffffffffffff01');
  });

  it.each([
    ['cut off', good.slice(0, -8)],
    ['without its end', good.replace(/end.*\n/, '')],
    ['with a line less', good.replace(/member a3.*\n/, '')],
    ['of other words', good.replace('follower', 'happy')],
    ['with a broken id', good.replace('self a1', 'self 0xa1')],
    ['of nothing', ''],
  ])('%s is none', (_, stdout) => {
    expect(answerOf({ exitCode: 0, stdout, stderr: '' })).toBeUndefined();
  });

  it('with any other exit code is none', () => {
    for (const exitCode of [1, 2, 124, 137])
      expect(answerOf({ exitCode, stdout: good, stderr: '' })).toBeUndefined();
    expect(answerOf({ exitCode: 67, stdout: good, stderr: '' })).toBeUndefined();
  });
});

const entry = fc.tuple(
  fc.constantFrom(...NUMBERS),
  fc.constantFrom('', 'l'),
  fc.constantFrom('', '*', '?', '!'),
);
const anyWords = fc.oneof(
  fc.constantFrom('-', '66', '67', '1', 'unfounded'),
  fc
    .tuple(fc.constantFrom('reads', 'mute', 'lost'), fc.uniqueArray(entry, { selector: ([n]) => n }))
    .map(([health, list]) => `${health} ${list.map((one) => one.join('')).join('')}`),
);
const anyAnswers = fc.tuple(anyWords, anyWords, anyWords);
const runs = { numRuns: thoroughly(5_000, 500) };

describe('etcd never', () => {
  it('calls one unhealthy that reads through a quorum, by its own words', () => {
    fc.assert(
      fc.property(anyAnswers, (said) => {
        const reports = judged(answers(...said));
        said.forEach((words, index) => {
          if (words.startsWith('reads'))
            expect(reports.get(instanceId(`i-${index + 1}`))?.health).not.toBe('unhealthy');
        });
      }),
      runs,
    );
  });

  it('calls one unhealthy unless another reads through a quorum', () => {
    fc.assert(
      fc.property(anyAnswers, (said) => {
        const unhealthy = NUMBERS.filter(
          (n) => judged(answers(...said)).get(instanceId(`i-${n}`))?.health === 'unhealthy',
        );
        for (const n of unhealthy)
          expect(said.some((words, index) => index + 1 !== n && words.startsWith('reads'))).toBe(true);
      }),
      runs,
    );
  });

  it('calls all members unhealthy, or one healthy that does not say that it reads', () => {
    fc.assert(
      fc.property(anyAnswers, (said) => {
        const all = [...judged(answers(...said)).values()].map(({ health }) => health);
        expect(all.every((health) => health === 'unhealthy')).toBe(false);
        all.forEach((health, index) => {
          if (health === 'healthy') expect(said[index]).toMatch(/^reads/);
        });
      }),
      runs,
    );
  });

  it('reads a member list, or calls anybody healthy or unhealthy, without one that reads', () => {
    fc.assert(
      fc.property(anyAnswers, (said) => {
        fc.pre(!said.some((words) => words.startsWith('reads')));
        expect(viewOf(answers(...said))?.kind).not.toBe('read');
        expect(healths(answers(...said))).toBe('unknown unknown unknown');
      }),
      runs,
    );
  });

  it('depends on the order of answers', () => {
    fc.assert(
      fc.property(anyAnswers, (said) => {
        const answer = answers(...said);
        if (answer.kind !== 'output') return;
        const turned = { ...answer, byInstance: new Map([...answer.byInstance].reverse()) };
        expect(healths(turned)).toBe(healths(answer));
        expect(viewOf(turned)).toEqual(viewOf(answer));
      }),
      runs,
    );
  });
});
