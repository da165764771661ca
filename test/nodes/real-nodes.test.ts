import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  DescribeInstanceInformationCommand,
  GetCommandInvocationCommand,
  SendCommandCommand,
} from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { InstanceId } from '../../lib/core/ids.js';
import type { HealthReport } from '../../lib/core/instance.js';
import { flavorRegistry } from '../../lib/flavors/index.js';
import { nodeScript } from '../../lib/flavors/node/boot-script.js';
import { vanilla } from '../../lib/flavors/vanilla.js';
import type { Flavor } from '../../lib/ports/flavor.js';
import { cattle, pets } from '../support/scenario-specs.js';
import { describeOnNodes } from './support/describe-on-nodes.js';
import { nodeProfile } from './support/node-profile.js';
import { type RealWorld, STACK, startRealWorld } from './support/real-world.js';

const PATH = `/holdfast/${STACK}/shop`;

/** Healthy while a file is there, asked of each node. */
const filed: Flavor = {
  ...vanilla,
  name: 'filed',
  documents: [
    {
      name: 'filed-look',
      kind: 'look',
      description: 'Whether the file is there',
      parameters: { File: { description: 'Its path', pattern: '^/srv/[a-z]+$' } },
      timeoutSeconds: 2,
      script: nodeScript(
        'metadata instance-id',
        'echo',
        'test -e "$File"',
        'code=$?',
        'seq 1 10000',
        'exit "$code"',
      ),
    },
  ],
  probe: () => ({
    kind: 'each',
    command: { document: 'filed-look', parameters: { File: '/srv/booted' }, timeoutSeconds: 2 },
  }),
  judge: (_properties, _context, members, answer) =>
    new Map(
      members.map(({ id }): [InstanceId, HealthReport] => {
        const output = answer.kind === 'output' ? answer.byInstance.get(id) : undefined;
        if (output === undefined) return [id, { health: 'unknown', reason: 'no answer' }];
        return output.exitCode === 0
          ? [id, { health: 'healthy', reason: `${output.stdout.split('\n')[0]}, ${output.stdout.length}` }]
          : [id, { health: 'unhealthy', reason: 'no file' }];
      }),
    ),
};

/** Runs `node.sh`'s functions on a node. */
const onNode = (world: RealWorld, id: string, script: string) => world.exec(id, nodeScript(script));

