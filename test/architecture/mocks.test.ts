import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const TESTS = new URL('../', import.meta.url);

it('mocks one client at a time: a mocked class is mocked for every later file of the same worker', () => {
  const files = readdirSync(TESTS, { recursive: true, encoding: 'utf8' }).filter((it) => it.endsWith('.ts'));
  const mocking = files.filter((file) =>
    /mockClient\([A-Z]/.test(readFileSync(new URL(file, TESTS), 'utf8')),
  );
  expect(mocking).toEqual([]);
});
