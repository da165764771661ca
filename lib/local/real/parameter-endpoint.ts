import type { IncomingMessage, RequestListener } from 'node:http';
import {
  DeleteParameterCommand,
  type DeleteParameterCommandInput,
  DeleteParametersCommand,
  type DeleteParametersCommandInput,
  GetParameterCommand,
  type GetParameterCommandInput,
  GetParametersByPathCommand,
  type GetParametersByPathCommandInput,
  GetParametersCommand,
  type GetParametersCommandInput,
  PutParameterCommand,
  type PutParameterCommandInput,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import { LOCAL_REGION } from '../place.js';
import { addressOf, type Described } from './metadata-service.js';

type Call = (client: SSMClient, input: unknown) => Promise<object>;

/** What nodes may ask for. A node's own JSON is what the SDK's commands take: the one cast stands for the wire. */
const CALLS: Readonly<Record<string, Call>> = {
  GetParameter: (client, input) => client.send(new GetParameterCommand(input as GetParameterCommandInput)),
  GetParameters: (client, input) => client.send(new GetParametersCommand(input as GetParametersCommandInput)),
  GetParametersByPath: (client, input) =>
    client.send(new GetParametersByPathCommand(input as GetParametersByPathCommandInput)),
  PutParameter: (client, input) => client.send(new PutParameterCommand(input as PutParameterCommandInput)),
  DeleteParameter: (client, input) =>
    client.send(new DeleteParameterCommand(input as DeleteParameterCommandInput)),
  DeleteParameters: (client, input) =>
    client.send(new DeleteParametersCommand(input as DeleteParametersCommandInput)),
};

const LONGEST_BODY = 100_000;

/**
 * Parameter Store for nodes, in the JSON 1.1 protocol over plain HTTP. Who calls is known by its address and must use its
 * own keys; the signature itself is not computed again. `clientOf` gives the client of an instance's role, which decides
 * what that may.
 */
export function parameterEndpoint(parts: {
  readonly instanceAt: (address: string) => Described | undefined;
  readonly clientOf: (id: string) => SSMClient;
}): RequestListener {
  const answerOf = async (request: IncomingMessage): Promise<{ status: number; body: object }> => {
    const instance = parts.instanceAt(addressOf(request));
    if (instance === undefined || !isSignedBy(instance, request)) {
      return refusal('UnrecognizedClientException', 'the security token included in the request is invalid');
    }
    const operation = String(request.headers['x-amz-target']).replace(/^AmazonSSM\./, '');
    const call = CALLS[operation];
    if (call === undefined)
      return refusal('UnknownOperationException', `no operation ${operation} for nodes`);
    const input = parsed(await bodyOf(request));
    if (input === undefined) return refusal('SerializationException', 'the body is no JSON');
    try {
      const { $metadata: _, ...body } = {
        $metadata: undefined,
        ...(await call(parts.clientOf(instance.id), input)),
      };
      return { status: 200, body };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return { ...refusal(error.name, error.message), status: isOurs(error) ? 500 : 400 };
    }
  };
  return (request, response) => {
    answerOf(request).then(
      ({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
        response.end(JSON.stringify(body, wireValue));
      },
      () => response.destroy(),
    );
  };
}

const refusal = (name: string, message: string) => ({ status: 400, body: { __type: name, message } });

const isOurs = (error: Error): boolean =>
  'fault' in error || ('$fault' in error && error.$fault === 'server');

/** SigV4's header names the key; region and service are part of what is signed. */
const isSignedBy = ({ instanceProfile, keys }: Described, { headers }: IncomingMessage): boolean =>
  instanceProfile !== undefined &&
  new RegExp(
    `^AWS4-HMAC-SHA256 Credential=${keys.accessKeyId}/\\d{8}/${LOCAL_REGION}/ssm/aws4_request,`,
  ).test(headers.authorization ?? '') &&
  headers['x-amz-security-token'] === keys.sessionToken;

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    chunks.push(Buffer.from(chunk));
    length += chunk.length;
    if (length > LONGEST_BODY) throw new Error('the body is too long');
  }
  return Buffer.concat(chunks).toString('utf8');
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text || '{}');
  } catch {
    return undefined;
  }
};

/** Dates are seconds on this wire; `JSON.stringify` has made them text before it asks. */
function wireValue(this: unknown, key: string, value: unknown): unknown {
  const raw: unknown = Object(this)[key];
  return raw instanceof Date ? raw.getTime() / 1000 : value;
}
