import { z } from 'zod';
import type { Json } from '../../core/json.js';
import { CLUSTER_NAME } from '../node/boot-script.js';

/** Of the empty file: in examples, where any would do. */
const SHA256_EXAMPLE = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** What `etcd` takes; all optional. */
export const etcdSchema = z
  .strictObject({
    Cluster: z
      .string()
      .regex(new RegExp(CLUSTER_NAME), 'must be 1 to 64 of letters, digits, ".", "_" and "-"')
      .meta({
        description: "Names the cluster's parameters",
        absent: "the group's ID",
        examples: ['registry'],
      })
      .optional(),
    DataDir: z
      .string()
      .regex(
        /^(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/,
        'must be an absolute path of letters, digits, ".", "_" and "-"',
      )
      .meta({ description: 'Holds the data', default: '/var/lib/etcd', examples: ['/data/etcd'] })
      .optional(),
    Archive: z
      .strictObject({
        URL: z
          .string()
          .regex(/^(?:https|s3):\/\/[\w.~:/?#@!$&()*+,;=%-]+$/, 'must be an https:// or s3:// URL')
          .meta({
            description:
              "etcd's etcd-v<version>-linux-<arch>.tar.gz, 3.4 or newer, or a copy in a bucket of the nodes' region that they may read",
            examples: ['s3://shop-archives/etcd-v3.5.17-linux-amd64.tar.gz'],
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
        description: 'Where etcd comes from when the image has none; Amazon Linux has no package',
        absent: "the system's own package",
        examples: [{ URL: 's3://shop-archives/etcd-v3.5.17-linux-amd64.tar.gz', SHA256: SHA256_EXAMPLE }],
      })
      .optional(),
  })
  .meta({
    description:
      'Members of an etcd cluster, by their private addresses as LogicalIDs. An even number of them bears no more failures than one less. Without TLS, between members as for clients: ports 2379 and 2380 must be open to them alone',
    examples: [{ Cluster: 'registry' }],
  });

export type EtcdProperties = z.infer<typeof etcdSchema>;

/** Of properties that have passed `validate`. */
export const etcdProperties = (properties: Json): EtcdProperties => etcdSchema.parse(properties ?? {});
