import { z } from 'zod';
import { isJsonObject, type JsonObject } from '../core/json.js';
import { EC2_INSTANCE_NAMES, ec2PropertiesSchema } from './ec2-instance.js';
import { groupFields } from './group-schema.js';
import { leafKeys } from './leaf-keys.js';
import { inWords } from './schema-words.js';

/** A flavor as the editor's schema needs it: its names and what its properties may be. */
export interface FlavorSchema {
  readonly names: readonly [string, ...string[]];
  readonly properties: z.ZodType;
}

const $schema = z
  .string()
  .meta({
    description: 'Where this schema is',
    examples: ['./node_modules/holdfast/schema/holdfast.schema.json'],
  })
  .optional();

/** A small group, wherever an example of a whole one is shown. */
const GROUP_EXAMPLE = {
  Allocation: { Size: 3 },
  Instance: {
    Plugin: 'aws/ec2-instance',
    Properties: { RunInstancesInput: { ImageId: 'ami-0abc', InstanceType: 't3.small' } },
  },
  Flavor: { Plugin: 'vanilla' },
};

/** Everything that a config document may be, as one schema: for editors. The parser says more, and with positions. */
export const documentSchema = (flavors: readonly FlavorSchema[]) => {
  const group = groupPropertiesSchema(flavors);
  const id = z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/)
    .meta({ description: 'Names the group', examples: ['web'] });
  const plain = z.strictObject({ $schema, ID: id, Properties: group });
  const v1 = z.strictObject({
    $schema,
    kind: z.literal('group').meta({ description: 'Says that this is a group' }),
    version: z
      .string()
      .meta({ description: 'Which version of the form; not looked at', examples: ['v1'] })
      .optional(),
    metadata: z.strictObject({ name: id }).meta({ description: 'Which group', examples: [{ name: 'web' }] }),
    properties: group,
  });
  const listed = z.strictObject({
    $schema,
    Plugin: z.literal('group').meta({ description: 'Says that this is a group' }),
    Properties: z
      .strictObject({ ID: id, Properties: group })
      .meta({ description: 'The group', examples: [{ ID: 'web', Properties: GROUP_EXAMPLE }] }),
  });
  const byId = z.strictObject({
    $schema,
    groups: z
      .record(id, z.strictObject({ Properties: group }))
      .meta({ description: 'Groups by id', examples: [{ web: { Properties: GROUP_EXAMPLE } }] }),
  });
  return z.union([byId, plain, v1, z.array(z.union([listed, plain, v1])).min(1)]);
};

/** One group's Properties with those of the plugins. */
export const groupPropertiesSchema = (flavors: readonly FlavorSchema[]) =>
  z
    .strictObject({
      ...groupFields,
      Instance: z
        .strictObject({
          Plugin: z.enum(EC2_INSTANCE_NAMES).meta({ description: 'The instance plugin' }),
          Properties: ec2PropertiesSchema,
        })
        .meta({ description: 'What the instances are launched from', examples: [GROUP_EXAMPLE.Instance] }),
      Flavor: z
        .union(
          flavors.map(({ names, properties }) =>
            z.strictObject({
              Plugin: z.enum(names).meta({ description: 'The flavor' }),
              Properties: properties.optional(),
            }),
          ),
        )
        .meta({ description: 'What the instances are for', examples: [GROUP_EXAMPLE.Flavor] }),
    })
    .meta({ id: 'GroupProperties', description: "A group's Properties", examples: [GROUP_EXAMPLE] });

/** A zod schema as JSON, with the marks that only we know: `absent` and `shape`. */
export const rawJsonSchema = (schema: z.ZodType): JsonObject =>
  JSON.parse(
    JSON.stringify(z.toJSONSchema(schema, { target: 'draft-2020-12', reused: 'inline', io: 'input' })),
  ) as JsonObject;

/** Where the definitions are in a group's Properties. */
const PLACES: Readonly<Record<string, string>> = { GroupProperties: '', ComposedFlavor: 'Flavor' };

/** The JSON Schema of a config document, as it is shipped. */
export const documentJsonSchema = (flavors: readonly FlavorSchema[]): JsonObject => {
  const { $defs, ...raw } = rawJsonSchema(documentSchema(flavors));
  const definitions = Object.entries(isJsonObject($defs) ? $defs : {});
  return {
    title: 'Holdfast config document',
    description: 'Groups of instances, in any of the forms that Holdfast and InfraKit write them',
    ...inWords(raw),
    $defs: Object.fromEntries(
      definitions.map(([name, schema]) => [
        name,
        isJsonObject(schema) ? inWords(schema, PLACES[name]) : (schema ?? null),
      ]),
    ),
  };
};

/** A group's Properties with our marks; those of the plugins in it, but not what a combo composes. */
export const groupJsonSchema = (flavors: readonly FlavorSchema[]): JsonObject => {
  const schema = rawJsonSchema(groupPropertiesSchema(flavors));
  const definitions = isJsonObject(schema.$defs) ? schema.$defs : {};
  return isJsonObject(definitions.GroupProperties) ? definitions.GroupProperties : schema;
};

/** Every key of a group's Properties behind which a value stands, plugins included. */
export const groupLeafKeys = (flavors: readonly FlavorSchema[]): readonly string[] =>
  leafKeys(groupJsonSchema(flavors));
