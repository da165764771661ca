import { DeleteParametersCommand, paginateGetParametersByPath, type SSMClient } from '@aws-sdk/client-ssm';
import { type InstanceId, instanceId } from '../core/ids.js';
import { chunks } from '../core/in-flight.js';
import type { ClusterParameters } from '../ports/cluster-parameters.js';
import { ssmError } from './ssm-node-shell.js';

/** GetParametersByPath's page, and DeleteParameters' limit of names. */
const MOST_NAMES = 10;

/**
 * Names of one cluster, below its path. What lies deeper may be another's: a control plane may be called `Shop/Blue`
 * beside a cluster `Blue` of `Shop`.
 */
const OWN_NAME = /^(?:[^/]+|managers\/i-[0-9a-z]+|ids\/[0-9]+)$/;

/** The parameters of clusters in Parameter Store. Nothing is decrypted: of SecureStrings only the names are known. */
export const ssmClusterParameters = (client: SSMClient): ClusterParameters => {
  const under = async (path: string): Promise<ReadonlyMap<string, string>> => {
    const found = new Map<string, string>();
    const request = { Path: path, Recursive: true, WithDecryption: false };
    try {
      for await (const page of paginateGetParametersByPath({ client, pageSize: MOST_NAMES }, request))
        for (const { Name, Value = '' } of page.Parameters ?? [])
          if (Name !== undefined && OWN_NAME.test(Name.slice(path.length + 1)))
            found.set(Name.slice(path.length + 1), Value);
    } catch (error) {
      throw ssmError(error);
    }
    return found;
  };
  const remove = async (path: string, names: readonly string[]): Promise<void> => {
    for (const some of chunks(names, MOST_NAMES)) {
      try {
        await client.send(new DeleteParametersCommand({ Names: some.map((name) => `${path}/${name}`) }));
      } catch (error) {
        throw ssmError(error);
      }
    }
  };
  return {
    speakers: async (path): Promise<readonly InstanceId[]> =>
      [...(await under(`${path}/managers`)).keys()]
        .filter((name) => name.startsWith('i-'))
        .sort()
        .map(instanceId),
    claim: async (path) => {
      const known = await under(path);
      const founder = known.get('first');
      return { founded: known.has('cluster'), ...(founder ? { founder: instanceId(founder) } : {}) };
    },
    releaseClaim: (path) => remove(path, ['first']),
    forget: (path, ids) => remove(`${path}/managers`, ids),
    remove: async (path) => remove(path, [...(await under(path)).keys()]),
  };
};
