import { describe, expect, it } from 'vitest';
import { Failure } from '../../../lib/cli/failure.js';
import { act } from '../../../lib/console/act.js';
import { parseAction } from '../../../lib/console/parse-action.js';
import type { Action } from '../../../lib/console/protocol.js';
import { aTarget, type TestTarget } from './a-target.js';

const COMMITTED = { ID: 'web', Plan: 'Scaling', Changed: true, Destroys: 0, Warnings: [] };

const acting = (target: TestTarget, more: { where?: 'local' | 'aws'; readOnly?: string } = {}) => ({
  target,
  where: more.where ?? 'local',
  requestId: () => 'request-1',
  readOnly: more.readOnly,
});

const spec = (size: number) =>
  JSON.stringify({
    groups: {
      web: {
        Properties: {
          Allocation: { Size: size },
          Instance: {
            Plugin: 'aws/ec2-instance',
            Properties: { RunInstancesInput: { ImageId: 'ami-0abc', InstanceType: 't3.small' } },
          },
          Flavor: { Plugin: 'vanilla', Properties: {} },
        },
      },
    },
  });

describe('an action of the page', () => {
  const asked: readonly (readonly [Action, string, unknown])[] = [
    [
      { kind: 'scale', group: 'web', size: 5, confirm: true },
      'Group.SetSize',
      { ID: 'web', Size: 5, RequestId: 'request-1', Confirm: true },
    ],
    [{ kind: 'resume', group: 'web' }, 'Group.Resume', { ID: 'web', RequestId: 'request-1' }],
    [{ kind: 'stop-update', group: 'web' }, 'Group.StopUpdate', { ID: 'web', RequestId: 'request-1' }],
    [
      { kind: 'rollback', group: 'web', revision: 3, pretend: true },
      'Group.Rollback',
      { ID: 'web', Revision: 3, Pretend: true, RequestId: 'request-1' },
    ],
    [{ kind: 'restart', group: 'web' }, 'Group.Restart', { ID: 'web', RequestId: 'request-1' }],
    [
      { kind: 'replace', group: 'web', instances: ['i-1'] },
      'Group.ReplaceInstances',
      { ID: 'web', Instances: ['i-1'], RequestId: 'request-1' },
    ],
    [
      { kind: 'freeze', reason: 'incident', for: '2h' },
      'Group.Freeze',
      { Reason: 'incident', For: '2h', RequestId: 'request-1' },
    ],
    [{ kind: 'thaw', group: 'web' }, 'Group.Thaw', { ID: 'web', RequestId: 'request-1' }],
    [
      { kind: 'override-breaker', group: 'web', for: '30m' },
      'Group.OverrideBreaker',
      { ID: 'web', For: '30m', RequestId: 'request-1' },
    ],
    [{ kind: 'kill', instance: 'i-1' }, 'Cloud.Kill', { ID: 'i-1' }],
    [
      { kind: 'fill-zone', zone: 'eu-west-1a' },
      'Cloud.Fault',
      { Rule: { kind: 'no-capacity', zone: 'eu-west-1a' } },
    ],
    [{ kind: 'lose-events' }, 'Cloud.Fault', { Rule: { kind: 'events', how: 'never' } }],
    [
      { kind: 'throttle', seconds: 20 },
      'Cloud.Fault',
      { Rule: { kind: 'throttle', service: 'EC2', forMs: 20_000 } },
    ],
    [{ kind: 'remove-fault', id: 7 }, 'Cloud.RemoveFault', { ID: 7 }],
    [{ kind: 'clock', speed: 0 }, 'Cloud.SetSpeed', { Speed: 0 }],
  ];

  it.each(asked)('%j is one call', async (action, method, params) => {
    const target = aTarget({
      'Group.SetSize': () => COMMITTED,
      'Group.Resume': () => ({ ID: 'web', Approved: true }),
      'Group.StopUpdate': () => ({ ID: 'web' }),
      'Group.Rollback': () => COMMITTED,
      'Group.Restart': () => COMMITTED,
      'Group.ReplaceInstances': () => COMMITTED,
      'Group.Freeze': () => ({ Groups: ['web'] }),
      'Group.Thaw': () => ({ Groups: ['web'] }),
      'Group.OverrideBreaker': () => ({ ID: 'web', Until: '2026-01-01T00:00:00Z' }),
      'Cloud.Kill': () => ({}),
      'Cloud.Fault': () => ({ ID: 1 }),
      'Cloud.RemoveFault': () => ({ ID: 7 }),
      'Cloud.SetSpeed': () => ({ Now: 1, Speed: 0 }),
    });
    expect(parseAction(action)).toEqual({ action });
    expect(await act(acting(target), action)).toMatchObject({ ok: true });
    expect(target.calls).toEqual([[method, params]]);
  });

  it('shows what a document would change, and what it reads now', async () => {
    const target = aTarget({
      'Group.CommitGroups': () => ({ Groups: [COMMITTED] }),
      'Group.Inspect': () => ({
        ID: 'web',
        Revision: 1,
        Spec: { ID: 'web', Properties: JSON.parse(spec(2)).groups.web.Properties },
      }),
    });
    const answer = await act(acting(target), { kind: 'plan', text: spec(3) });
    const [plan] = answer.ok && answer.result.kind === 'plans' ? answer.result.plans : [];
    expect(plan).toMatchObject({ group: 'web', plan: 'Scaling', changed: true });
    expect(plan?.after).toBe(plan?.before?.replace('"Size": 2', '"Size": 3'));
    expect(target.calls[0]).toMatchObject(['Group.CommitGroups', { Pretend: true }]);
  });

  it('tells every mistake of a document with its place, and asks nobody', async () => {
    const target = aTarget({});
    const answer = await act(acting(target), { kind: 'plan', text: spec(3).replace('"Size"', '"Sizze"') });
    const { issues } = answer.ok ? { issues: [] } : answer.error;
    expect(issues).toContainEqual({
      path: 'groups.web.Properties.Allocation.Sizze',
      message: 'unknown key "Sizze"; did you mean "Size"?',
      line: 1,
      column: 47,
    });
    expect(target.calls).toEqual([]);
  });

  it('gives the name of an error, so that the page knows when to ask', async () => {
    const target = aTarget({
      'Group.SetSize': () => {
        throw new Failure('ConfirmationNeeded', 'destroys 3 instances at once');
      },
    });
    expect(await act(acting(target), { kind: 'scale', group: 'web', size: 0 })).toEqual({
      ok: false,
      error: { code: 'ConfirmationNeeded', message: 'destroys 3 instances at once', issues: [] },
    });
  });

  it('changes nothing from a page that may only look', async () => {
    const target = aTarget({ 'Group.Resume': () => ({ ID: 'web', Approved: true }) });
    const answer = await act(acting(target, { readOnly: 'look only' }), { kind: 'resume', group: 'web' });
    expect(answer).toMatchObject({ ok: false, error: { code: 'NotAllowed', message: 'look only' } });
    expect(target.calls).toEqual([]);
  });

  it('breaks nothing on AWS', async () => {
    const target = aTarget({ 'Cloud.Terminate': () => ({}) });
    const answer = await act(acting(target, { where: 'aws' }), { kind: 'terminate', instance: 'i-1' });
    expect(answer).toMatchObject({ ok: false, error: { code: 'NotAllowed' } });
    expect(target.calls).toEqual([]);
  });
});

describe('a request of a page', () => {
  it.each([
    [undefined],
    [{ kind: 'destroy', group: 'web' }],
    [{ kind: 'scale', group: 'web', size: -1 }],
    [{ kind: 'clock', speed: 1_000 }],
    [{ kind: 'resume', group: 'web', extra: 1 }],
  ])('is refused when it is no action: %j', (value) => {
    expect(parseAction(value)).toHaveProperty('issues');
  });
});
