import { DeleteParametersCommand, paginateGetParametersByPath, type SSMClient } from '@aws-sdk/client-ssm';
import { type InstanceId, instanceId } from '../core/ids.js';
import type { ClusterParameters } from '../ports/cluster-parameters.js';
import { chunks } from './in-flight.js';
import { ssmError } from './ssm-node-shell.js';

/** GetParametersByPath's page, and DeleteParameters' limit of names. */
const MOST_NAMES = 10;

/** The parameters of clusters in Parameter Store. Values are never read: SecureStrings stay encrypted. */
export const ssmClusterParameters = (client: SSMClient): ClusterParameters => {
  const names = async (path: string): Promise<readonly string[]> => {
    const found: string[] = [];
    const request = { Path: path, Recursive: true, WithDecryption: false };
    try {
      for await (const page of paginateGetParametersByPath({ client, pageSize: MOST_NAMES }, request))
        for (const { Name } of page.Parameters ?? []) if (Name !== undefined) found.push(Name);
    } catch (error) {
      throw ssmError(error);
    }
    return found;
  };
  const remove = async (all: readonly string[]): Promise<void> => {
    for (const Names of chunks(all, MOST_NAMES)) {
      try {
        await client.send(new DeleteParametersCommand({ Names: [...Names] }));
      } catch (error) {
        throw ssmError(error);
      }
    }
  };
  const managers = (path: string): string => `${path}/managers`;
  return {
    speakers: async (path): Promise<readonly InstanceId[]> =>
      (await names(managers(path))).map((name) => instanceId(name.slice(managers(path).length + 1))),
    forget: (path, ids) => remove(ids.map((id) => `${managers(path)}/${id}`)),
    remove: async (path) => remove(await names(path)),
  };
};
