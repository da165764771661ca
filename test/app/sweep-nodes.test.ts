import { beforeEach, describe, expect, it } from 'vitest';
import { sweepNodes } from '../../lib/app/sweep-nodes.js';
import { specParser } from '../../lib/config/spec-parser.js';
import { UnansweredError } from '../../lib/core/errors.js';
import { type GroupId, groupId, instanceId } from '../../lib/core/ids.js';
import type { InstanceDescription } from '../../lib/core/instance.js';
import { flavorRegistry } from '../../lib/flavors/index.js';
import { memoryGroupStore } from '../../lib/local/memory-store.js';
import type { GroupSummary } from '../../lib/ports/group-store.js';
import { recordingLog } from '../aws/recording-log.js';
import { goodProperties } from '../config/group-text.js';
import { NEW_YEAR, sampleGroup } from '../contract/sample-group.js';
import {
  done,
  parish,
  type ScriptedParameters,
  type ScriptedShell,
  scriptedParameters,
  scriptedShell,
} from './a-cluster.js';

const flavors = flavorRegistry([parish]);
const SPEC = sampleGroup().specHash;

const running = (...ids: string[]): readonly InstanceDescription[] =>
  ids.map((id) => ({ id: instanceId(id), state: 'running', tags: {}, launchedAt: NEW_YEAR }));

const asking = async (store: ReturnType<typeof memoryGroupStore>, id: GroupId): Promise<GroupSummary> => {
  const properties = { ...goodProperties(), Flavor: { Plugin: 'parish', Properties: {} } };
  await store.putSpec(SPEC, { id, properties, pins: { images: {}, subnets: [] } });
  const { openOrders: _, ...group } = { ...sampleGroup({ id }), openOrders: 0 };
  return { ...group, openOrders: 0, status: { ...group.status, asksNodes: SPEC } };
};

let shell: ScriptedShell;
let clusters: ScriptedParameters;
let sweeping: () => Promise<Readonly<Record<string, unknown>>>;
const says: Record<string, string> = {};

beforeEach(async () => {
  shell = scriptedShell();
  clusters = scriptedParameters();
  clusters.managers = ['i-1', 'i-2', 'i-3', 'i-4'].map(instanceId);
  for (const id of Object.keys(says)) delete says[id];
  shell.answer = () =>
    done({
      stdout: Object.entries(says)
        .map((line) => line.join(' '))
        .join('\n'),
    });
  const store = memoryGroupStore();
  const { log } = recordingLog();
  const runtime = {
    stack: 'us',
    store,
    shell,
    clusters,
    flavors,
    log,
    parser: specParser(flavors),
  };
  const groups = [
    { group: await asking(store, groupId('one')), shown: running('i-1', 'i-2') },
    { group: await asking(store, groupId('two')), shown: running('i-7') },
  ];
  sweeping = async () =>
    Object.fromEntries(
      [...(await sweepNodes(runtime, groups, new Set()))].map(([id, { amiss, healthy }]) => [
        id,
        { amiss, healthy: [...healthy] },
      ]),
    );
});

describe('sweepNodes', () => {
  it('asks for all groups of a cluster by one command on three of its speakers, and reads it a minute later', async () => {
    Object.assign(says, { 'i-1': 'healthy', 'i-2': 'unhealthy', 'i-7': 'healthy' });
    expect(await sweeping()).toEqual({});
    expect(shell.sent).toEqual([{ document: 'parish-look', ids: ['i-1', 'i-2', 'i-3'] }]);
    expect(await sweeping()).toEqual({
      one: { amiss: ['i-2'], healthy: ['i-1'] },
      two: { amiss: [], healthy: ['i-7'] },
    });
  });

  it('passes over speakers that are not Online', async () => {
    shell.offline = new Set(['i-1', 'i-3']);
    await sweeping();
    expect(shell.sent[0]?.ids).toEqual(['i-2', 'i-4']);
  });

  it('calls one amiss that is unknown twice running, not once', async () => {
    Object.assign(says, { 'i-1': 'healthy', 'i-7': 'healthy' });
    await sweeping();
    expect(await sweeping()).toMatchObject({ one: { amiss: [] } });
    expect(await sweeping()).toMatchObject({ one: { amiss: ['i-2'] } });
    says['i-2'] = 'healthy';
    expect(await sweeping()).toMatchObject({ one: { amiss: [], healthy: ['i-1', 'i-2'] } });
  });

  it('calls nobody amiss at once when nobody answers or can be asked', async () => {
    await sweeping();
    shell.answer = () => ({ kind: 'running' });
    expect(await sweeping()).toMatchObject({ one: { amiss: [], healthy: [] } });
    shell.online = async () => {
      throw new UnansweredError('no');
    };
    await sweeping();
    expect(await sweeping()).toMatchObject({ one: { healthy: [] } });
  });
});
