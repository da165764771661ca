import { z } from 'zod';
import { CLUSTER_NAME } from '../node/boot-script.js';

/** What `mysql` takes. */
export const mysqlSchema = z
  .strictObject({
    Cluster: z
      .string()
      .regex(new RegExp(CLUSTER_NAME), {
        error: 'must be a name: 1 to 64 of letters, digits, ".", "_" and "-", with a letter or digit first',
      })
      .meta({ description: 'Names the cluster, and its parameters', examples: ['orders'] }),
  })
  .meta({
    description: 'Members of a MariaDB Galera cluster, three or more by their private addresses',
    examples: [{ Cluster: 'orders' }],
  });
