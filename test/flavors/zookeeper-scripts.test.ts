import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellFile } from '../../lib/flavors/shell-file.js';
import { thoroughly } from '../support/thorough.js';

const file = (name: string) => shellFile(import.meta.url, `../../lib/flavors/${name}`);
const FUNCTIONS = [file('node/node.sh'), file('zookeeper/member.sh')];
const BOOT = file('zookeeper/boot.sh');

/** One function of the boot script, by itself. */
const functionOf = (name: string): string => {
  const found = new RegExp(`^${name}\\(\\) \\{[^\\n]*\\n.*?^\\}$`, 'ms').exec(BOOT)?.[0];
  if (found === undefined) throw new Error(`no function ${name} in the boot script`);
  return found;
};

interface Ensemble {
  /** Server ids and how they serve; their addresses are `10.0.0.<id>`. None for one that is silent. */
  readonly servers: Readonly<Record<string, 'leader' | 'follower' | 'none'>>;
  /** Who serves without being in the configuration. */
  readonly strangers?: readonly string[];
  /** Whose server the script runs beside. */
  readonly here: string;
}

/** Servers that answer as told, and a configuration that can be changed; in the place of the network. */
const worldOf = ({ servers, strangers = [], here }: Ensemble): string => {
  const lines = Object.keys(servers).map(
    (id) => `server.${id}=10.0.0.${id}:2888:3888:participant;0.0.0.0:2181`,
  );
  const modes = [...Object.entries(servers), ...strangers.map((id) => [id, 'follower'] as const)];
  return `
    Config='${lines.join('\n')}'
    declare -A Modes=(${modes.map(([id, mode]) => `[10.0.0.${id}]=${mode}`).join(' ')})
    is_member() { true; }
    sleep() { :; }
    put_parameter() { echo "put $*"; }
    ask() {
      local address=$1 mode
      [ "$address" != 127.0.0.1 ] || address=10.0.0.${here}
      mode=\${Modes[$address]:-none}
      [ "$mode" != none ] || return 1
      if [ "$2" = srvr ]; then echo "Mode: $mode"; else printf '%s\\nversion=1' "$Config"; fi
    }
    reconfigure() { echo "reconfig $2 by $1"; Config=$(grep -v "^server\\.\${2#-remove }=" <<<"$Config"); }
    trap 'echo "left: $(sed "s/^server.\\([0-9]*\\)=.*/\\1/" <<<"$Config" | tr "\\n" " ")"' EXIT`;
};

const run = (...parts: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync('bash', ['-s'], { input: parts.join('\n'), encoding: 'utf8' });
  return { status, said: stdout.trimEnd().split('\n'), why: stderr.trim().split('\n').at(-1) };
};

