import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClusterView } from '../../lib/core/cluster.js';
import { groupId, type InstanceId, instanceId, logicalId } from '../../lib/core/ids.js';
import { zookeeper } from '../../lib/flavors/zookeeper/index.js';
import { readLook } from '../../lib/flavors/zookeeper/look.js';
import type { FlavorMember, NodeOutput, ProbeAnswer } from '../../lib/ports/flavor.js';
import { thoroughly } from '../support/thorough.js';

const addressOf = (n: number) => `10.0.0.${n}`;
const MEMBERS: readonly FlavorMember[] = [1, 2, 3].map((n) => ({
  id: instanceId(`i-${n}`),
  privateIp: addressOf(n),
}));
const IN = {
  stack: 'us',
  group: groupId('zk'),
  allocation: { kind: 'logicalIds', logicalIds: [1, 2, 3].map((n) => logicalId(addressOf(n))) },
} as const;

const SIGHTS = { l: ' leader', f: ' follower', x: ' none' };

/**
 * `leader 123`: a leader whose configuration has servers 1, 2 and 3; `3o` is server 3 as an observer, `3x` one that it sees
 * not serving, `3f` and `3l` one that it sees following or leading; a number is an exit code.
 */
const output = (self: number, words: string): NodeOutput => {
  if (/^\d+$/.test(words)) return { exitCode: Number(words), stdout: '', stderr: 'why' };
  const [mode = '', listed = ''] = words.split(' ');
  const lines = [`mode ${mode}`, `self ${self}`];
  for (const [, n, observes, sight] of listed.matchAll(/(\d)(o?)([lfx]?)/g)) {
    const seen = sight === 'l' || sight === 'f' || sight === 'x' ? SIGHTS[sight] : '';
    lines.push(`server ${n} ${addressOf(Number(n))} ${observes ? 'observer' : 'participant'}${seen}`);
  }
  return { exitCode: 0, stdout: `${lines.join('\n')}\nend ${lines.length}\n`, stderr: '' };
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

const judged = (answer: ProbeAnswer) => zookeeper.judge({}, IN, MEMBERS, answer);
const inWords = (answer: ProbeAnswer) =>
  [...judged(answer).values()].map(
    ({ health, reason, leader }) => `${health}${leader ? '*' : ''}: ${reason}`,
  );
const healths = (answer: ProbeAnswer) => [...judged(answer).values()].map(({ health }) => health).join(' ');

describe('zookeeper judges', () => {
  it('those that serve, by the configuration that another has', () => {
    expect(inWords(answers('follower 123', 'leader 123', 'follower 123'))).toEqual([
      'healthy: follower, server 1',
      'healthy*: leader, server 2',
      'healthy: follower, server 3',
    ]);
  });

  it.each([
    ['the answer of one is lost', 'leader 123', 'follower 123', '-', 'healthy healthy unknown'],
    ['the answers of two are lost', 'leader 123', '-', '-', 'unknown unknown unknown'],
    [
      'one follows, but is in no configuration',
      'leader 12',
      'follower 12',
      'follower 12',
      'healthy healthy unhealthy',
    ],
    [
      'one lists itself, and the others do not',
      'leader 12',
      'follower 12',
      'follower 123',
      'healthy healthy unhealthy',
    ],
    ['one that is not listed did not answer', 'leader 12', 'follower 12', '-', 'healthy healthy unhealthy'],
    [
      'one is listed without a vote',
      'leader 123o',
      'follower 123o',
      'observer 123o',
      'healthy healthy unhealthy',
    ],
    ['one serves nothing', 'leader 123', 'follower 123', 'none', 'healthy healthy unhealthy'],
    ['the server of one does not answer', 'leader 123', 'follower 123', 'down', 'healthy healthy unhealthy'],
    ['one was not set up yet, and is listed', 'leader 123', 'follower 123', '66', 'healthy healthy unknown'],
    ['one only observes', 'leader 123', 'follower 123', 'observer 123', 'healthy healthy unhealthy'],
    ['a configuration lags behind', 'leader 123', 'follower 12', 'follower 123', 'healthy healthy healthy'],
    ['nobody serves', 'none', 'none', 'none', 'unknown unknown unknown'],
    ['one says that it serves nothing, and the rest nothing', 'none', '-', '-', 'unknown unknown unknown'],
    ['the founder is alone', 'leader 1', '-', '-', 'healthy unhealthy unhealthy'],
    [
      'the founder is alone in the configuration, not in the answers',
      'leader 1',
      '66',
      'follower 1',
      'healthy unhealthy unhealthy',
    ],
    ['a leader has no configuration', 'leader', '-', '-', 'unknown unknown unknown'],
    ['a script ran into its limit of time', 'leader 123', 'follower 123', '124', 'healthy healthy unknown'],
    ['one is silent, and serves', 'leader 123f', 'follower 123', '-', 'healthy healthy healthy'],
    [
      'a majority sees a silent one not serving',
      'leader 123x',
      'follower 123x',
      '-',
      'healthy healthy unhealthy',
    ],
    ['fewer see a silent one not serving', 'leader 123x', '-', '-', 'unknown unknown unknown'],
    ['one of two sees it serve', 'leader 123x', 'follower 123f', '-', 'healthy healthy healthy'],
    [
      'its own word is that it serves',
      'leader 123x',
      'follower 123x',
      'follower 123',
      'healthy healthy healthy',
    ],
    [
      'a stranger sees a silent one not serving',
      'leader 12x',
      '-',
      'follower 12x',
      'healthy unknown unhealthy',
    ],
  ])('%s: %s, %s, %s', (_, one, two, three, expected) => {
    expect(healths(answers(one, two, three))).toBe(expected);
  });

  it('an only member by its own word, when it is the whole configuration', () => {
    const one = MEMBERS.slice(0, 1);
    const alone = {
      ...IN,
      allocation: { kind: 'logicalIds', logicalIds: [logicalId(addressOf(1))] },
    } as const;
    expect(zookeeper.judge({}, alone, one, answers('leader 1')).get(instanceId('i-1'))?.health).toBe(
      'healthy',
    );
    expect(zookeeper.judge({}, alone, one, answers('leader 12')).get(instanceId('i-1'))?.health).toBe(
      'unknown',
    );
  });

  it('one whose address is not known yet as unknown', () => {
    const { id } = MEMBERS[0] as FlavorMember;
    expect(
      zookeeper.judge({}, IN, [{ id }], answers('leader 123', 'follower 123', '-')).get(id)?.health,
    ).toBe('unknown');
  });
});

describe("zookeeper's member list", () => {
  const view = (...said: readonly string[]): ClusterView | undefined =>
    zookeeper.members({}, IN, answers(...said));
  const listed = (...said: readonly string[]) => {
    const read = view(...said);
    return read?.kind === 'read'
      ? read.members.map(({ name, votes, reachable, leader }) =>
          [name, votes ? 'votes' : 'no vote', reachable ? 'serves' : 'silent', leader ? 'leads' : '']
            .join(' ')
            .trim(),
        )
      : read;
  };

  it('is what the leader has, with who serves by its own word', () => {
    expect(listed('follower 12', 'leader 123', 'none')).toEqual([
      '1 votes serves',
      '2 votes serves leads',
      '3 votes silent',
    ]);
    expect(listed('follower 123o', '-', 'observer 123o')).toEqual([
      '1 votes serves',
      '2 votes silent',
      '3 no vote silent',
    ]);
    expect(listed('follower 1f2l3x', '-', '-')).toEqual([
      '1 votes serves',
      '2 votes serves leads',
      '3 votes silent',
    ]);
  });

  it('is lost when those that answer say that they serve nothing', () => {
    expect(view('none', '-', '66')).toEqual({
      kind: 'lost',
      reason: 'none serves requests, and 1 of 3 say so',
    });
    expect(view('none', 'down', 'none')?.kind).toBe('lost');
  });

  it('cannot be read when nobody can say, and is not there when no member was ever set up', () => {
    expect(view('-', '-', '-')?.kind).toBe('unreadable');
    expect(view('66', '66', '-')?.kind).toBe('unreadable');
    expect(view('down', 'down', 'down')?.kind).toBe('unreadable');
    expect(view('66', '66', '66')).toBeUndefined();
  });
});

const said = fc.oneof(
  fc.constantFrom('-', '66', 'none', 'down', '124'),
  fc
    .tuple(
      fc.constantFrom('leader', 'follower', 'observer'),
      fc.subarray(['1', '2', '3'], { minLength: 1 }),
      fc.constantFrom('', '', 'o'),
    )
    .map(([mode, listed, last]) => `${mode} ${listed.join('')}${last}`),
  fc.constantFrom('leader 1l2x3f', 'follower 1l2f3x', 'follower 1x2f3x'),
);
const serving = (words = '') => /^(?:leader|follower) /.test(words);
const numRuns = thoroughly(2_000, 200);

describe('zookeeper never', () => {
  it('calls a member unhealthy on its own word alone', () => {
    fc.assert(
      fc.property(fc.tuple(said, said, said), fc.nat(2), (all, index) => {
        const own = all.map((words, at) => (at === index ? words : '-'));
        const report = judged(answers(...own)).get(instanceId(`i-${index + 1}`));
        expect(report?.health).not.toBe('unhealthy');
      }),
      { numRuns },
    );
  });

  it('calls a member healthy that does not serve, or that no serving one lists as a participant', () => {
    fc.assert(
      fc.property(fc.tuple(said, said, said), (all) => {
        [...judged(answers(...all)).values()].forEach(({ health }, index) => {
          if (health !== 'healthy') return;
          const name = String(index + 1);
          const others = all.filter((words, at) => at !== index && serving(words));
          const isSeen = others.some((words) => new RegExp(`${name}[lf]`).test(words));
          expect(serving(all[index]) || isSeen).toBe(true);
          const isAll = all[index]?.endsWith(` ${name}`) && others.length === 0;
          expect(others.some((words) => new RegExp(`${name}(?!o)`).test(words)) || isAll).toBe(true);
        });
      }),
      { numRuns },
    );
  });

  it('calls a listed member unhealthy because its answer was lost', () => {
    const some = fc.constantFrom('leader 123', 'follower 123', 'follower 1f2f3f', 'none', '-', '66');
    fc.assert(
      fc.property(fc.tuple(some, some, some), fc.nat(2), (all, lost) => {
        const left = all.map((words, at) => (at === lost ? '-' : words));
        expect(judged(answers(...left)).get(instanceId(`i-${lost + 1}`))?.health).not.toBe('unhealthy');
      }),
      { numRuns },
    );
  });

  it('reads an answer that was cut off', () => {
    const { stdout } = output(1, 'leader 123');
    for (let length = 0; length < stdout.length - 1; length += 1)
      expect(readLook({ exitCode: 0, stdout: stdout.slice(0, length), stderr: '' })).toBeUndefined();
    expect(readLook({ exitCode: 0, stdout, stderr: '' })?.servers).toHaveLength(3);
  });

  it('says that a quorum is lost while a member serves', () => {
    fc.assert(
      fc.property(fc.tuple(said, said, said), (all) => {
        const view = zookeeper.members({}, IN, answers(...all));
        if (all.some(serving)) expect(view?.kind).toBe('read');
        if (view?.kind === 'lost') expect(all).toContain('none');
      }),
      { numRuns },
    );
  });
});