describeOnNodes('real nodes', () => {
  let world: RealWorld;
  const cgroupOf = (id: string) =>
    join('/sys/fs/cgroup/pids/holdfast-nodes', basename(world.nodes.scratch), id);
  const idOf = (group: string, index = 0) => world.members(group)[index]?.id ?? '';

  beforeAll(async () => {
    world = await startRealWorld({
      flavors: flavorRegistry([vanilla, filed]),
      loseEvery: 10,
      timing: { registerMs: 2_000 },
    });
    const boot = ['#!/bin/bash', 'echo "hello from $(hostname)"', 'echo booted >/srv/booted'];
    await world.commit(
      cattle('web', 2, { plugin: 'filed', flavor: { Init: boot }, run: nodeProfile('shop', 'worker') }),
    );
    await world.commit(
      pets('boss', ['10.0.1.20'], {
        run: nodeProfile('shop', 'manager'),
        properties: { Repair: { Grace: '1s' } },
      }),
    );
    await Promise.all([world.settle('web', 60), world.settle('boss', 60)]);
  });
  afterAll(() => world?.stop());

  it('executes the user data that the flavor prepared, and asks the nodes by commands', async () => {
    for (const { id } of world.members('web')) {
      expect((await world.exec(id, 'cat /srv/booted')).stdout).toBe('booted\n');
      expect(world.console(id)).toMatch(/hello from ip-10-0-1-\d+/);
    }
    const { Instances } = await world.view('web');
    // The node's own answer, cut as SSM cuts it.
    expect(Instances.map(({ Reason }) => Reason).sort()).toEqual(
      world
        .members('web')
        .map(({ id }) => `${id}, 24000`)
        .sort(),
    );
  });

  it('tells an instance what it is, and nobody else', async () => {
    const told = await onNode(
      world,
      idOf('boss'),
      'metadata instance-id; echo; metadata local-ipv4; echo; metadata placement/availability-zone; echo; metadata iam/security-credentials/; echo; curl -s -o /dev/null -w "%{http_code}" http://169.254.169.254/latest/meta-data/instance-id',
    );
    expect(told.stdout.split('\n')).toEqual([
      idOf('boss'),
      '10.0.1.20',
      'eu-west-1a',
      'node-shop-manager',
      '401',
    ]);
  });

  it('gives a node the parameters that its synthesized role allows, and no others', async () => {
    const [boss, worker] = [idOf('boss'), idOf('web')];
    const written = await onNode(
      world,
      boss,
      `put_parameter ${PATH}/manager-token m-secret && put_parameter ${PATH}/worker-token w-secret && create_parameter ${PATH}/first ${boss}; create_parameter ${PATH}/first ${boss}; echo $?; parameters_under ${PATH}`,
    );
    expect(written.stdout.split('\n')).toEqual(
      expect.arrayContaining(['3', `${PATH}/first ${boss}`, `${PATH}/manager-token m-secret`]),
    );
    const read = await onNode(
      world,
      worker,
      `parameter ${PATH}/worker-token; parameter ${PATH}/manager-token`,
    );
    expect(read.exitCode).not.toBe(0);
    expect(read.stdout).toBe('w-secret\n');
    expect(world.denials.at(-1)).toContain(`${worker} GetParameter ${PATH}/manager-token`);
  });

  it("takes no keys but the caller's own", async () => {
    const keys = (await onNode(world, idOf('boss'), 'metadata iam/security-credentials/node-shop-manager'))
      .stdout;
    const stolen = await onNode(
      world,
      idOf('web'),
      `metadata() { case $1 in */) echo x ;; */x) cat <<'KEYS'\n${keys}\nKEYS\n;; *) echo eu-west-1 ;; esac; }\nssm GetParameter '{"Name":"${PATH}/manager-token"}'`,
    );
    expect(stolen.exitCode).not.toBe(0);
    expect(stolen.stdout).toContain('UnrecognizedClientException');
  });

  it('lets nodes reach each other, and nothing outside', async () => {
    const { stdout } = await world.exec(
      idOf('boss'),
      `ip route; cat /etc/resolv.conf; ls -d /var/lib/docker/* "$HOME"/* /etc/ssh '${process.cwd()}'; curl -s -m 2 http://192.0.2.1; echo "outside $?"; (sleep 60 | timeout 60 busybox nc -l -p 7777 >/run/heard &)`,
    );
    expect(stdout).not.toContain('default');
    expect(stdout).toContain('outside 7');
    expect(stdout).not.toMatch(/^\//m);
    // Refused until the listener is up, which says nothing: nc ends at the other side's end, whatever it has still to send.
    await world.exec(
      idOf('web'),
      'for try in $(seq 50); do echo hello | busybox nc -w 5 10.0.1.20 7777 && break; sleep 0.2; done',
    );
    const heard = async () => (await world.exec(idOf('boss'), 'cat /run/heard')).stdout;
    await world.until('heard', async () => (await heard()) === 'hello\n', 10);
  });

  it('has a crashed node fail its status check, and replaced', async () => {
    const before = idOf('boss');
    await world.kill(before);
    expect(world.cloud.ec2.instance(before)?.state).toBe('running');
    await world.until('another boss', () => ![before, ''].includes(idOf('boss')), 60);
    await world.settle('boss', 60);
  });

  it('has a node that is cut off unreachable for Systems Manager until it is back', async () => {
    const id = idOf('web');
    await world.cutOff(id);
    const pingOf = () =>
      world.cloud
        .clients('tester')
        .ssm.send(new DescribeInstanceInformationCommand({ Filters: [{ Key: 'InstanceIds', Values: [id] }] }))
        .then(({ InstanceInformationList: [it] = [] }) => it?.PingStatus);
    await world.until('lost', async () => (await pingOf()) === 'ConnectionLost', 10);
    await world.reconnect(id);
    expect(await pingOf()).toBe('Online');
  });

  it('loses one command in ten, and lets nodes register late', async () => {
    const { ssm } = world.cloud.clients('tester');
    const [InstanceId, late] = [idOf('web'), world.cloud.ec2.others.launchForeign({ tags: {} })];
    const send = (id: string) =>
      ssm.send(
        new SendCommandCommand({
          InstanceIds: [id],
          DocumentName: 'filed-look',
          Parameters: { File: ['/srv/booted'] },
          TimeoutSeconds: 10,
        }),
      );
    await world.until('running', () => world.cloud.ec2.instance(late)?.state === 'running', 10);
    await expect(send(late)).rejects.toThrow('not in a valid state');
    const commands = await Promise.all(Array.from({ length: 20 }, () => send(InstanceId)));
    const statuses = async () =>
      Promise.all(
        commands.map(async ({ Command }) => {
          const CommandId = Command?.CommandId;
          const read = await ssm.send(new GetCommandInvocationCommand({ CommandId, InstanceId }));
          return read.StatusDetails ?? '';
        }),
      );
    await world.until('all ended', async () => !(await statuses()).includes('InProgress'), 30);
    const lost = (await statuses()).filter((status) => status !== 'Success');
    // Those of the sweeps count too.
    expect(lost.length).toBeGreaterThanOrEqual(1);
    expect(new Set(lost)).toEqual(new Set(['Delivery Timed Out']));
    await send(late);
    world.terminate(late);
  });

  it('keeps the disk of an instance that stops and starts, and runs its user data again', async () => {
    const id = world.cloud.ec2.others.launchForeign({
      tags: {},
      userData: Buffer.from('#!/bin/bash\necho again >>/srv/boots\n').toString('base64'),
    });
    const boots = async (count: number) =>
      (await world.exec(id, 'cat /srv/boots')).stdout === 'again\n'.repeat(count);
    await world.until('up', () => world.cloud.ec2.instance(id)?.state === 'running' && boots(1), 20);
    world.cloud.ec2.others.stop(id);
    await world.until('stopped', () => world.cloud.ec2.instance(id)?.state === 'stopped', 20);
    await expect(world.exec(id, 'true')).rejects.toThrow('is off');
    world.cloud.ec2.others.start(id);
    await world.until('up again', () => world.cloud.ec2.instance(id)?.state === 'running' && boots(2), 20);
    world.terminate(id);
    await world.until('gone', () => world.cloud.ec2.instance(id)?.state === 'terminated', 20);
    await world.until(
      'forgotten',
      () => {
        try {
          world.nodes.instance(id);
          return false;
        } catch {
          return true;
        }
      },
      20,
    );
  });

  it('leaves nothing of an instance that is terminated while it boots', async () => {
    const id = world.cloud.ec2.others.launchForeign({ tags: {} });
    const isTerminated = () => world.cloud.ec2.instance(id)?.state === 'terminated';
    await world.until('running', () => world.cloud.ec2.instance(id)?.state === 'running', 20);
    world.terminate(id);
    await world.until('gone', isTerminated, 20);
    await world.until('no disk', () => !existsSync(join(world.nodes.scratch, 'disks', id)), 20);
    expect(existsSync(cgroupOf(id))).toBe(false);
  });

  it('had nothing go wrong by itself', () => {
    expect(world.problems).toEqual([]);
  });
});
