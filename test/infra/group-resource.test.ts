import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type GroupResource, task } from '../../lambdas/group-resource.js';
import type { SpecDocument } from '../../lib/app/api-types.js';
import { groupApiCaller, invokeLater } from '../../lib/aws/group-api-caller.js';
import { type LocalPlane, startLocalPlane } from '../support/local-plane.js';
import { cattle } from '../support/scenario-specs.js';

const FUNCTION = 'declared-groups';

interface Answer {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
}

interface Asked {
  readonly type?: 'Create' | 'Update' | 'Delete';
  readonly id?: string;
  readonly physicalId?: string;
  readonly requestId?: string;
  readonly properties?: Readonly<Record<string, string>>;
}

let plane: LocalPlane;
let answers: Answer[];
/** Of each invocation, whether it took over from another. */
let invocations: ('first' | 'next')[];
let rollingBack: boolean;
let requests = 0;

/** What CloudFormation does with one resource of a template, in a cloud where Lambda delivers its event. */
const ask = async (spec: SpecDocument, asked: Asked = {}): Promise<Answer> => {
  const { type = 'Create', id = spec.ID, physicalId, properties = {} } = asked;
  requests += 1;
  const event = {
    RequestType: type,
    ResponseURL: 'https://answers.example/signed',
    StackId: 'arn:aws:cloudformation:eu-west-1:123456789012:stack/Shop/1',
    RequestId: asked.requestId ?? `request-${requests}`,
    LogicalResourceId: 'Web',
    ...(physicalId === undefined ? {} : { PhysicalResourceId: physicalId }),
    ResourceProperties: {
      ServiceToken: 'arn',
      GroupId: id,
      Properties: JSON.stringify(spec.Properties),
      Wait: 'true',
      TimeoutSeconds: '3300',
      OnDelete: 'free',
      ...properties,
    },
  };
  const before = answers.length;
  await plane.clock.run(() => invokeLater(plane.cloud.clients('user').lambda, FUNCTION, event), 'deploy');
  await plane.until('an answer', async () => answers.length > before);
  const answer = answers.at(-1);
  if (answer === undefined) throw new Error('no answer');
  return answer;
};
const view = (ID: string) => plane.api('Group.DescribeGroup', { ID });
const update = (spec: SpecDocument, asked: Asked = {}) =>
  ask(spec, { type: 'Update', physicalId: spec.ID, ...asked });
const remove = (spec: SpecDocument, onDelete: 'free' | 'destroy', physicalId = spec.ID) =>
  ask(spec, { type: 'Delete', physicalId, properties: { OnDelete: onDelete } });

const sized = (id: string, size: number, more: Readonly<Record<string, string | boolean>> = {}) =>
  cattle(id, size, { properties: { Updating: { HealthTimeout: '3m', MaxUnavailable: 2 }, ...more } });
/** With an image on whose instances nothing comes up. */
const broken = (id: string, updating: Readonly<Record<string, string>> = {}) =>
  cattle(id, 2, {
    run: { ImageId: 'ami-0bad' },
    properties: { Updating: { HealthTimeout: '3m', ...updating } },
  });

beforeAll(async () => {
  plane = await startLocalPlane();
  const { lambda } = plane.cloud.clients('user');
  const resource: GroupResource = {
    api: groupApiCaller({ client: lambda, functionName: plane.groupApi }),
    clock: plane.clock,
    fetch: async (_, { body }) => {
      answers.push(JSON.parse(body));
      return { ok: true, status: 200 };
    },
    isRollingBack: async () => rollingBack,
    goOn: (functionArn, event) => invokeLater(lambda, functionArn, event),
  };
  plane.cloud.registerFunction(
    FUNCTION,
    (event, context) => {
      invocations.push(Object(event).Progress === undefined ? 'first' : 'next');
      return task(resource)(event, context);
    },
    { timeoutSeconds: 900, memoryMegabytes: 256 },
  );
});
afterAll(() => plane.stop());
beforeEach(() => {
  answers = [];
  invocations = [];
  rollingBack = false;
});

