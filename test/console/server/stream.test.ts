import type { ServerResponse } from 'node:http';
import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { HEARTBEAT_MS } from '../../../lib/console/protocol.js';
import { streamTo } from '../../../lib/console/stream.js';

/** What a page would read; the one cast stands for the socket. */
const response = () => {
  const sink = Object.assign(new PassThrough(), { writeHead: () => undefined });
  const heard: string[] = [];
  sink.setEncoding('utf8').on('data', (text: string) => heard.push(text));
  return { sink: sink as unknown as ServerResponse, heard, close: () => sink.emit('close') };
};

describe('a stream to a page', () => {
  afterEach(() => vi.useRealTimers());

  it('is told a heartbeat each quarter of a minute, until the page is gone', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const { sink, heard, close } = response();
    streamTo(sink);
    vi.advanceTimersByTime(2 * HEARTBEAT_MS);
    close();
    vi.advanceTimersByTime(5 * HEARTBEAT_MS);
    await new Promise((resolve) => setImmediate(resolve));
    expect(heard.join('').split('data: {"kind":"heartbeat"}')).toHaveLength(3);
  });
});
