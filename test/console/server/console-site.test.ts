import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../../../lib/cli/failure.js';
import { type ConsoleSite, consoleSite } from '../../../lib/console/console-site.js';
import { ACT_PATH, type Message, STREAM_PATH, TOKEN_HEADER } from '../../../lib/console/protocol.js';
import { type Served, serve } from '../../../lib/local/serve.js';
import { groupLine, groupView } from '../../cli/views.js';
import { aTarget, type TestTarget } from './a-target.js';

let page: string;
let open: { site: ConsoleSite; served: Served }[] = [];
beforeEach(() => {
  page = mkdtempSync(join(tmpdir(), 'holdfast-page-'));
  writeFileSync(join(page, 'index.html'), '<!doctype html>');
  writeFileSync(join(page, 'main.js'), '1;');
});
afterEach(async () => {
  for (const { site, served } of open) {
    site.stop();
    await served.close();
  }
  open = [];
  rmSync(page, { recursive: true, force: true });
});

interface World {
  readonly target: TestTarget;
  readonly url: string;
  healthy: number;
  broken: boolean;
}

const start = async (key?: string): Promise<World> => {
  const world = { healthy: 3, broken: false };
  const target = aTarget({
    'Group.List': () => {
      if (world.broken) throw new Failure('Unreachable', 'no answer');
      return { Groups: [groupLine({ Healthy: world.healthy })] };
    },
    'Group.DescribeGroup': () => groupView(),
    'Group.History': () => ({ ID: 'web', Revisions: [] }),
    'Group.Events': () => ({ Events: [] }),
    'Group.Resume': () => ({ ID: 'web', Approved: true }),
    'Flavor.Healthy': () => ({ Instances: [] }),
    'Cloud.Clock': () => ({ Now: 1_000, Speed: 1, Fastest: 10 }),
    'Cloud.Faults': () => ({ Faults: [] }),
    'Cloud.Zones': () => ({ Zones: ['eu-west-1a'] }),
    'Cloud.List': () => ({ Instances: [{ ID: 'i-1', State: 'running', Tags: {}, CutOff: true }] }),
  });
  const site = consoleSite({
    target,
    where: 'local',
    stack: 'local',
    version: '1.2.3',
    page: async () => page,
    everyMs: 5,
    ...(key === undefined ? {} : { key }),
  });
  const served = await serve(0, { rpc: async () => ({}) }, site.handle);
  open.push({ site, served });
  return Object.assign(world, { target, url: served.url });
};

interface Heard {
  /** Reads on until a message is one that is looked for. */
  until(wanted: (message: Message) => boolean): Promise<Message>;
  readonly all: readonly Message[];
  leave(): void;
}

const listen = async (url: string, path: string, headers: Record<string, string> = {}): Promise<Heard> => {
  const gone = new AbortController();
  const response = await fetch(`${url}${path}`, { signal: gone.signal, headers });
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const all: Message[] = [];
  let rest = '';
  let looked = 0;
  return {
    all,
    until: async (wanted) => {
      for (;;) {
        while (looked < all.length) {
          const message = all[looked];
          looked += 1;
          if (message !== undefined && wanted(message)) return message;
        }
        const read = await reader?.read();
        if (read === undefined || read.done) throw new Error('the stream ended');
        const parts = (rest + read.value).split('\n\n');
        rest = parts.pop() ?? '';
        for (const part of parts) if (part.startsWith('data: ')) all.push(JSON.parse(part.slice(6)));
      }
    },
    leave: () => gone.abort(),
  };
};

const kind =
  <K extends Message['kind']>(name: K) =>
  (message: Message): boolean =>
    message.kind === name;

const tokenOf = async (url: string): Promise<string> => {
  const heard = await listen(url, STREAM_PATH);
  const hello = await heard.until(kind('hello'));
  heard.leave();
  return hello.kind === 'hello' ? hello.token : '';
};

/** Like `fetch`, which would not let us set these headers. */
const ask = (
  url: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  method = 'GET',
): Promise<{ status: number; headers: Readonly<Record<string, unknown>> }> =>
  new Promise((resolve, reject) => {
    const sent = request(`${url}${path}`, { method, headers }, (response) => {
      response.destroy();
      resolve({ status: response.statusCode ?? 0, headers: response.headers });
    });
    sent.on('error', reject);
    sent.end(method === 'POST' ? '{"kind":"resume","group":"web"}' : undefined);
  });

