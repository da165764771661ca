import { z } from 'zod';
import type { Json } from '../../core/json.js';
import { CLUSTER_NAME } from '../node/boot-script.js';

/** What `etcd` takes; all optional. */
export const etcdSchema = z
  .strictObject({
    Cluster: z
      .string()
      .regex(new RegExp(CLUSTER_NAME), 'must be 1 to 64 of letters, digits, ".", "_" and "-"')
      .describe("Names the cluster's parameters; the group's ID when absent")
      .optional(),
    DataDir: z
      .string()
      .regex(
        /^(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/,
        'must be an absolute path of letters, digits, ".", "_" and "-"',
      )
      .describe('Holds the data; /var/lib/etcd when absent')
      .optional(),
    Archive: z
      .strictObject({
        URL: z
          .string()
          .regex(/^(?:https|s3):\/\/[\w.~:/?#@!$&()*+,;=%-]+$/, 'must be an https:// or s3:// URL')
          .describe(
            "etcd's etcd-v<version>-linux-<arch>.tar.gz, 3.4 or newer, or a copy in a bucket of the nodes' region that they may read",
          ),
        SHA256: z
          .string()
          .regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits')
          .describe('Of the archive; another one is not unpacked'),
      })
      .describe(
        "Where etcd comes from when the image has none; the system's own package when absent, which Amazon Linux has none of",
      )
      .optional(),
  })
  .describe(
    'Members of an etcd cluster, by their private addresses as LogicalIDs. An even number of them bears no more failures than one less. Without TLS, between members as for clients: ports 2379 and 2380 must be open to them alone',
  );

export type EtcdProperties = z.infer<typeof etcdSchema>;

/** Of properties that have passed `validate`. */
export const etcdProperties = (properties: Json): EtcdProperties => etcdSchema.parse(properties ?? {});
