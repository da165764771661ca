import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Allocation } from '../../lib/core/group-spec.js';
import { groupId, instanceId } from '../../lib/core/ids.js';
import type { Json } from '../../lib/core/json.js';
import { containerd } from '../../lib/flavors/containerd/index.js';
import type { NodeOutput } from '../../lib/ports/flavor.js';
import { flavorContract } from '../contract/flavor-contract.js';

const three: Allocation = { kind: 'size', size: 3 };
const sum = 'a1'.repeat(32);
const ecr = '123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop/web:7';
const local = { Image: 'docker.io/library/web:7', Archive: { Path: '/opt/web.tar' } };
const id = instanceId('i-00');

const output = (stdout: string, exitCode = 0, stderr = ''): NodeOutput => ({ exitCode, stdout, stderr });
const RUNS = output('task RUNNING\nprobe ok\nend 2\n');

flavorContract('containerd', () => containerd, {
  good: [
    { title: 'an image of ECR', properties: { Image: ecr }, allocation: three },
    {
      title: 'an archive from S3, arguments, a limit and a probe',
      properties: {
        Image: 'docker.io/library/web:7',
        Archive: { URL: 's3://images/shop/web-7.tar', SHA256: sum },
        Args: ['serve', "--name='it is'", ''],
        Env: { GREETING: 'two\nlines' },
        Memory: 512,
        Network: 'host',
        Probe: { HTTP: { Port: 8080, Path: '/healthz?full=1' } },
      },
      allocation: three,
    },
    {
      title: 'a file of the machine image, for pets',
      properties: { ...local, Probe: { TCP: { Port: 80 } } },
      allocation: { kind: 'logicalIds', logicalIds: [] },
    },
  ],
  bad: [
    { title: 'no image', properties: {}, allocation: three, path: 'Image' },
    {
      title: 'an image that is neither in ECR nor in an archive',
      properties: { Image: 'docker.io/library/web:7' },
      allocation: three,
      path: 'Image',
    },
    {
      title: 'a name without its registry',
      properties: { Image: 'web:7', Archive: { Path: '/opt/web.tar' } },
      allocation: three,
      path: 'Image',
    },
    {
      title: 'a name without tag',
      properties: { Image: 'docker.io/library/web', Archive: { Path: '/opt/web.tar' } },
      allocation: three,
      path: 'Image',
    },
    {
      title: 'a download without its sum',
      properties: { ...local, Archive: { URL: 'https://files.example/web.tar' } },
      allocation: three,
      path: 'Archive.SHA256',
    },
    {
      title: 'a download that nobody vouches for on the way',
      properties: { ...local, Archive: { URL: 'http://files.example/web.tar', SHA256: sum } },
      allocation: three,
      path: 'Archive.URL',
    },
    {
      title: 'an archive in two places',
      properties: {
        ...local,
        Archive: { URL: 'https://files.example/web.tar', Path: '/web.tar', SHA256: sum },
      },
      allocation: three,
      path: 'Archive',
    },
    {
      title: 'a path that would end its quotes',
      properties: { ...local, Archive: { Path: "/opt/'$(reboot)'" } },
      allocation: three,
      path: 'Archive.Path',
    },
    {
      title: 'two probes',
      properties: { ...local, Probe: { HTTP: { Port: 80 }, TCP: { Port: 80 } } },
      allocation: three,
      path: 'Probe',
    },
    {
      title: 'a network that containerd has not',
      properties: { ...local, Network: 'bridge' },
      allocation: three,
      path: 'Network',
    },
    {
      title: 'an argument that no program can be given',
      properties: { ...local, Args: ['a\0b'] },
      allocation: three,
      path: 'Args[0]',
    },
  ],
  healthyAnswer: (members) => ({
    kind: 'output',
    byInstance: new Map(members.map((member) => [member.id, RUNS])),
  }),
});

const judged = (answer: NodeOutput | undefined) =>
  containerd
    .judge({ Image: ecr }, { stack: 'us', group: groupId('g'), allocation: three }, [{ id }], {
      kind: 'output',
      byInstance: answer === undefined ? new Map() : new Map([[id, answer]]),
    })
    .get(id);

describe('containerd', () => {
  it.each([
    ['task RUNNING\nprobe ok\nend 2', 'healthy', 'its task runs, the probe passes'],
    ['task RUNNING\nprobe none\nend 2\n', 'healthy', 'its task runs'],
    [
      'task RUNNING\nprobe failed port 80 answers 503\nend 2',
      'unhealthy',
      'its task runs, but the probe failed: port 80 answers 503',
    ],
    ['task STOPPED\nprobe none\nend 2', 'unhealthy', 'its task has ended'],
    ['task none\nprobe none\nend 2', 'unhealthy', 'containerd runs no task here'],
    ['task PAUSED\nprobe none\nend 2', 'unknown', 'its task is paused'],
    ['task STOPPED\nprobe none', 'unknown', 'its answer cannot be read'],
    ['task RUNNING\nprobe ok\nend 3', 'unknown', 'its answer cannot be read'],
    ['', 'unknown', 'its answer cannot be read'],
  ])('it takes %j for %s: %s', (stdout, health, reason) => {
    expect(judged(output(stdout))).toEqual({ health, reason });
  });

  it('it knows nothing when containerd does not answer, and says what the node said', () => {
    expect(judged(output('', 66, 'holdfast: containerd does not answer\n'))).toEqual({
      health: 'unknown',
      reason: 'holdfast: containerd does not answer',
    });
  });

  it('it never calls unhealthy what did not end with its count of lines', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 0, max: 255 }), (stdout, exitCode) => {
        fc.pre(!/end 2\n?$/.test(stdout) || exitCode !== 0);
        expect(judged(output(stdout, exitCode))?.health).toBe('unknown');
      }),
    );
  });

  it('it carries any arguments and environment through the shell unharmed', () => {
    const text = fc.string({ unit: 'grapheme' }).filter((one) => !one.includes('\0'));
    fc.assert(
      fc.property(fc.array(text), text, (Args, value) => {
        const properties: Json = { Image: ecr, Args, Env: { NAME: value } };
        expect(settings(properties).Args).toEqual(Args);
        expect(settings(properties).Env).toEqual([`NAME=${value}`]);
      }),
      { numRuns: 50 },
    );
  });

  it('it has nothing to drain, no quorum and no member list', () => {
    const context = { stack: 'us', group: groupId('g'), allocation: three };
    expect(containerd.drain({ Image: ecr }, context, { id }, false)).toBeUndefined();
    expect(containerd.quorum({ Image: ecr }, three)).toBeUndefined();
  });
});

const settings = (properties: Json) => {
  const context = { stack: 'us', group: groupId('g'), allocation: three };
  const { init } = containerd.prepare(properties, context);
  const strings = (name: string): readonly string[] => {
    const base64 = new RegExp(`^${name}='([A-Za-z0-9+/=]*)'$`, 'm').exec(init)?.[1] ?? '';
    return Buffer.from(base64, 'base64').toString().split('\0').slice(0, -1);
  };
  return { Args: strings('Args'), Env: strings('Env') };
};
