import {
  DeleteParameterCommand,
  GetParameterCommand,
  PutParameterCommand,
  paginateGetParametersByPath,
  type SSMClient,
} from '@aws-sdk/client-ssm';

/** Parameter Store as boot scripts use it. What goes wrong is thrown as the SDK does. */
export interface NodeParameters {
  /** `undefined` when there is none. */
  get(name: string): Promise<string | undefined>;
  /** Writes a plain one unless it is there. @returns whether this call wrote it. */
  create(name: string, value: string): Promise<boolean>;
  /** Writes a SecureString, over what was there. */
  put(name: string, value: string, type?: 'String' | 'SecureString'): Promise<void>;
  /** What lies under a path, by the rest of each name. */
  under(path: string): Promise<ReadonlyMap<string, string>>;
  delete(name: string): Promise<void>;
}

/** @param reach throws when the machine reaches nobody. */
export const nodeParameters = (ssm: SSMClient, reach: () => void): NodeParameters => ({
  get: async (Name) => {
    reach();
    const { Parameter } = await ssm
      .send(new GetParameterCommand({ Name, WithDecryption: true }))
      .catch(unless('ParameterNotFound', { Parameter: undefined }));
    return Parameter?.Value;
  },
  create: async (Name, Value) => {
    reach();
    const written = await ssm
      .send(new PutParameterCommand({ Name, Value, Type: 'String', Overwrite: false }))
      .catch(unless('ParameterAlreadyExists', undefined));
    return written !== undefined;
  },
  put: async (Name, Value, Type = 'SecureString') => {
    reach();
    await ssm.send(new PutParameterCommand({ Name, Value, Type, Overwrite: true }));
  },
  under: async (Path) => {
    reach();
    const found = new Map<string, string>();
    const request = { Path, Recursive: true, WithDecryption: true };
    for await (const { Parameters = [] } of paginateGetParametersByPath({ client: ssm }, request))
      for (const { Name = '', Value = '' } of Parameters) found.set(Name.slice(Path.length + 1), Value);
    return found;
  },
  delete: async (Name) => {
    reach();
    await ssm.send(new DeleteParameterCommand({ Name })).catch(unless('ParameterNotFound', undefined));
  },
});

const unless =
  <Otherwise>(name: string, otherwise: Otherwise) =>
  (error: unknown): Otherwise => {
    if (error instanceof Error && error.name === name) return otherwise;
    throw error;
  };
