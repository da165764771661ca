import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { localTransport } from '../../lib/cli/local-target.js';

const REQUEST = { jsonrpc: '2.0', id: 'x', method: 'Group.List', params: {} } as const;
const servers: Server[] = [];

/** A server on a free port of this machine. */
async function serve(
  answer: (request: IncomingMessage, body: string) => { status?: number; body: string } | 'hang up',
): Promise<string> {
  const server = createServer(async (request, response) => {
    const answered = answer(request, await text(request));
    if (answered === 'hang up') {
      request.socket.destroy();
      return;
    }
    response.writeHead(answered.status ?? 200, { 'content-type': 'application/json' }).end(answered.body);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
  return `http://127.0.0.1:${address.port}`;
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const never = new AbortController().signal;

describe('localTransport', () => {
  it('posts JSON-RPC to /rpc and /cloud', async () => {
    const seen: unknown[] = [];
    const url = await serve((request, body) => {
      seen.push([request.method, request.url, request.headers['content-type'], JSON.parse(body)]);
      return { body: '{"jsonrpc":"2.0","id":"x","result":{"Groups":[]}}' };
    });
    const transport = localTransport(url);
    expect(await transport.send(REQUEST, 'rpc', never)).toMatchObject({ result: { Groups: [] } });
    await transport.send(REQUEST, 'cloud', never);
    expect(seen).toEqual([
      ['POST', '/rpc', 'application/json', REQUEST],
      ['POST', '/cloud', 'application/json', REQUEST],
    ]);
    expect(transport.name).toBe(`local cloud at ${url}`);
  });

  it('says how to start a local cloud when there is none', async () => {
    const url = await serve(() => 'hang up');
    await new Promise((resolve) => servers.splice(0)[0]?.close(resolve));
    const sending = localTransport(url).send(REQUEST, 'rpc', never);
    await expect(sending).rejects.toMatchObject({
      name: 'NoAnswer',
      sent: false,
      message: `no local cloud at ${url}; start it with \`npx holdfast up\`, or name a stack with --stack`,
    });
  });

  it('knows that what it sent may have happened when the connection broke', async () => {
    const url = await serve(() => 'hang up');
    await expect(localTransport(url).send(REQUEST, 'rpc', never)).rejects.toMatchObject({
      name: 'NoAnswer',
      sent: true,
      message: expect.stringContaining('what was asked may have happened'),
    });
  });

  it('tells another program by its answer', async () => {
    const url = await serve(() => ({ status: 404, body: '<html>' }));
    await expect(localTransport(url).send(REQUEST, 'rpc', never)).rejects.toThrow(
      `${url} answered HTTP 404 without JSON; is another program listening there?`,
    );
  });

  it('stops waiting when the user stops it', async () => {
    const stop = new AbortController();
    const url = await serve(() => {
      stop.abort();
      return { body: '{}' };
    });
    await expect(localTransport(url).send(REQUEST, 'rpc', stop.signal)).rejects.toMatchObject({
      name: 'NoAnswer',
    });
  });
});