describe('the stream of the console', () => {
  it('tells everything first, then only what changes', async () => {
    const world = await start();
    const heard = await listen(world.url, STREAM_PATH);
    expect(await heard.until(kind('faults'))).toMatchObject({
      faults: { zones: ['eu-west-1a'], cutOff: ['i-1'] },
    });
    expect(heard.all.map((message) => message.kind).slice(0, 3)).toEqual(['hello', 'clock', 'groups']);
    expect(heard.all[0]).toMatchObject({ version: '1.2.3', where: 'local', target: 'a target of the test' });
    world.healthy = 2;
    const isSecond = (message: Message) => message.kind === 'groups' && !message.all;
    expect(await heard.until(isSecond)).toMatchObject({ changed: [{ id: 'web', healthy: 2 }], gone: [] });
    heard.leave();
  });

  it('tells more of the group that is looked at, and that there is none of another name', async () => {
    const { url } = await start();
    const one = await listen(url, `${STREAM_PATH}?group=web`);
    expect(await one.until(kind('group'))).toMatchObject({ group: { id: 'web', flavor: 'vanilla' } });
    one.leave();
    const other = await listen(url, `${STREAM_PATH}?group=nobody`);
    expect(await other.until(kind('no-group'))).toEqual({
      kind: 'no-group',
      id: 'nobody',
      message: 'no group "nobody"',
    });
    other.leave();
  });

  it('tells of trouble, and that it is over', async () => {
    const world = await start();
    const heard = await listen(world.url, STREAM_PATH);
    await heard.until(kind('groups'));
    world.broken = true;
    expect(await heard.until(kind('trouble'))).toEqual({ kind: 'trouble', message: 'no answer' });
    world.broken = false;
    expect(await heard.until(kind('trouble'))).toEqual({ kind: 'trouble' });
    heard.leave();
  });

  it('asks nothing while nobody listens', async () => {
    const { url, target } = await start();
    const heard = await listen(url, STREAM_PATH);
    await heard.until(kind('groups'));
    heard.leave();
    // The look under way ends; another round trip to the server comes after its last call.
    let before = -1;
    while (before !== target.calls.length) {
      before = target.calls.length;
      for (let turn = 0; turn < 10; turn += 1) await ask(url, '/main.js', {});
    }
    expect(target.calls.length).toBe(before);
    const again = await listen(url, STREAM_PATH);
    expect(await again.until(kind('groups'))).toMatchObject({ all: true });
    again.leave();
  });
});

describe('the server of the console', () => {
  it('does what its page asks, with the token that it was told', async () => {
    const { url, target } = await start();
    const response = await fetch(`${url}${ACT_PATH}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [TOKEN_HEADER]: await tokenOf(url) },
      body: '{"kind":"resume","group":"web"}',
    });
    expect(await response.json()).toEqual({
      ok: true,
      result: { kind: 'done', message: 'approved the rollout of web' },
    });
    expect(target.calls).toContainEqual(['Group.Resume', { ID: 'web', RequestId: expect.any(String) }]);
  });

  it('never acts for another site, nor without its token', async () => {
    const { url, target } = await start();
    const good = { 'content-type': 'application/json', [TOKEN_HEADER]: await tokenOf(url) };
    const foreign: readonly Readonly<Record<string, string>>[] = [
      { ...good, host: 'evil.example' },
      { ...good, origin: 'http://evil.example' },
      { ...good, origin: 'null' },
      { ...good, 'sec-fetch-site': 'cross-site' },
      { ...good, 'sec-fetch-site': 'same-site' },
      { ...good, [TOKEN_HEADER]: 'guessed' },
      { 'content-type': 'application/json' },
    ];
    for (const headers of foreign) expect((await ask(url, ACT_PATH, headers, 'POST')).status).toBe(403);
    expect((await ask(url, ACT_PATH, { ...good, 'content-type': 'text/plain' }, 'POST')).status).toBe(415);
    expect((await ask(url, ACT_PATH, good)).status).toBe(405);
    expect(target.calls.filter(([method]) => method === 'Group.Resume')).toEqual([]);
  });

  it('never tells another site anything', async () => {
    const { url } = await start();
    const foreign: readonly Readonly<Record<string, string>>[] = [
      { host: 'evil.example' },
      { origin: 'http://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
    ];
    for (const headers of foreign) expect((await ask(url, STREAM_PATH, headers)).status).toBe(403);
  });

  it('serves the files of its page alone, and lets nobody frame, sniff or keep them', async () => {
    const { url } = await start();
    writeFileSync(join(page, 'secret.txt'), 'secret');
    const shell = await ask(url, '/', {});
    expect(shell.status).toBe(200);
    expect(shell.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': expect.stringContaining("default-src 'none'; script-src 'self';"),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cache-control': 'no-store',
    });
    expect((await ask(url, '/main.js', {})).headers['content-type']).toBe('text/javascript; charset=utf-8');
    for (const path of ['/secret.txt', '/..%2fmain.js', '/../package.json', '/sub/main.js', '/none.js']) {
      expect((await ask(url, path, {})).status).toBe(404);
    }
  });

  it('leaves the API of the local cloud as it is', async () => {
    const { url } = await start();
    const headers = { 'content-type': 'application/json' };
    expect((await ask(url, '/rpc', headers, 'POST')).status).toBe(200);
    expect((await ask(url, '/other', headers, 'POST')).status).toBe(404);
  });
});

describe('a console with a key', () => {
  it('lets in whoever opens it with the key, by a cookie that scripts cannot read', async () => {
    const { url } = await start('the-key');
    expect((await ask(url, '/', {})).status).toBe(401);
    expect((await ask(url, STREAM_PATH, {})).status).toBe(401);
    expect((await ask(url, '/?key=other', {})).status).toBe(401);
    const admitted = await ask(url, '/?key=the-key', {});
    expect(admitted.status).toBe(303);
    const [cookie = ''] = (admitted.headers['set-cookie'] as string[] | undefined) ?? [];
    expect(cookie).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/);
    const heard = await listen(url, STREAM_PATH, { cookie: cookie.split(';')[0] ?? '' });
    expect(await heard.until(kind('hello'))).toMatchObject({ stack: 'local' });
    heard.leave();
  });
});