describe('zookeeper-drain', () => {
  const drain = (ensemble: Ensemble, id: string, members = 3, more = '') =>
    run(
      `Path=/holdfast/us/zk Address=10.0.0.${id} Instance=i-${id} Members=${members}`,
      ...FUNCTIONS,
      worldOf(ensemble),
      more,
      file('zookeeper/drain.sh'),
    );

  it('takes a server out while a majority of the rest serves, dead or alive', () => {
    const three = { servers: { 1: 'follower', 2: 'leader', 3: 'follower' }, here: '1' } as const;
    expect(drain(three, '3')).toMatchObject({
      status: 0,
      said: ['reconfig -remove 3 by 127.0.0.1', 'left: 1 2'],
    });
    const dead = { servers: { 1: 'follower', 2: 'leader', 3: 'none' }, here: '1' } as const;
    expect(drain(dead, '3')).toMatchObject({
      status: 0,
      said: ['reconfig -remove 3 by 127.0.0.1', 'left: 1 2'],
    });
  });

  it('tells one that is in no configuration not to join, and takes it out if it did so meanwhile', () => {
    const two = { servers: { 1: 'follower', 2: 'leader' }, strangers: ['3'], here: '1' } as const;
    const told = 'put /holdfast/us/zk/ids/i-3 leaving String';
    expect(drain(two, '3')).toMatchObject({ status: 0, said: [told, 'left: 1 2'] });
    const joins = `sleep() { Config+=$'\\n'server.3=10.0.0.3:2888:3888:participant; }`;
    expect(drain(two, '3', 3, joins)).toMatchObject({
      status: 0,
      said: [told, 'reconfig -remove 3 by 127.0.0.1', 'left: 1 2'],
    });
    const alone = { servers: { 1: 'leader' }, strangers: ['3'], here: '1' } as const;
    expect(drain(alone, '3', 3, joins)).toMatchObject({ status: 65, said: [told, 'left: 1 3'] });
  });

  it.each<[string, Ensemble, string, number, string]>([
    [
      'another is dead already',
      { servers: { 1: 'follower', 2: 'leader', 3: 'none' }, here: '1' },
      '2',
      3,
      'without 10.0.0.2 1 would serve, fewer than the majority of 2',
    ],
    [
      'the one before was not replaced yet',
      { servers: { 1: 'follower', 2: 'leader' }, here: '1' },
      '2',
      3,
      'without 10.0.0.2 1 would serve, fewer than the majority of 2',
    ],
    [
      'it is alone',
      { servers: { 1: 'leader' }, here: '1' },
      '1',
      1,
      'without 10.0.0.1 0 would serve, fewer than the majority of 1',
    ],
    [
      'those that serve are strangers',
      { servers: { 1: 'leader', 2: 'none', 3: 'follower' }, strangers: ['4', '5'], here: '1' },
      '3',
      3,
      'without 10.0.0.3 1 would serve, fewer than the majority of 2',
    ],
    [
      'the server beside it does not serve',
      { servers: { 1: 'none', 2: 'leader', 3: 'follower' }, here: '1' },
      '3',
      3,
      'does not serve, so that nothing can be said about its quorum',
    ],
  ])('refuses and changes nothing when %s', (_, ensemble, id, members, why) => {
    const { status, said, why: given } = drain(ensemble, id, members);
    expect({ status, why: given }).toEqual({ status: 65, why: `holdfast: ${why}` });
    expect(said).toEqual([`left: ${Object.keys(ensemble.servers).join(' ')}`]);
  });

  it.each([
    [
      'lets one go before any ensemble was founded',
      '400 ParameterNotFound',
      0,
      'holdfast: no ensemble was founded yet',
    ],
    [
      'keeps it when the one beside it is no member',
      '200 {}',
      65,
      'holdfast: not set up as a member of this ensemble',
    ],
    [
      'keeps it when nobody can say',
      '500 InternalServerError',
      65,
      'holdfast: not set up as a member of this ensemble',
    ],
  ])('%s', (_, answer, status, why) => {
    const succeeds = answer.startsWith('200') ? 'true' : 'false';
    const outside = `is_member() { false; }; ssm() { echo '${answer}'; ${succeeds}; }`;
    const said = run(
      'Path=/holdfast/us/zk Address=10.0.0.3 Members=3',
      ...FUNCTIONS,
      outside,
      file('zookeeper/drain.sh'),
    );
    expect(said).toMatchObject({ status, why });
  });

  it('lets one of two go where two are wanted, which a user has to allow', () => {
    const two = { servers: { 1: 'follower', 2: 'leader' }, here: '1' } as const;
    expect(drain(two, '2', 2)).toMatchObject({
      status: 0,
      said: ['reconfig -remove 2 by 127.0.0.1', 'left: 1'],
    });
  });
});

describe('zookeeper-tidy', () => {
  const tidy = (ensemble: Ensemble, servers: string) =>
    run(
      `Path=/holdfast/us/zk Servers='${servers}'`,
      ...FUNCTIONS,
      worldOf(ensemble),
      file('zookeeper/tidy.sh'),
    );

  it('takes out those whose machines are gone, and no others', () => {
    const five = {
      servers: { 1: 'leader', 2: 'none', 3: 'follower', 4: 'none', 5: 'follower' },
      here: '1',
    } as const;
    const { status, said } = tidy(five, '2=10.0.0.2 3=10.0.0.3 4=10.0.0.9 6=10.0.0.6');
    expect(status).toBe(0);
    expect(said).toEqual(['reconfig -remove 2 by 127.0.0.1', 'left: 1 3 4 5']);
  });

  it('fails when the server beside it does not serve', () => {
    expect(tidy({ servers: { 1: 'none', 2: 'none' }, here: '1' }, '2=10.0.0.2')).toMatchObject({
      status: 1,
      said: ['left: 1 2'],
    });
  });
});

