import { describe, expect, it } from 'vitest';
import { parseGroupFile } from '../../lib/cli/parse-group-file.js';
import { ApiError, documentOf, run } from './world.js';

/** An API that finds these mistakes, whatever it is asked. */
const finding = (...issues: readonly { path: string; message: string }[]) => {
  const answer = () => {
    throw new ApiError('InvalidInput', issues[0]?.message ?? '', issues);
  };
  return { 'Flavor.Validate': answer, 'Flavor.Prepare': answer, 'Instance.Validate': answer };
};

const MISSING = { path: 'Cluster', message: 'is missing; it must be text' };
const UNKNOWN = { path: 'Clutser', message: 'unknown key "Clutser"; did you mean "Cluster"?' };

describe('a mistake that the control plane finds in a file', () => {
  const files = {
    'flavor.json': '{\n  "Plugin": "swarm/manager",\n  "Properties": {\n    "Clutser": "x"\n  }\n}',
    'flavor.yaml': 'Plugin: swarm/manager\nProperties:\n  Clutser: x\n',
    'bare.yaml': 'RunInstancesInput:\n  ImageId: image\n',
  };

  it.each([
    ['flavor validate flavor.json', 'flavor.json:3:3 Cluster', 'flavor.json:4:5 Clutser'],
    ['flavor validate flavor.yaml', 'flavor.yaml:2:1 Cluster', 'flavor.yaml:3:3 Clutser'],
    ['flavor prepare flavor.yaml', 'flavor.yaml:2:1 Cluster', 'flavor.yaml:3:3 Clutser'],
  ])('is told by line and column: %s', async (line, ...places) => {
    const ran = await run(line, { files, answers: finding(UNKNOWN, MISSING) });
    expect(ran.exitCode).toBe(2);
    const told = ran.err.trimEnd().split('\n');
    expect(told.map((each) => each.split(': ')[0])).toEqual(places);
  });

  it('is told by line and column where the properties are the whole file', async () => {
    const answers = finding({ path: 'RunInstancesInput.ImageId', message: 'must be an image id' });
    const ran = await run('instance validate bare.yaml --json', { files, answers });
    expect(documentOf(ran)).toMatchObject({
      error: {
        code: 'InvalidInput',
        issues: [{ path: 'RunInstancesInput.ImageId', file: 'bare.yaml', line: 2, column: 12 }],
      },
    });
  });
});

describe('mistakes in a config document', () => {
  it('come as they stand in the file, in JSON and in YAML', async () => {
    const json =
      '{"groups": {"web": {"Properties": {\n"Repair": {"Grace": 5},\n"Alocation": {"Size": 1},\n"Protect": "yes"}}}}';
    const yaml =
      'groups:\n  web:\n    Properties:\n      Repair: {Grace: 5}\n      Alocation: {Size: 1}\n      Protect: "yes"\n';
    for (const [file, text, first] of [
      ['web.json', json, 2],
      ['web.yaml', yaml, 4],
    ] as const) {
      const ran = await run(`group validate ${file}`, {
        files: { [file]: text },
        parseGroups: parseGroupFile,
      });
      const lines = ran.err
        .trimEnd()
        .split('\n')
        .map((line) => Number(line.split(':')[1]));
      expect(lines).toEqual([...lines].sort((one, other) => one - other));
      expect(lines).toEqual(expect.arrayContaining([first, first + 1, first + 2]));
    }
  });
});
