import { z } from 'zod';
import { isJsonObject, type JsonObject } from '../core/json.js';
import { EC2_INSTANCE_NAMES, ec2PropertiesSchema } from './ec2-instance.js';
import { groupFields } from './group-schema.js';
import { leafKeys } from './leaf-keys.js';

/** A flavor as the editor's schema needs it: its names and what its properties may be. */
export interface FlavorSchema {
  readonly names: readonly [string, ...string[]];
  readonly properties: z.ZodType;
}

const $schema = z.string().describe('Where this schema is').optional();

/** Everything that a config document may be, as one schema: for editors. The parser says more, and with positions. */
export const documentSchema = (flavors: readonly FlavorSchema[]) => {
  const group = groupPropertiesSchema(flavors);
  const id = z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/)
    .describe('Names the group');
  const plain = z.strictObject({ $schema, ID: id, Properties: group });
  const v1 = z.strictObject({
    $schema,
    kind: z.literal('group'),
    version: z.string().optional(),
    metadata: z.strictObject({ name: id }),
    properties: group,
  });
  const listed = z.strictObject({
    $schema,
    Plugin: z.literal('group'),
    Properties: z.strictObject({ ID: id, Properties: group }),
  });
  const byId = z.strictObject({
    $schema,
    groups: z.record(id, z.strictObject({ Properties: group })).describe('Groups by id'),
  });
  return z.union([byId, plain, v1, z.array(z.union([listed, plain, v1])).min(1)]);
};

/** One group's Properties with those of the plugins. */
export const groupPropertiesSchema = (flavors: readonly FlavorSchema[]) =>
  z
    .strictObject({
      ...groupFields,
      Instance: z
        .strictObject({ Plugin: z.enum(EC2_INSTANCE_NAMES), Properties: ec2PropertiesSchema })
        .describe('What the instances are launched from; any change replaces them'),
      Flavor: z
        .union(
          flavors.map(({ names, properties }) =>
            z.strictObject({ Plugin: z.enum(names), Properties: properties.optional() }),
          ),
        )
        .describe('What the instances are for; any change replaces them'),
    })
    .meta({ id: 'GroupProperties', description: "A group's Properties" });

/** The JSON Schema of a config document, as it is shipped. */
export const documentJsonSchema = (flavors: readonly FlavorSchema[]) => ({
  title: 'Holdfast config document',
  description: 'Groups of instances, in any of the forms that Holdfast and InfraKit write them',
  ...z.toJSONSchema(documentSchema(flavors), { target: 'draft-2020-12', reused: 'inline' }),
});

/** Every key of a group's Properties behind which a value stands, plugins included. */
export const groupLeafKeys = (flavors: readonly FlavorSchema[]): readonly string[] => {
  const schema = JSON.parse(JSON.stringify(z.toJSONSchema(groupPropertiesSchema(flavors)))) as JsonObject;
  const definitions = isJsonObject(schema.$defs) ? schema.$defs : {};
  return leafKeys(definitions.GroupProperties ?? schema);
};
