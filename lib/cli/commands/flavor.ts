import type { Json } from '../../core/json.js';
import { camelDocument } from '../camel.js';
import type { Command, Context, Family, Given } from '../command.js';
import { placed, type ReadFile, readObject } from '../documents.js';
import { usage } from '../failure.js';
import { clusterText } from '../render/cluster.js';
import type { Style } from '../render/paint.js';
import { renderTable } from '../render/table.js';
import { recover, rotateTokens } from './flavor-recover.js';

const FILE = {
  name: 'FILE',
  help: '{"Plugin": …, "Properties": …} in JSON or YAML; - is standard input',
} as const;
const ALLOCATION = [
  { flags: '--size <n>', help: 'for a group of so many alike (default: 1)' },
  { flags: '--logical-ids <ids>', help: 'for a group of pets: logical IDs, separated by commas' },
] as const;

interface FlavorRequest {
  readonly Plugin: string;
  readonly Properties: Json;
  readonly Allocation: Json;
}

/** A flavor's document with the allocation that the options stand for. */
async function readFlavor(
  context: Context,
  given: Given,
): Promise<{ readonly flavor: FlavorRequest; readonly written: ReadFile }> {
  const written = await readObject(context, given.word(0));
  const { Plugin, Properties } = written.value;
  if (typeof Plugin !== 'string' || Plugin === '') {
    throw usage(`${given.word(0)} names no flavor; give it as "Plugin", beside "Properties"`);
  }
  return { flavor: { Plugin, Properties: Properties ?? {}, Allocation: allocationOf(given) }, written };
}

function allocationOf(given: Given): Json {
  const size = given.text('size');
  const ids = given.text('logicalIds');
  if (size !== undefined && ids !== undefined)
    throw usage('--size and --logical-ids exclude each other; give one');
  if (ids !== undefined)
    return {
      LogicalIDs: ids
        .split(',')
        .map((id) => id.trim())
        .filter((id) => id !== ''),
    };
  if (size !== undefined && !/^\d{1,6}$/.test(size))
    throw usage(`"${size}" is not a size; give a whole number`);
  return { Size: Number(size ?? 1) };
}

const validate: Command = {
  name: 'validate',
  summary: "check a flavor's properties",
  words: [FILE],
  flags: ALLOCATION,
  examples: ['holdfast flavor validate flavor.json --size 3'],
  run: async (context, given) => {
    const { flavor, written } = await readFlavor(context, given);
    const target = await context.target();
    const { Experimental } = await placed(written, () => target.call('Flavor.Validate', flavor));
    const valid = `${given.word(0)} is valid: ${flavor.Plugin}`;
    const warning = `experimental: ${Experimental}`;
    return {
      text: Experimental === undefined ? valid : `${valid}\n${context.paint('doubtful', warning)}`,
      json: {
        valid: true,
        plugin: flavor.Plugin,
        ...(Experimental === undefined ? {} : { experimental: Experimental }),
      },
    };
  },
};

const prepare: Command = {
  name: 'prepare',
  summary: 'print the boot script and tags that a flavor gives an instance',
  words: [FILE],
  flags: [
    ...ALLOCATION,
    { flags: '--logical-id <id>', help: 'the pet to prepare' },
    { flags: '--group <id>', help: 'as a member of this group' },
  ],
  examples: ['holdfast flavor prepare flavor.json --logical-ids 10.0.0.11,10.0.0.12'],
  run: async (context, given) => {
    const { flavor, written } = await readFlavor(context, given);
    const logicalId = given.text('logicalId');
    const group = given.text('group');
    const target = await context.target();
    const { Init, Tags } = await placed(written, () =>
      target.call('Flavor.Prepare', {
        ...flavor,
        ...(logicalId === undefined ? {} : { LogicalID: logicalId }),
        ...(group === undefined ? {} : { Group: group }),
      }),
    );
    const tags = Object.entries(Tags).map(([key, value]) => `# tag ${key}=${value}`);
    return {
      text: [...tags, Init.trimEnd()].filter((line) => line !== '').join('\n'),
      json: { init: Init, tags: Tags },
    };
  },
};

const HEALTH: Readonly<Record<string, Style>> = { healthy: 'good', unhealthy: 'bad', unknown: 'doubtful' };

const healthy: Command = {
  name: 'healthy',
  summary: 'ask the flavor of a group how its instances are, now',
  words: [
    { name: 'ID', help: 'the group' },
    { name: 'INSTANCE', help: 'only these', optional: true, several: true },
  ],
  examples: ['holdfast flavor healthy web', 'holdfast flavor healthy web i-0abc'],
  run: async (context, given) => {
    const [id = '', ...wanted] = given.words;
    const target = await context.target();
    const { Instances, Cluster } = await target.call('Flavor.Healthy', {
      ID: id,
      ...(wanted.length === 0 ? {} : { Instances: wanted }),
    });
    const rows = Instances.map(({ ID, Health, Reason }) => ({
      cells: [ID, { text: Health, style: HEALTH[Health] }, Reason],
    }));
    const columns = [{ header: 'INSTANCE' }, { header: 'HEALTH' }, { header: 'REASON' }];
    return {
      text: [
        rows.length === 0 ? 'no instances' : renderTable(columns, rows, context),
        ...(Cluster === undefined ? [] : [clusterText(Cluster, context)]),
      ].join('\n\n'),
      json: {
        id,
        instances: Instances.map(camelDocument),
        ...(Cluster === undefined ? {} : { cluster: camelDocument(Cluster) }),
      },
    };
  },
};

export const flavor: Family = {
  name: 'flavor',
  summary: 'what instances are for, and when they are healthy',
  examples: ['holdfast flavor healthy web'],
  commands: [validate, prepare, healthy, recover, rotateTokens],
};
