import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HEADERS } from '../../../../lib/console/headers.js';
import { pageFile } from '../../../../lib/console/page-files.js';
import {
  ACT_PATH,
  type Action,
  type Answer,
  type Message,
  STREAM_PATH,
} from '../../../../lib/console/protocol.js';
import type { Scene } from './scenes.js';

export interface FixtureServer {
  readonly url: string;
  /** Every action that the page asked for. */
  readonly actions: Action[];
  play(scene: Scene): void;
  /** What the next actions are answered with. */
  answer(how: (action: Action) => Answer): void;
  /** Tells every open page more. */
  tell(...messages: readonly Message[]): void;
  /** Streams that were opened since the scene began. */
  streamsOpened(): number;
  /** Breaks every stream, and refuses new ones until `mend`. */
  breakStreams(): void;
  mend(): void;
  close(): Promise<void>;
}

const done = (): Answer => ({ ok: true, result: { kind: 'done', message: 'done' } });

/** A server of scenes that speaks the console's protocol, with the real one's headers. */
export const startFixtureServer = async (directory: string): Promise<FixtureServer> => {
  let playing: Scene = { messages: () => [] };
  let answering: (action: Action) => Answer = done;
  let isBroken = false;
  let streamsOpened = 0;
  const actions: Action[] = [];
  const streams = new Set<ServerResponse>();
  const write = (to: ServerResponse, messages: readonly Message[]) =>
    to.write(messages.map((message) => `data: ${JSON.stringify(message)}\n\n`).join(''));
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (url.pathname === STREAM_PATH) {
      if (isBroken) {
        response.writeHead(503).end();
        return;
      }
      response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream' });
      streamsOpened += 1;
      streams.add(response);
      response.on('close', () => streams.delete(response));
      response.write('retry: 200\n\n');
      write(response, playing.messages(url.searchParams.get('group') ?? undefined));
      return;
    }
    if (url.pathname === ACT_PATH) {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      const action = JSON.parse(Buffer.concat(parts).toString()) as Action;
      actions.push(action);
      response.writeHead(200, { ...HEADERS, 'content-type': 'application/json' });
      response.end(JSON.stringify(answering(action)));
      return;
    }
    const file = await pageFile(directory, url.pathname);
    response.writeHead(file === undefined ? 404 : 200, {
      ...HEADERS,
      'content-type': file?.type ?? 'text/plain',
    });
    response.end(file?.content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    actions,
    play: (scene) => {
      playing = scene;
      isBroken = false;
      streamsOpened = 0;
      answering = done;
      actions.length = 0;
    },
    answer: (how) => {
      answering = how;
    },
    tell: (...messages) => {
      for (const stream of streams) write(stream, messages);
    },
    streamsOpened: () => streamsOpened,
    breakStreams: () => {
      isBroken = true;
      for (const stream of streams) stream.destroy();
    },
    mend: () => {
      isBroken = false;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
