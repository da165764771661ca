/** Branded strings: an id of one kind cannot be passed where another is wanted. They are plain strings at run time. */
declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** 1 to 128 of letters, digits, `.`, `_` and `-`, starting with a letter or digit. */
export type GroupId = Branded<'GroupId'>;
/** EC2's id of an instance, such as `i-0abc…`. */
export type InstanceId = Branded<'InstanceId'>;
/** A pet's identity in its group: InfraKit's logical ID. */
export type LogicalId = Branded<'LogicalId'>;
/** InfraKit's `InstanceHash` over what the user wrote: decides whether an instance is up to date. */
export type ConfigHash = Branded<'ConfigHash'>;
/** Content hash of a stored spec with its pins. */
export type SpecHash = Branded<'SpecHash'>;
/** Content hash of a rendered RunInstances request. */
export type LaunchHash = Branded<'LaunchHash'>;
/** The id of an order. A launch order's id is its EC2 client token. */
export type OrderId = Branded<'OrderId'>;
/** The random id of one rollout. */
export type RolloutId = Branded<'RolloutId'>;
/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;

const asId =
  <T extends string>() =>
  (text: string): T =>
    text as T;

export const groupId = asId<GroupId>();
export const instanceId = asId<InstanceId>();
export const logicalId = asId<LogicalId>();
export const configHash = asId<ConfigHash>();
export const specHash = asId<SpecHash>();
export const launchHash = asId<LaunchHash>();
export const orderId = asId<OrderId>();
export const rolloutId = asId<RolloutId>();

export const GROUP_ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
