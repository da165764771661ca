import { request } from 'node:http';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { PortTakenError, type Served, serve } from '../../lib/local/serve.js';

let served: Served | undefined;
afterEach(async () => {
  await served?.close();
  served = undefined;
});

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

const start = async (): Promise<number> => {
  const port = await freePort();
  served = await serve(port, { rpc: async (body) => ({ echoed: body }) });
  return port;
};

interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const ask = (port: number, asked: Asked = {}): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        method: asked.method ?? 'POST',
        path: asked.path ?? '/rpc',
        headers: { 'content-type': 'application/json', ...asked.headers },
      },
      (response) => {
        let text = '';
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      },
    );
    sent.on('error', reject);
    sent.end(asked.body ?? '{"a":1}');
  });

describe('the local server', () => {
  it('answers JSON with JSON', async () => {
    const port = await start();
    expect(await ask(port)).toEqual({ status: 200, text: '{"echoed":{"a":1}}' });
  });

  it.each([['evil.example'], ['127.0.0.1:1'], ['localhost']])('refuses the Host "%s"', async (host) => {
    const port = await start();
    expect((await ask(port, { headers: { host } })).status).toBe(403);
  });

  it('takes localhost and its own port for itself', async () => {
    const port = await start();
    expect((await ask(port, { headers: { host: `localhost:${port}` } })).status).toBe(200);
  });

  it.each([['http://evil.example'], ['null'], ['https://127.0.0.1']])(
    'refuses the Origin "%s"',
    async (origin) => {
      const port = await start();
      expect((await ask(port, { headers: { origin } })).status).toBe(403);
    },
  );

  it('takes a page of its own', async () => {
    const port = await start();
    expect((await ask(port, { headers: { origin: `http://127.0.0.1:${port}` } })).status).toBe(200);
  });

  it('takes only JSON, so that a form of another site cannot post to it', async () => {
    const port = await start();
    expect((await ask(port, { headers: { 'content-type': 'text/plain' } })).status).toBe(415);
  });

  it('knows its paths and its method', async () => {
    const port = await start();
    expect((await ask(port, { path: '/constructor' })).status).toBe(404);
    expect((await ask(port, { method: 'PUT' })).status).toBe(405);
  });

  it('refuses a body of more than 4 MiB', async () => {
    const port = await start();
    const answer = await ask(port, { body: 'x'.repeat(4 * 1024 * 1024 + 1) });
    expect(answer.status).toBe(413);
  });

  it('names the port that is taken', async () => {
    const port = await start();
    const second = serve(port, {});
    await expect(second).rejects.toBeInstanceOf(PortTakenError);
    await expect(second).rejects.toThrow(
      `port ${port} is taken, perhaps by another "holdfast up": stop it, or give another with --port`,
    );
  });
});
