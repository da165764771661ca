import { describe, expect, it } from 'vitest';
import { groupId, instanceId, logicalId } from '../../lib/core/ids.js';
import { vanilla } from '../../lib/flavors/vanilla.js';
import type { CheckStatus } from '../../lib/ports/instance-provider.js';
import { flavorContract } from '../contract/flavor-contract.js';

const three = { kind: 'size', size: 3 } as const;
const pets = { kind: 'logicalIds', logicalIds: ['10.0.1.20', '10.0.1.21'].map(logicalId) } as const;

flavorContract('vanilla', () => vanilla, {
  good: [
    {
      title: 'a script and tags',
      properties: { Init: ['a', 'b'], Tags: { tier: 'web' } },
      allocation: three,
    },
    { title: 'a script for pets', properties: { Init: ['a'] }, allocation: pets },
    { title: 'nothing', properties: {}, allocation: three },
    { title: 'no properties', properties: null, allocation: three },
  ],
  bad: [
    { title: 'a script that is text', properties: { Init: 'a' }, allocation: three, path: 'Init' },
    { title: 'a line that is a number', properties: { Init: ['a', 1] }, allocation: three, path: 'Init[1]' },
    { title: 'a misspelled key', properties: { Innit: [] }, allocation: three, path: 'Innit' },
    {
      title: 'a tag that is a list',
      properties: { Tags: { 'a.b': [] } },
      allocation: three,
      path: 'Tags["a.b"]',
    },
    {
      title: 'a script by URL',
      properties: { InitScriptTemplateURL: 'x' },
      allocation: three,
      path: 'InitScriptTemplateURL',
    },
    { title: 'attachments', properties: { Attachments: {} }, allocation: pets, path: 'Attachments' },
  ],
  healthyAnswer: (members) => ({
    kind: 'status-checks',
    checks: new Map(members.map(({ id }) => [id, { instance: 'ok', system: 'ok' }])),
  }),
});

const WEB = { stack: 'us', group: groupId('web'), allocation: three };

describe('vanilla', () => {
  it('joins the lines of Init and passes the tags on', () => {
    const prepared = vanilla.prepare({ Init: ['#!/bin/sh', 'echo hello'], Tags: { tier: 'web' } }, WEB);
    expect(prepared).toEqual({ init: '#!/bin/sh\necho hello', tags: { tier: 'web' } });
  });

  it('has no boot script without Init', () => {
    expect(vanilla.prepare(null, WEB)).toEqual({
      init: '',
      tags: {},
    });
  });

  it('asks for status checks, drains nothing and knows no quorum', () => {
    expect(vanilla.probe({}, WEB, [])).toEqual({ kind: 'status-checks' });
    expect(vanilla.drain({}, WEB, { id: instanceId('i-1') }, false)).toBeUndefined();
    expect(vanilla.quorum({}, pets)).toBeUndefined();
  });

  it.each<[CheckStatus, CheckStatus, string, string]>([
    ['ok', 'ok', 'healthy', 'status checks pass'],
    ['ok', 'not-applicable', 'healthy', 'status checks pass'],
    ['impaired', 'ok', 'unhealthy', 'instance status check impaired'],
    ['ok', 'impaired', 'unhealthy', 'system status check impaired'],
    ['impaired', 'impaired', 'unhealthy', 'instance and system status checks impaired'],
    ['impaired', 'initializing', 'unhealthy', 'instance status check impaired'],
    ['initializing', 'ok', 'unknown', 'instance status check is initializing'],
    [
      'initializing',
      'insufficient-data',
      'unknown',
      'instance status check is initializing, system status check has insufficient data',
    ],
    ['ok', 'insufficient-data', 'unknown', 'system status check has insufficient data'],
  ])('judges instance %s and system %s to be %s', (instance, system, health, reason) => {
    const id = instanceId('i-1');
    const answer = { kind: 'status-checks', checks: new Map([[id, { instance, system }]]) } as const;
    expect(vanilla.judge({}, WEB, [{ id }], answer).get(id)).toEqual({ health, reason });
  });
});
