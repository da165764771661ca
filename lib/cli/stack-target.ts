import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { READING, RPC_CODES, type RpcRequest } from '../app/api-types.js';
import { Failure, usage } from './failure.js';
import { apiFunction } from './stack-outputs.js';
import { NoAnswerError, type TargetChoice, type Transport } from './target.js';

type StackChoice = Extract<TargetChoice, { kind: 'stack' }>;

/** The two services that a stack target needs. */
export interface StackClients {
  readonly cloudFormation: CloudFormationClient;
  readonly lambda: LambdaClient;
}

/** Loaded only here: the SDK is slow to load, and most commands go to the local cloud. */
export async function stackClients(choice: StackChoice): Promise<StackClients> {
  const [{ CloudFormationClient }, { LambdaClient }] = await Promise.all([
    import('@aws-sdk/client-cloudformation'),
    import('@aws-sdk/client-lambda'),
  ]);
  const config = {
    ...(choice.profile === undefined ? {} : { profile: choice.profile }),
    ...(choice.region === undefined ? {} : { region: choice.region }),
  };
  return { cloudFormation: new CloudFormationClient(config), lambda: new LambdaClient(config) };
}

/** The group API of a stack on AWS, by the functions that its outputs name. */
export async function stackTransport(
  choice: StackChoice,
  { cloudFormation, lambda }: StackClients,
): Promise<Transport> {
  const { DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
  const { InvokeCommand } = await import('@aws-sdk/client-lambda');
  const region = await onAws(() => lambda.config.region());
  const described = await onAws(() =>
    cloudFormation.send(new DescribeStacksCommand({ StackName: choice.stack })),
  );
  const functionName = apiFunction(described.Stacks?.[0]?.Outputs ?? [], choice);

  const invoke = async (door: Door, request: RpcRequest, abortSignal: AbortSignal): Promise<unknown> => {
    const command = new InvokeCommand({
      FunctionName: functionName,
      Payload: JSON.stringify(request),
      ...(door === 'function' ? {} : { Qualifier: door }),
    });
    const answer = await onAws(() => lambda.send(command, { abortSignal }), abortSignal);
    const text = answer.Payload?.transformToString() ?? '';
    if (answer.FunctionError !== undefined) throw functionFailed(functionName, text);
    return parseAnswer(functionName, text);
  };

  return {
    name: `stack ${choice.stack}${choice.plane ? `/${choice.plane}` : ''} on AWS in ${region}`,
    send: async (request, to, signal) => {
      if (to === 'cloud') throw usage('cloud commands are for the local cloud only; leave out --stack');
      let closed: unknown;
      for (const door of doorsFor(request)) {
        try {
          const answer = await invoke(door, request, signal);
          if (door === 'function' || !isNotAllowed(answer)) return answer;
        } catch (error) {
          if (!(error instanceof Failure) || !CLOSED.has(error.code)) throw error;
          closed ??= error;
        }
      }
      throw closed;
    },
    whyReadOnly: async (abortSignal) => {
      for (const door of CHANGING) {
        // Lambda checks the permission and runs nothing.
        const dryRun = new InvokeCommand({
          FunctionName: functionName,
          InvocationType: 'DryRun',
          ...(door === 'function' ? {} : { Qualifier: door }),
        });
        try {
          await onAws(() => lambda.send(dryRun, { abortSignal }), abortSignal);
          return undefined;
        } catch (error) {
          if (!(error instanceof Failure) || !CLOSED.has(error.code)) throw error;
        }
      }
      return 'your AWS credentials may only read this control plane';
    },
  };
}

/**
 * Who may do what is who may invoke which alias, so the one that allows least is tried first. A door that is closed to
 * the caller, or that refuses the method, has changed nothing.
 */
type Door = 'read' | 'commit' | 'destroy' | 'function';
const CHANGING: readonly Door[] = ['commit', 'destroy', 'function'];

const doorsFor = (request: RpcRequest): readonly Door[] =>
  READING.some((method) => method === request.method) || isPretended(request)
    ? ['read', ...CHANGING]
    : CHANGING;

/** Lambda's refusals before the function is run. */
const CLOSED = new Set(['AccessDeniedException', 'ResourceNotFoundException']);

const isPretended = ({ params }: RpcRequest): boolean =>
  typeof params === 'object' && params !== null && 'Pretend' in params && params.Pretend === true;

const isNotAllowed = (answer: unknown): boolean =>
  typeof answer === 'object' &&
  answer !== null &&
  'error' in answer &&
  typeof answer.error === 'object' &&
  answer.error !== null &&
  'code' in answer.error &&
  answer.error.code === RPC_CODES.NotAllowed;

/** AWS's refusals by their own names; everything without an answer from AWS as no answer. */
async function onAws<T>(ask: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (signal?.aborted) throw new NoAnswerError('interrupted', true, { cause: error });
    if ('$fault' in error || error.name === 'CredentialsProviderError') {
      throw new Failure(error.name, `AWS says ${error.name}: ${error.message}`, { cause: error });
    }
    if (error.message === 'Region is missing') {
      throw usage('no AWS region; give --region, or set AWS_REGION');
    }
    throw new NoAnswerError(`no answer from AWS (${error.message}); what was asked may have happened`, true, {
      cause: error,
    });
  }
}

/** The function ended without an answer of its own: a time-out, a lack of memory or a bug. */
function functionFailed(functionName: string, payload: string): NoAnswerError {
  const told = parseOrUndefined(payload);
  const message =
    typeof told === 'object' && told !== null && 'errorMessage' in told ? String(told.errorMessage) : payload;
  return new NoAnswerError(
    `function ${functionName} failed: ${message}; what was asked may have happened`,
    true,
  );
}

function parseAnswer(functionName: string, text: string): unknown {
  const answer = parseOrUndefined(text);
  if (answer === undefined) {
    throw new NoAnswerError(`function ${functionName} did not answer with JSON`, true);
  }
  return answer;
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
