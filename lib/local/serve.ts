import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** What answers a path: JSON in, JSON out. */
export type Endpoint = (body: unknown) => Promise<unknown>;

/** Answers whatever else it knows. @returns whether it knew the request. */
export type Site = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface Served {
  readonly url: string;
  close(): Promise<void>;
}

/** The port is taken, most likely by another `holdfast up`. */
export class PortTakenError extends Error {
  constructor(port: number) {
    super(`port ${port} is taken, perhaps by another "holdfast up": stop it, or give another with --port`);
    this.name = 'PortTaken';
  }
}

const LARGEST_BODY_BYTES = 4 * 1024 * 1024;

/**
 * Serves JSON endpoints, and a site if one is given, on 127.0.0.1 alone; port 0 is any that is free. A page of another site in a browser on this machine must not reach it:
 * requests whose Host is not this server, or whose Origin is another, are refused (DNS rebinding, cross-site requests).
 * @throws {PortTakenError}
 */
export const serve = async (
  port: number,
  endpoints: Readonly<Record<string, Endpoint>>,
  site: Site = () => false,
): Promise<Served> => {
  const server = createServer((request, response) => void handle(endpoints, site, request, response));
  const listening = await listen(server, port);
  return {
    url: `http://127.0.0.1:${listening}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new PortTakenError(port) : error),
    );
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });

const handle = async (
  endpoints: Readonly<Record<string, Endpoint>>,
  site: Site,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const answer = (status: number, body: unknown) => {
    response.writeHead(status, { 'content-type': 'application/json', 'x-content-type-options': 'nosniff' });
    response.end(JSON.stringify(body));
  };
  if (!isOurs(request))
    return answer(403, { error: 'this server answers only requests made to it on this machine' });
  const path = (request.url ?? '/').replace(/^\//, '').split('?')[0] ?? '';
  const endpoint = Object.hasOwn(endpoints, path) ? endpoints[path] : undefined;
  if (endpoint === undefined && site(request, response)) return;
  if (endpoint === undefined)
    return answer(404, {
      error: `no "/${path}"; there are ${Object.keys(endpoints)
        .map((known) => `/${known}`)
        .join(', ')}`,
    });
  if (request.method !== 'POST') return answer(405, { error: 'POST a JSON-RPC 2.0 request' });
  if (!(request.headers['content-type'] ?? '').startsWith('application/json'))
    return answer(415, { error: 'the content type must be application/json' });
  try {
    const body = await readBody(request);
    if (body === undefined) return answer(413, { error: `at most ${LARGEST_BODY_BYTES} bytes` });
    answer(200, await endpoint(parse(body)));
  } catch (error) {
    answer(500, { error: error instanceof Error ? error.message : String(error) });
  }
};

const isOurs = (request: IncomingMessage): boolean => {
  const port = request.socket.localPort;
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const { host, origin } = request.headers;
  if (host === undefined || !hosts.includes(host)) return false;
  return origin === undefined || hosts.some((ours) => origin === `http://${ours}`);
};

const readBody = async (request: IncomingMessage): Promise<string | undefined> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > LARGEST_BODY_BYTES) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
};

/** Text that is no JSON is passed on as it is: the endpoint answers it with JSON-RPC's own error. */
const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
