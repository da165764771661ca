import { randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import type { Target } from '../cli/target.js';
import { act } from './act.js';
import { cookieOf, HEADERS, isForeign } from './headers.js';
import { pageFile } from './page-files.js';
import { parseAction } from './parse-action.js';
import { ACT_PATH, type Answer, type Hello, STREAM_PATH, TOKEN_HEADER } from './protocol.js';
import { streamTo } from './stream.js';
import { type WatchOptions, watchFleet } from './watch-fleet.js';

export interface ConsoleOptions {
  readonly target: Target;
  readonly where: 'local' | 'aws';
  /** Name of the stack. */
  readonly stack: string;
  readonly version: string;
  /** The folder of the built page. */
  readonly page: () => Promise<string>;
  /** Why nothing may be changed. */
  readonly readOnly?: string;
  /**
   * Whoever opens the page must know this, once, as `/?key=…`: other users of this machine reach the port as well.
   * Without one everybody on the machine may look and act.
   */
  readonly key?: string;
  readonly everyMs?: WatchOptions['everyMs'];
}

/** Answers HTTP requests for the console; everything that reaches it was made to this server by its own address. */
export interface ConsoleSite {
  /** @returns whether it was for the console. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  stop(): void;
}

const COOKIE = 'holdfast-console';

export const consoleSite = (options: ConsoleOptions): ConsoleSite => {
  const { target, where, key } = options;
  const token = randomBytes(24).toString('base64url');
  const watch = watchFleet({ target, where, everyMs: options.everyMs });
  const hello: Hello = {
    kind: 'hello',
    token,
    version: options.version,
    where,
    stack: options.stack,
    target: target.name,
    ...(options.readOnly === undefined ? {} : { readOnly: options.readOnly }),
  };

  const refuse = (response: ServerResponse, status: number, message: string) => {
    response.writeHead(status, { ...HEADERS, 'content-type': 'text/plain; charset=utf-8' });
    response.end(`${message}\n`);
  };

  const stream = (response: ServerResponse, group: string | undefined) => {
    const page = streamTo(response);
    page.send([hello]);
    page.onClose(watch.listen(group, page));
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!isSame(request.headers[TOKEN_HEADER], token)) {
      return refuse(response, 403, `the header ${TOKEN_HEADER} must carry the token of this console's page`);
    }
    if (!(request.headers['content-type'] ?? '').startsWith('application/json')) {
      return refuse(response, 415, 'the content type must be application/json');
    }
    const parsed = parseAction(parseJson(await textOf(request)));
    const answered: Answer =
      'action' in parsed
        ? await act({ target, where, requestId: randomUUID, readOnly: options.readOnly }, parsed.action)
        : { ok: false, error: { code: 'InvalidInput', message: 'no such action', issues: parsed.issues } };
    response.writeHead(200, { ...HEADERS, 'content-type': 'application/json' });
    response.end(JSON.stringify(answered));
    watch.hurry();
  };

  const file = async (response: ServerResponse, path: string): Promise<void> => {
    const found = await pageFile(await options.page(), path);
    if (found === undefined) return refuse(response, 404, `no "${path}" here; the console is at /`);
    response.writeHead(200, { ...HEADERS, 'content-type': found.type });
    response.end(found.content);
  };

  /** The key becomes a cookie that scripts cannot read and other sites do not send, and leaves the address. */
  const admit = (response: ServerResponse, port: number | undefined) => {
    response.writeHead(303, {
      ...HEADERS,
      location: '/',
      'set-cookie': `${COOKIE}-${port}=${key}; HttpOnly; SameSite=Strict; Path=/`,
    });
    response.end();
  };

  const route = async (request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> => {
    const port = request.socket.localPort;
    if (key !== undefined) {
      if (isSame(url.searchParams.get('key') ?? undefined, key)) return admit(response, port);
      if (!isSame(cookieOf(request, `${COOKIE}-${port}`), key)) {
        return refuse(response, 401, 'open the address that "holdfast console" printed, with its key');
      }
    }
    if (url.pathname === ACT_PATH) {
      if (request.method !== 'POST') return refuse(response, 405, 'POST an action');
      return isForeign(request) ? refuse(response, 403, 'not from another site') : answer(request, response);
    }
    if (request.method !== 'GET') return refuse(response, 405, 'GET the page');
    if (url.pathname !== STREAM_PATH) return file(response, url.pathname);
    if (isForeign(request)) return refuse(response, 403, 'not from another site');
    stream(response, url.searchParams.get('group') ?? undefined);
  };

  return {
    handle: (request, response) => {
      const url = new URL(request.url ?? '/', 'http://console');
      if (request.method !== 'GET' && url.pathname !== ACT_PATH) return false;
      route(request, response, url).catch((error: unknown) => {
        if (!response.headersSent)
          refuse(response, 500, error instanceof Error ? error.message : String(error));
        else response.end();
      });
      return true;
    },
    stop: () => watch.stop(),
  };
};

const isSame = (given: string | string[] | undefined, wanted: string): boolean => {
  if (typeof given !== 'string') return false;
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
