import { describe, expect, it } from 'vitest';
import { parseGroupFile } from '../../lib/cli/parse-group-file.js';
import { STARTING_KINDS } from '../../lib/config/starts.js';
import { scenario } from '../support/scenario.js';
import { documentOf, run } from './world.js';

const groupsOf = async (text: string) => {
  const parsed = await parseGroupFile(text, 'start.yaml');
  return 'issues' in parsed ? parsed.issues : parsed.groups.map(({ spec }) => spec);
};

/** With every key set that is only shown. */
const withOffers = (text: string): string => text.replace(/^( *)# ([A-Z][A-Za-z]+: .*)$/gm, '$1$2');

const IDS: Readonly<Record<string, readonly string[]>> = {
  swarm: ['managers', 'workers'],
  zookeeper: ['ensemble'],
  etcd: ['etcd'],
  web: ['web'],
};

describe('group init', () => {
  it.each(STARTING_KINDS)(
    'writes a document for %s that is valid, also with all that it offers',
    async (kind) => {
      const { out, exitCode } = await run(`group init ${kind}`);
      expect(exitCode).toBe(0);
      expect(await groupsOf(out)).toMatchObject((IDS[kind] ?? []).map((ID) => ({ ID })));
      const all = withOffers(out);
      expect(all).not.toBe(out);
      expect(await groupsOf(all)).toMatchObject((IDS[kind] ?? []).map((ID) => ({ ID })));
    },
  );

  it.each(STARTING_KINDS)('explains every key for %s where it first stands', async (kind) => {
    const lines = (await run(`group init ${kind}`)).out.split('\n');
    const seen = new Set<string>();
    const bare = lines.filter((line, index) => {
      const key = /^ {6,}(?:# )?[A-Z][A-Za-z]+(?=:)/.exec(line)?.[0];
      if (key === undefined || seen.has(key)) return false;
      seen.add(key);
      return !/^ *# /.test(lines[index - 1] ?? '');
    });
    expect(seen.size).toBeGreaterThan(12);
    expect(bare).toEqual([]);
  });

  it('makes a file, and tells its editor where the schema is', async () => {
    const { out, created } = await run('group init web teams/web.yaml');
    expect(out).toBe('Wrote teams/web.yaml; next: holdfast group commit teams/web.yaml\n');
    const [first] = (created.get('teams/web.yaml') ?? '').split('\n');
    expect(first).toBe(
      '# yaml-language-server: $schema=../node_modules/holdfast/schema/holdfast.schema.json',
    );
  });

  it('never writes over a file', async () => {
    const ran = await run('group init web web.yaml', { files: { 'web.yaml': 'mine' } });
    expect([ran.exitCode, ran.created.size]).toEqual([1, 0]);
    expect(ran.err).toBe(
      'error: cannot write "web.yaml": it is there already; give another name, or remove it first\n',
    );
  });

  it.each([
    ['group init swram', 'did you mean "swarm"?'],
    ['group init kafka', 'there is one for swarm, zookeeper, etcd, web'],
    ['group init web web.json', '"web.json" would hold YAML'],
  ])('refuses %s, and says what to give', async (line, words) => {
    const ran = await run(line);
    expect([ran.exitCode, ran.created.size]).toEqual([2, 0]);
    expect(ran.err).toContain(words);
  });

  it('is one document with --json', async () => {
    expect(documentOf(await run('group init web - --json'))).toMatchObject({ kind: 'web' });
    expect(documentOf(await run('group init web w.yaml --json'))).toEqual({ kind: 'web', file: 'w.yaml' });
  });

  scenario(
    'writes documents that converge on the local cloud as they stand',
    async (world) => {
      for (const kind of STARTING_KINDS) {
        const parsed = await parseGroupFile((await run(`group init ${kind}`)).out, 'start.yaml');
        if ('issues' in parsed) throw new Error(`${kind} is refused`);
        await world.api('Group.CommitGroups', { Specs: parsed.groups.map(({ spec }) => spec) });
        for (const id of IDS[kind] ?? []) await world.settle(id);
      }
    },
    { alone: true, models: true },
  );
});
