import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface AwsDoor {
  /** For `AWS_ENDPOINT_URL`. */
  readonly url: string;
  close(): Promise<void>;
}

const FUNCTION = 'group-api-of-the-test';

const STACK = `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member>
  <StackName>prod</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus>
  <Outputs><member><OutputKey>GroupApiFunction</OutputKey><OutputValue>${FUNCTION}</OutputValue></member></Outputs>
</member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;

/** CloudFormation that knows a stack "prod", and Lambda whose one function is the group API of a local cloud. */
export const awsDoor = async (cloud: string): Promise<AwsDoor> => {
  const server = createServer(async (request, response) => {
    const asked = await text(request);
    const isDryRun = request.headers['x-amz-invocation-type'] === 'DryRun';
    if (!isInvoke(request)) response.writeHead(200, { 'content-type': 'text/xml' }).end(STACK);
    else if (isDryRun) response.writeHead(204).end();
    else {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(new URL('rpc', cloud), { method: 'POST', headers, body: asked });
      response.writeHead(200, headers).end(await answer.text());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const isInvoke = ({ url = '' }: IncomingMessage): boolean =>
  url.includes(`/functions/${FUNCTION}/invocations`);
