import { describe, expect, it } from 'vitest';
import { parseGroupFile } from '../../lib/cli/parse-group-file.js';
import { ApiError, run } from './world.js';

const GOOD = `
groups:
  web:
    Properties:
      Allocation: { Size: 2 }
      Instance:
        Plugin: aws/ec2-instance
        Properties:
          RunInstancesInput: { ImageId: ami-0abc0abc0abc0abc0, InstanceType: t3.micro, SubnetId: subnet-0abc0abc }
      Flavor: { Plugin: vanilla }
`;

describe('parseGroupFile', () => {
  it('gives the groups as the user wrote them', async () => {
    const parsed = await parseGroupFile(GOOD, 'web.yaml');
    if ('issues' in parsed) throw new Error('it is refused');
    expect(parsed.groups.map(({ spec }) => spec)).toEqual([
      {
        ID: 'web',
        Properties: {
          Allocation: { Size: 2 },
          Instance: {
            Plugin: 'aws/ec2-instance',
            Properties: {
              RunInstancesInput: {
                ImageId: 'ami-0abc0abc0abc0abc0',
                InstanceType: 't3.micro',
                SubnetId: 'subnet-0abc0abc',
              },
            },
          },
          Flavor: { Plugin: 'vanilla' },
        },
      },
    ]);
  });

  it('shows where a mistake stands that only the control plane could find', async () => {
    const ran = await run('group commit web.yaml', {
      files: { 'web.yaml': GOOD },
      parseGroups: parseGroupFile,
      answers: {
        'Group.CommitGroups': () => {
          throw new ApiError('InvalidInput', 'refused', [
            { path: 'groups.web.Properties.Allocation.Size', message: 'too many' },
            { path: 'groups.web.Instance.Properties', message: 'no image "ami-0abc0abc0abc0abc0"' },
            { path: 'groups.other', message: 'unknown' },
          ]);
        },
      },
    });
    expect(ran.exitCode).toBe(1);
    expect(ran.err.trimEnd().split('\n').slice(1)).toEqual([
      'web.yaml:5:27 groups.web.Properties.Allocation.Size: too many',
      'web.yaml:9:11 groups.web.Instance.Properties: no image "ami-0abc0abc0abc0abc0"',
      'groups.other: unknown',
    ]);
  });

  it('lets the command print every mistake of a file with its place', async () => {
    const bad = GOOD.replace('Size: 2', 'Size: many').replace('Plugin: vanilla', 'Plugin: vanila');
    const ran = await run('group validate web.yaml', {
      files: { 'web.yaml': bad },
      parseGroups: parseGroupFile,
    });
    expect(ran.exitCode).toBe(2);
    const lines = ran.err.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^web\.yaml:5:\d+ groups\.web\.Properties\.Allocation\.Size: .*"many"/);
    expect(lines[1]).toMatch(/^web\.yaml:10:\d+ groups\.web\.Properties\.Flavor\.Plugin: .*"vanila"/);
  });

  it('says where a file is no document at all', async () => {
    const ran = await run('group commit -', { stdin: '{"groups": ', parseGroups: parseGroupFile });
    expect(ran.exitCode).toBe(2);
    expect(ran.err).toMatch(/^<stdin>:1:\d+ /);
    expect(ran.sent).toEqual([]);
  });
});
