import {
  type DeleteParameterCommandInput,
  type DeleteParametersCommandInput,
  type GetParameterCommandInput,
  type GetParametersByPathCommandInput,
  type GetParametersCommandInput,
  ParameterAlreadyExists,
  ParameterNotFound,
  type PutParameterCommandInput,
  SSMServiceException,
} from '@aws-sdk/client-ssm';
import type { Instant } from '../../core/ids.js';
import type { Clock } from '../../ports/clock.js';
import type { Kept } from '../persist.js';
import { arnOf } from '../place.js';

interface StoredParameter {
  readonly name: string;
  readonly value: string;
  readonly type: string;
  readonly version: number;
  readonly at: Instant;
}

export interface ParameterWorld {
  readonly clock: Clock;
  /** Parameters that AWS keeps for everybody, such as the latest image of a distribution. */
  readonly publicParameter: (name: string) => string | undefined;
  readonly changed: () => void;
  readonly pageSize: number;
}

const LONGEST_STANDARD_VALUE = 4096;
const MOST_NAMES = 10;
const failed = { $metadata: { httpStatusCode: 400 } };

/** Parameter Store: standard parameters, values as they are (SecureString is not encrypted here). */
export function parameters(world: ParameterWorld) {
  const stored = new Map<string, StoredParameter>();
  const read = (name: string): StoredParameter | undefined => {
    const value = world.publicParameter(name);
    if (value !== undefined) return { name, value, type: 'String', version: 1, at: 0 };
    return stored.get(name);
  };
  const remove = (names: readonly string[]) => {
    const known = names.filter((name) => stored.delete(name));
    if (known.length > 0) world.changed();
    return known;
  };
  const atMostTen = (names: readonly string[]) => {
    if (names.length >= 1 && names.length <= MOST_NAMES) return;
    throw validation(`${names.length} names: use 1 to ${MOST_NAMES}`);
  };

  const put = (input: PutParameterCommandInput) => {
    const { Name: name = '', Value: value = '' } = input;
    const known = stored.get(name);
    if (name.startsWith('/aws/') || name.startsWith('aws'))
      throw validation(`no access to the name "${name}"`);
    if (value === '') throw validation('the value is empty');
    if (value.length > LONGEST_STANDARD_VALUE)
      throw validation(`a standard parameter holds ${LONGEST_STANDARD_VALUE} characters`);
    if (known && !input.Overwrite) {
      throw new ParameterAlreadyExists({ message: 'the parameter already exists: set Overwrite', ...failed });
    }
    const version = (known?.version ?? 0) + 1;
    stored.set(name, {
      name,
      value,
      type: input.Type ?? known?.type ?? 'String',
      version,
      at: world.clock.now(),
    });
    world.changed();
    return { Version: version, Tier: 'Standard' };
  };

  const byPath = (input: GetParametersByPathCommandInput) => {
    const path = (input.Path ?? '/').replace(/\/?$/, '/');
    const names = [...stored.keys()]
      .filter(
        (name) =>
          name.startsWith(path) && (input.Recursive === true || !name.slice(path.length).includes('/')),
      )
      .sort();
    const from =
      input.NextToken === undefined ? 0 : names.findIndex((name) => name > (input.NextToken ?? ''));
    const limit = Math.min(input.MaxResults ?? 10, world.pageSize);
    const page = from < 0 ? [] : names.slice(from, from + limit);
    const more = from >= 0 && from + limit < names.length;
    return {
      Parameters: page.flatMap((name) => shown(stored.get(name))),
      ...(more && { NextToken: page.at(-1) }),
    };
  };

  const kept: Kept = {
    snapshot: () => [...stored.values()],
    restore: (state) => {
      for (const one of state as readonly StoredParameter[]) stored.set(one.name, one);
    },
  };
  return {
    ...kept,
    value: (name: string) => read(name)?.value,
    operations: {
      PutParameter: put,
      GetParameter: (input: GetParameterCommandInput) => {
        const [Parameter] = shown(read(input.Name ?? ''));
        if (!Parameter) throw notFound(input.Name);
        return { Parameter };
      },
      GetParameters: (input: GetParametersCommandInput) => {
        const names = input.Names ?? [];
        atMostTen(names);
        return {
          Parameters: names.flatMap((name) => shown(read(name))),
          InvalidParameters: names.filter((name) => !read(name)),
        };
      },
      GetParametersByPath: byPath,
      DeleteParameter: (input: DeleteParameterCommandInput) => {
        if (remove([input.Name ?? '']).length === 0) throw notFound(input.Name);
        return {};
      },
      DeleteParameters: (input: DeleteParametersCommandInput) => {
        const names = input.Names ?? [];
        atMostTen(names);
        const DeletedParameters = remove(names);
        return {
          DeletedParameters,
          InvalidParameters: names.filter((name) => !DeletedParameters.includes(name)),
        };
      },
    },
  };
}

const validation = (message: string) =>
  new SSMServiceException({ name: 'ValidationException', message, $fault: 'client', ...failed });
const notFound = (name: string | undefined) =>
  new ParameterNotFound({ message: `no parameter "${name}"`, ...failed });

const shown = (parameter: StoredParameter | undefined) =>
  parameter
    ? [
        {
          Name: parameter.name,
          Type: parameter.type,
          Value: parameter.value,
          Version: parameter.version,
          LastModifiedDate: new Date(parameter.at),
          ARN: arnOf('ssm', `parameter${parameter.name.startsWith('/') ? '' : '/'}${parameter.name}`),
          DataType: 'text',
        },
      ]
    : [];
