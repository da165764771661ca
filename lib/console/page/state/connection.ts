import { effect } from '@preact/signals';
import { HEARTBEAT_MS, type Message, STREAM_PATH } from '../../protocol.js';
import { link, selected, tick, world } from './store.js';
import { afterMessage, withoutGroup } from './world.js';

/** The browser tries again by itself unless the server refused; then we do, this much later. */
const AGAIN_MS = 3_000;

/** Two heartbeats missed, and a little for a slow network. */
const SILENT_MS = 2 * HEARTBEAT_MS + 2_000;

/** Listens for as long as the page lives, at the group that it looks at. */
export const connect = (): void => {
  setInterval(() => {
    tick.value = Date.now();
  }, 1_000);
  effect(() => {
    const group = selected.value;
    world.value = withoutGroup(world.peek());
    return listen(group);
  });
};

const listen = (group: string | undefined): (() => void) => {
  let source: EventSource | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  let heardAt = Date.now();
  const open = () => {
    heardAt = Date.now();
    const query = group === undefined ? '' : `?group=${encodeURIComponent(group)}`;
    source = new EventSource(`${STREAM_PATH}${query}`);
    source.onmessage = ({ data }) => {
      heardAt = Date.now();
      hear(JSON.parse(String(data)) as Message);
    };
    source.onerror = () => {
      lose();
      if (source?.readyState === EventSource.CLOSED) again = setTimeout(open, AGAIN_MS);
    };
  };
  const guard = setInterval(() => {
    if (source?.readyState !== EventSource.OPEN || Date.now() - heardAt < SILENT_MS) return;
    lose();
    source.close();
    open();
  }, 1_000);
  open();
  return () => {
    clearInterval(guard);
    source?.close();
    clearTimeout(again);
  };
};

const lose = (): void => {
  if (link.peek().kind !== 'lost') link.value = { kind: 'lost', since: Date.now() };
};

const hear = (message: Message): void => {
  const { hello } = world.peek();
  // Another process, perhaps of another version: its page is another one too.
  if (message.kind === 'hello' && hello !== undefined && hello.token !== message.token) location.reload();
  if (link.peek().kind !== 'live') link.value = { kind: 'live' };
  tick.value = Date.now();
  world.value = afterMessage(world.peek(), message, Date.now());
};
