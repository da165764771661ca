import { z } from 'zod';

const requestId = z.string().min(1).max(128).optional();
const id = z.string().min(1).max(128);
const json = z.unknown().transform((value) => value ?? null);
const tags = z.record(z.string().max(128), z.string().max(256));
const spec = z.strictObject({ ID: z.string().max(256), Properties: json });
const committing = { RequestId: requestId, Confirm: z.boolean().optional() };
const ofGroup = z.strictObject({ ID: id });
const commandOnGroup = z.strictObject({ RequestId: requestId, ID: id });
const instances = z.array(z.string().min(1).max(64)).min(1).max(1000);

/** The parameters of every method of the group API, strict. */
export const API_PARAMS = {
  'Group.CommitGroups': z.strictObject({
    ...committing,
    Specs: z.array(spec).min(1).max(200),
    Pretend: z.boolean().optional(),
  }),
  'Group.CommitGroup': z.strictObject({ ...committing, Spec: spec, Pretend: z.boolean().optional() }),
  'Group.DescribeUpdate': z.strictObject({ Spec: spec }),
  'Group.Update': z.strictObject({ ...committing, Spec: spec }),
  'Group.Watch': z
    .strictObject({ ...committing, Spec: spec.optional(), ID: id.optional() })
    .refine((params) => (params.Spec === undefined) !== (params.ID === undefined), {
      error: 'give either Spec or ID',
    }),
  'Group.Unwatch': commandOnGroup,
  'Group.FreeGroup': commandOnGroup,
  'Group.Inspect': ofGroup,
  'Group.InspectGroups': z.strictObject({}),
  'Group.DescribeGroup': ofGroup,
  'Group.List': z.strictObject({ ID: id.optional() }),
  'Group.History': ofGroup,
  'Group.Events': z.strictObject({
    ID: id,
    After: z.string().max(300).optional(),
    Limit: z.int().min(1).max(1000).optional(),
  }),
  'Group.Size': ofGroup,
  'Group.SetSize': z.strictObject({ ...committing, ID: id, Size: z.int() }),
  'Group.Destroy': commandOnGroup,
  'Group.StopUpdate': commandOnGroup,
  'Group.Resume': commandOnGroup,
  'Group.Rollback': z.strictObject({
    ...committing,
    ID: id,
    Revision: z.int().min(1).optional(),
    Pretend: z.boolean().optional(),
  }),
  'Group.Restart': z.strictObject({ ...committing, ID: id }),
  'Group.DestroyInstances': z.strictObject({ ...committing, ID: id, Instances: instances }),
  'Group.ReplaceInstances': z.strictObject({
    ...committing,
    ID: id,
    Instances: instances,
    Shrink: z.boolean().optional(),
  }),
  'Group.Freeze': z.strictObject({
    RequestId: requestId,
    ID: id.optional(),
    Reason: z.string().min(1).max(500),
    For: z.string().max(40).optional(),
  }),
  'Group.Thaw': z.strictObject({ RequestId: requestId, ID: id.optional() }),
  'Group.OverrideBreaker': z.strictObject({ RequestId: requestId, ID: id, For: z.string().max(40) }),
  'Instance.Validate': z.strictObject({ Properties: json }),
  'Instance.Provision': z.strictObject({
    RequestId: requestId,
    Properties: json,
    Tags: tags,
    Init: z.string().max(16_384).optional(),
    LogicalID: id.optional(),
  }),
  'Instance.Destroy': z.strictObject({
    RequestId: requestId,
    IDs: instances,
    Reason: z.string().max(500).optional(),
  }),
  'Instance.DescribeInstances': z.strictObject({ Tags: tags.optional(), Properties: z.boolean().optional() }),
  'Flavor.Validate': z.strictObject({ Plugin: z.string(), Properties: json, Allocation: json }),
  'Flavor.Prepare': z.strictObject({
    Plugin: z.string(),
    Properties: json,
    Allocation: json,
    LogicalID: id.optional(),
    Group: id.optional(),
  }),
  'Flavor.Healthy': z.strictObject({ ID: id, Instances: z.array(z.string()).optional() }),
  'Flavor.Recover': z.strictObject({ ID: id, Instance: z.string().min(1).max(64), Confirm: id }),
  'Flavor.RotateTokens': ofGroup,
} as const;

const METHODS = Object.keys(API_PARAMS) as (keyof typeof API_PARAMS)[];

/** The name as it stands in the table; `undefined` for one that is not there, prototype names included. */
export const apiMethod = (name: string): keyof typeof API_PARAMS | undefined =>
  METHODS.find((method) => method === name);

export const apiMethods: readonly string[] = METHODS;