describe('a declared group', () => {
  it('is as declared when its creation has succeeded, and is committed once however often that is asked', async () => {
    const asked = { requestId: 'twice' };
    expect(await ask(sized('web', 2), asked)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'web' });
    expect(await view('web')).toMatchObject({ Converged: true, Declared: 2, Revision: 1 });
    expect(await ask(sized('web', 2), asked)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'web' });
    expect((await view('web')).Revision).toBe(1);
  });

  it('is not waited for when nobody asks for that', async () => {
    const answer = await ask(sized('quick', 2), { properties: { Wait: 'false' } });
    expect(answer.Status).toBe('SUCCESS');
    expect((await view('quick')).Converged).toBe(false);
  });

  it('fails with every mistake, and its deletion then takes nothing away', async () => {
    const spec = { ID: 'wrong', Properties: { Allocation: { Size: -1 }, Flavour: {} } };
    const answer = await ask(spec);
    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'wrong/not-ours' });
    expect(answer.Reason).toContain('groups.wrong.Properties.Allocation.Size: must be a whole number');
    expect(answer.Reason).toContain('groups.wrong.Properties.Flavour: unknown key');
    expect(await remove(spec, 'destroy', 'wrong/not-ours')).toMatchObject({ Status: 'SUCCESS' });
    expect(await ask(spec, { properties: { Properties: '{"Size": }' } })).toMatchObject({
      Status: 'FAILED',
      Reason: 'Properties: is no JSON once CloudFormation has filled it in',
    });
  });

  it('fails its deployment when its rollout does, and is what it was when CloudFormation turns back', async () => {
    await ask(sized('roll', 2));
    const failed = await update(broken('roll'));
    expect(failed).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'roll' });
    expect(failed.Reason).toMatch(/^the update of group "roll" from revision 1 to 2 is paused: /);
    expect(await update(sized('roll', 2))).toMatchObject({ Status: 'SUCCESS' });
    expect(await view('roll')).toMatchObject({ Converged: true, Revision: 3 });
    expect(plane.members('roll').map(({ imageId }) => imageId)).toEqual(['ami-0abc', 'ami-0abc']);
  });

  it('fails its deployment when it has turned back by itself, and has nothing left to do then', async () => {
    const whole = cattle('turns', 2, { properties: { Updating: { OnFailure: 'rollback' } } });
    await ask(whole);
    const failed = await update(broken('turns', { OnFailure: 'rollback' }));
    expect(failed.Reason).toMatch(/^the update of group "turns" from revision 1 to 2 failed: /);
    const { Revision } = await view('turns');
    expect(await update(whole)).toMatchObject({ Status: 'SUCCESS' });
    expect((await view('turns')).Revision).toBe(Revision);
  });

  it('is waited for over several invocations, and no longer than it says', async () => {
    await ask(sized('slow', 2));
    invocations = [];
    const slowly = cattle('slow', 2, {
      run: { InstanceType: 't3.medium' },
      properties: { Updating: { Bake: '30m' } },
    });
    const late = await update(slowly, { properties: { TimeoutSeconds: '600' } });
    expect(late.Reason).toMatch(/^group "slow" is not converged after 10m: 2 of 2 replaced, waits for /);
    expect(invocations).toEqual(['first']);
    expect(await update(slowly)).toMatchObject({ Status: 'SUCCESS' });
    expect(invocations).toEqual(['first', 'first', 'next']);
  });

  it('is another group under another id: the new one first, then the old one goes', async () => {
    await ask(sized('old', 1));
    const moved = await update(sized('new', 1), { physicalId: 'old' });
    expect(moved).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'new' });
    expect(plane.members('old')).toHaveLength(1);
    await remove(sized('old', 1), 'destroy');
    expect(plane.members('old')).toHaveLength(0);
    expect(plane.members('new')).toHaveLength(1);
  });

  it('shrinks beyond its budget when it says so, or when CloudFormation turns back', async () => {
    await ask(sized('shrinks', 6));
    const refused = await update(sized('shrinks', 1));
    expect(refused.Reason).toMatch(/ends 5 instances at once.*say "Allow": \["shrink"\]/);
    rollingBack = true;
    expect(await update(sized('shrinks', 1))).toMatchObject({ Status: 'SUCCESS' });
    expect((await view('shrinks')).Declared).toBe(1);
  });
});

describe('a group that was there already', () => {
  it('is taken over, and stays when that fails', async () => {
    await plane.api('Group.CommitGroup', { Spec: sized('there', 2) });
    await plane.until('two', async () => (await view('there')).Converged);
    const failed = await ask(broken('there'));
    expect(failed).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'there/not-ours' });
    expect(await remove(broken('there'), 'destroy', failed.PhysicalResourceId)).toMatchObject({
      Status: 'SUCCESS',
    });
    expect((await view('there')).Watch).toBe('watched');
    expect(await ask(sized('there', 2))).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'there' });
  });
});

describe('a group that leaves the template', () => {
  it('is freed, and its instances stay', async () => {
    await ask(sized('free', 2));
    expect(await remove(sized('free', 2), 'free')).toMatchObject({ Status: 'SUCCESS' });
    await plane.clock.advance(120_000);
    expect((await view('free')).Watch).toBe('free');
    expect(plane.members('free')).toHaveLength(2);
    // Once more, as when CloudFormation did not hear the answer.
    expect(await remove(sized('free', 2), 'free')).toMatchObject({ Status: 'SUCCESS' });
  });

  it('is gone when its destruction has succeeded, and refuses it while it is protected', async () => {
    const kept = sized('ends', 2, { Protect: true });
    await ask(kept);
    expect(await remove(kept, 'destroy')).toMatchObject({
      Status: 'FAILED',
      PhysicalResourceId: 'ends',
      Reason: 'group "ends" is protected: commit "Protect": false first',
    });
    await update(sized('ends', 2));
    expect(await remove(sized('ends', 2), 'destroy')).toMatchObject({ Status: 'SUCCESS' });
    expect(plane.members('ends')).toEqual([]);
  });
});
