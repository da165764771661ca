import type { InstanceDescriptionView } from '../../app/api-types.js';
import { isJsonObject } from '../../core/json.js';
import { camelDocument } from '../camel.js';
import type { Command, Family } from '../command.js';
import { placed, readObject, readText, textFields } from '../documents.js';
import { pairs } from '../pairs.js';
import { instanceListText } from '../render/instances.js';

const FILE = {
  name: 'FILE',
  help: "properties of the instance plugin, or InfraKit's instance spec",
} as const;
const TAG = { flags: '--tag <key=value>', help: 'may be repeated', several: true } as const;

const describe: Command = {
  name: 'describe',
  summary: 'list instances of this control plane, with their tags',
  flags: [TAG, { flags: '--properties', help: 'with all that EC2 says' }],
  examples: ['holdfast instance describe', 'holdfast instance describe --tag infrakit.group=web'],
  run: async (context, given) => {
    const tags = pairs(given.texts('tag'));
    const target = await context.target();
    const { Instances } = await target.call('Instance.DescribeInstances', {
      ...(given.texts('tag').length === 0 ? {} : { Tags: tags }),
      ...(given.flag('properties') ? { Properties: true } : {}),
    });
    return {
      text: instanceListText(Instances.map(withLogicalId), context),
      json: { instances: Instances.map(camelDocument) },
    };
  },
};

const withLogicalId = ({ ID, State, Tags, LogicalID }: InstanceDescriptionView) => ({
  ID,
  State,
  Tags,
  About: LogicalID ?? '',
});

const validate: Command = {
  name: 'validate',
  summary: 'check properties against the schema and with a dry run',
  words: [FILE],
  examples: ['holdfast instance validate instance.json'],
  run: async (context, given) => {
    const written = await readObject(context, given.word(0));
    const target = await context.target();
    const { Warnings } = await placed(written, () =>
      target.call('Instance.Validate', { Properties: written.value.Properties ?? written.value }),
    );
    return {
      text: [`${given.word(0)} is valid`, ...Warnings.map((warning) => `  warning: ${warning}`)].join('\n'),
      json: { valid: true, warnings: Warnings },
    };
  },
};

const provision: Command = {
  name: 'provision',
  summary: 'launch one instance for a group that is not watched',
  words: [FILE],
  flags: [
    TAG,
    { flags: '--init <file>', help: 'a boot script' },
    { flags: '--logical-id <id>', help: "the pet's identity" },
  ],
  examples: ['holdfast instance provision instance.json --tag infrakit.group=spare'],
  run: async (context, given) => {
    const written = await readObject(context, given.word(0));
    const document = written.value;
    const spec = document.Properties === undefined ? undefined : document;
    const init = given.text('init');
    const Init = init === undefined ? spec?.Init : (await readText(context, init)).text;
    const LogicalID = given.text('logicalId') ?? spec?.LogicalID;
    const target = await context.targetToChange();
    const Tags = {
      ...(isJsonObject(spec?.Tags) ? textFields(spec.Tags, 'Tags') : {}),
      ...pairs(given.texts('tag')),
    };
    const { ID } = await placed(written, () =>
      target.call('Instance.Provision', {
        Properties: spec?.Properties ?? document,
        Tags,
        ...(typeof Init === 'string' ? { Init } : {}),
        ...(typeof LogicalID === 'string' ? { LogicalID } : {}),
        RequestId: context.world.random.id(),
      }),
    );
    return { text: ID, json: { id: ID } };
  },
};

const destroy: Command = {
  name: 'destroy',
  summary: 'destroy instances of groups that are not watched',
  words: [{ name: 'INSTANCE', help: 'ids', several: true }],
  flags: [{ flags: '--reason <text>', help: 'kept on record' }],
  examples: ['holdfast instance destroy i-0abc --reason "left over"'],
  run: async (context, given) => {
    const reason = given.text('reason');
    const target = await context.targetToChange();
    const { Destroyed } = await target.call('Instance.Destroy', {
      IDs: given.words,
      ...(reason === undefined ? {} : { Reason: reason }),
      RequestId: context.world.random.id(),
    });
    return { text: Destroyed.map((id) => `Destroyed ${id}`).join('\n'), json: { destroyed: Destroyed } };
  },
};

export const instance: Family = {
  name: 'instance',
  summary: 'single instances, below the groups',
  examples: ['holdfast instance describe'],
  commands: [describe, validate, provision, destroy],
};
