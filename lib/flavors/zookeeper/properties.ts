import { z } from 'zod';
import { isJsonObject, type Json } from '../../core/json.js';
import { CLUSTER_NAME } from '../node/boot-script.js';

/** InfraKit's properties of `zookeeper`, and ours; all optional. */
export const zookeeperSchema = z
  .strictObject({
    Type: z.literal('member').describe('InfraKit knows members only').optional(),
    UseDocker: z
      .literal(false, {
        error: 'must be false: the server runs on the machine itself, where it keeps its data',
      })
      .optional(),
    IPs: z
      .never({ error: 'has its place in Allocation, as LogicalIDs' })
      .optional()
      .describe('Only in the oldest form, without Allocation: its LogicalIDs'),
    Cluster: z
      .string()
      .regex(new RegExp(CLUSTER_NAME), 'must be 1 to 64 of letters, digits, ".", "_" and "-"')
      .describe("Names the ensemble's parameters; the group's ID when absent")
      .optional(),
    TickTime: z
      .int()
      .min(200)
      .max(60_000)
      .describe('Milliseconds; a follower is given up after five of them. 2000 when absent')
      .optional(),
    HeapMegabytes: z
      .int()
      .min(32)
      .max(1_000_000)
      .describe("Java's heap; a quarter of the memory when absent")
      .optional(),
    DataDir: z
      .string()
      .regex(
        /^(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/,
        'must be an absolute path of letters, digits, ".", "_" and "-"',
      )
      .describe('Holds the data; /var/lib/holdfast/zookeeper/data when absent')
      .optional(),
    Archive: z
      .strictObject({
        URL: z
          .string()
          .regex(/^(?:https|s3):\/\/[\w.~:/?#@!$&()*+,;=%-]+$/, 'must be an https:// or s3:// URL')
          .describe(
            "Apache's apache-zookeeper-<version>-bin.tar.gz, or a copy in a bucket that the nodes may read",
          ),
        SHA256: z
          .string()
          .regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits')
          .describe('Of the archive; another one is not unpacked'),
      })
      .describe(
        "Where ZooKeeper comes from; the system's own package when absent, which Amazon Linux has none of",
      )
      .optional(),
  })
  .describe('Members of a ZooKeeper ensemble, by their private addresses as LogicalIDs');

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
