import { z } from 'zod';
import { isJsonObject, type Json } from '../../core/json.js';
import { CLUSTER_NAME } from '../node/boot-script.js';

/** Of the empty file: in examples, where any would do. */
const SHA256_EXAMPLE = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** InfraKit's properties of `zookeeper`, and ours; all optional. */
export const zookeeperSchema = z
  .strictObject({
    Type: z
      .literal('member')
      .meta({ description: "InfraKit's; there are members only", default: 'member' })
      .optional(),
    UseDocker: z
      .literal(false, {
        error: 'must be false: the server runs on the machine itself, where it keeps its data',
      })
      .meta({
        description:
          "InfraKit's; must be false: the server runs on the machine itself, where it keeps its data",
        default: false,
      })
      .optional(),
    IPs: z
      .never({ error: 'has its place in Allocation, as LogicalIDs' })
      .optional()
      .describe('Only in the oldest form, without Allocation: its LogicalIDs'),
    Cluster: z
      .string()
      .regex(new RegExp(CLUSTER_NAME), 'must be 1 to 64 of letters, digits, ".", "_" and "-"')
      .meta({
        description: "Names the ensemble's parameters: two groups of one name are one ensemble",
        absent: "the group's ID",
        examples: ['shop'],
      })
      .optional(),
    TickTime: z
      .int()
      .min(200)
      .max(60_000)
      .meta({
        description: 'Milliseconds; a follower is given up after five of them',
        default: 2000,
        examples: [2000],
      })
      .optional(),
    HeapMegabytes: z
      .int()
      .min(32)
      .max(1_000_000)
      .meta({ description: "Java's heap, in MiB", absent: 'a quarter of the memory', examples: [512] })
      .optional(),
    DataDir: z
      .string()
      .regex(
        /^(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/,
        'must be an absolute path of letters, digits, ".", "_" and "-"',
      )
      .meta({
        description: 'Holds the data',
        default: '/var/lib/holdfast/zookeeper/data',
        examples: ['/data/zookeeper'],
      })
      .optional(),
    Archive: z
      .strictObject({
        URL: z
          .string()
          .regex(/^(?:https|s3):\/\/[\w.~:/?#@!$&()*+,;=%-]+$/, 'must be an https:// or s3:// URL')
          .meta({
            description:
              "Apache's apache-zookeeper-<version>-bin.tar.gz, or a copy in a bucket that the nodes may read",
            examples: ['s3://shop-archives/apache-zookeeper-3.9.3-bin.tar.gz'],
          }),
        SHA256: z
          .string()
          .regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits')
          .meta({
            description: 'Of the archive; another one is not unpacked',
            examples: [SHA256_EXAMPLE],
          }),
      })
      .meta({
        description: 'Where ZooKeeper comes from; Amazon Linux has no package',
        absent: "the system's own package",
        examples: [{ URL: 's3://shop-archives/apache-zookeeper-3.9.3-bin.tar.gz', SHA256: SHA256_EXAMPLE }],
      })
      .optional(),
  })
  .meta({
    description: 'Members of a ZooKeeper ensemble, by their private addresses as LogicalIDs',
    examples: [{ Cluster: 'shop' }],
  });

export type ZookeeperProperties = z.infer<typeof zookeeperSchema>;

/** The key that was written for `Type`: InfraKit reads it in any case, and its own oldest form has `type`. */
export const typeKeyOf = (properties: Json): string => {
  if (!isJsonObject(properties) || Object.hasOwn(properties, 'Type')) return 'Type';
  return Object.keys(properties).find((key) => key.toLowerCase() === 'type') ?? 'Type';
};

/** The same with `Type` in its usual form. */
export const withTypeKey = (properties: Json): Json => {
  const written = typeKeyOf(properties);
  if (!isJsonObject(properties) || written === 'Type') return properties;
  return Object.fromEntries(
    Object.entries(properties).map(([key, value]) => [key === written ? 'Type' : key, value]),
  );
};

/** Of properties that have passed `validate`. */
export const zookeeperProperties = (properties: Json): ZookeeperProperties =>
  zookeeperSchema.parse(withTypeKey(properties) ?? {});
