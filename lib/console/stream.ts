import type { ServerResponse } from 'node:http';
import { HEADERS } from './headers.js';
import { HEARTBEAT_MS, type Message } from './protocol.js';

/** Server-sent events to one page. */
export interface Stream {
  /** Takes messages only while the page keeps up: see `isBehind`. */
  send(messages: readonly Message[]): void;
  /** The page reads slower than it is told: what is not told now it is told later, in fewer words. */
  isBehind(): boolean;
  /** Called once, when the page is gone. */
  onClose(callback: () => void): void;
  end(): void;
}

/** How long a page waits before it connects again, as the protocol tells it. */
const RETRY_MS = 1_000;

const LARGEST_BACKLOG_BYTES = 1_000_000;

export const streamTo = (response: ServerResponse): Stream => {
  response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream; charset=utf-8' });
  response.write(`retry: ${RETRY_MS}\n\n`);
  const send = (messages: readonly Message[]) => {
    response.write(messages.map((message) => `data: ${JSON.stringify(message)}\n\n`).join(''));
  };
  const heartbeat = setInterval(() => send([{ kind: 'heartbeat' }]), HEARTBEAT_MS);
  response.once('close', () => clearInterval(heartbeat));
  return {
    send,
    isBehind: () => response.writableLength > LARGEST_BACKLOG_BYTES,
    onClose: (callback) => void response.once('close', callback),
    end: () => void response.end(),
  };
};