describe('a ZooKeeper server that joins', () => {
  const join = (ensemble: Ensemble, id: string) =>
    run(
      `Path=/holdfast/us/zk Server=${id} Address=10.0.0.${id} Addresses='10.0.0.1 10.0.0.2 10.0.0.3'`,
      ...FUNCTIONS,
      ...['entry', 'peer', 'prepare_join'].map((name) =>
        name === 'entry' ? (/^entry\(\) .*$/m.exec(BOOT)?.[0] ?? '') : functionOf(name),
      ),
      'write_files() { sed "s/^/file: /"; }',
      worldOf(ensemble),
      'prepare_join; echo "rc $?"',
    ).said;
  const line = (id: string, role: string) => `file: server.${id}=10.0.0.${id}:2888:3888:${role};0.0.0.0:2181`;

  it('begins as an observer in a file of its own, with the configuration that serves', () => {
    expect(join({ servers: { 1: 'follower', 2: 'leader' }, here: '1' }, '3')).toEqual([
      line('1', 'participant'),
      line('2', 'participant'),
      line('3', 'observer'),
      'rc 0',
      'left: 1 2',
    ]);
  });

  it('has what its predecessor left taken out before it begins, and looks again', () => {
    expect(join({ servers: { 1: 'follower', 2: 'leader', 3: 'none' }, here: '1' }, '3')).toEqual([
      'reconfig -remove 3 by 10.0.0.2',
      'rc 1',
      'left: 1 2',
    ]);
  });

  it.each([
    [
      'adds itself when it serves',
      '3',
      ['reconfig -add server.3=10.0.0.3:2888:3888:participant;0.0.0.0:2181 by 10.0.0.2'],
    ],
    ['does not when it was told not to', '0', []],
    ['does not when it cannot tell', '1', []],
  ])('%s', (_, known, changes) => {
    const said = run(
      "Path=/holdfast/us/zk Server=3 Address=10.0.0.3 Instance=i-3 Addresses='10.0.0.1 10.0.0.2 10.0.0.3'",
      ...FUNCTIONS,
      /^entry\(\) .*$/m.exec(BOOT)?.[0] ?? '',
      functionOf('peer'),
      functionOf('enlisted'),
      worldOf({ servers: { 1: 'follower', 2: 'leader' }, strangers: ['3'], here: '3' }),
      `known() { return ${known}; }`,
      'enlisted',
    ).said;
    expect(said).toEqual([...changes, 'left: 1 2']);
  });

  it('waits while nobody serves', () => {
    expect(join({ servers: { 1: 'none', 2: 'none' }, here: '1' }, '3')).toEqual(['rc 1', 'left: 1 2']);
  });
});

describe('ids of ZooKeeper servers', () => {
  /** Claims, one after the other: the addresses that a boot script knows, and whose it is. */
  const claim = (claims: readonly { readonly all: readonly string[]; readonly own: string }[]) =>
    run(
      'Path=/holdfast/us/zk; declare -A Known=([/holdfast/us/zk/ids/i-0abc]=leaving)',
      ...FUNCTIONS,
      functionOf('claim'),
      `parameters_under() { for name in "\${!Known[@]}"; do echo "$name \${Known[$name]}"; done; }
       parameter() { echo "\${Known[$1]:-}"; }
       create_parameter() { [ -z "\${Known[$1]:-}" ] || return 3; Known[$1]=$2; }`,
      ...claims.map(({ all, own }) => `Addresses='${all.join(' ')}' Address=${own}; claim && echo "$Server"`),
    ).said;

  it('are places at first, and stay when others come and go', () => {
    const [a, b, c, d] = ['10.0.0.7', '10.0.0.6', '10.0.0.5', '10.0.0.4'] as const;
    const three = [a, b, c];
    const without = [b, c, d];
    expect(
      claim([
        { all: three, own: c },
        { all: three, own: a },
        { all: three, own: b },
        { all: [...three, d], own: d },
        { all: without, own: b },
        { all: without, own: d },
        { all: ['10.0.0.1', ...without], own: '10.0.0.1' },
      ]),
    ).toEqual(['3', '1', '2', '4', '2', '4', '5']);
  });

  it('are never shared, and never change', () => {
    const address = fc.integer({ min: 1, max: 9 }).map((n) => `10.0.0.${n}`);
    const list = fc.uniqueArray(address, { minLength: 1, maxLength: 5 });
    const step = list.chain((all) => fc.record({ all: fc.constant(all), own: fc.constantFrom(...all) }));
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), (steps) => {
        const ids = claim(steps);
        const known = new Map(steps.map(({ own }, index) => [own, ids[index]]));
        steps.forEach(({ own }, index) => {
          expect(ids[index]).toBe(known.get(own));
        });
        expect(new Set(known.values()).size).toBe(known.size);
        for (const id of ids) expect(Number(id)).toBeGreaterThan(0);
      }),
      { numRuns: thoroughly(100, 15) },
    );
  });
});
