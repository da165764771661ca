import { budgetOf } from '../core/amount.js';
import { isOutdated } from '../core/classify.js';
import { contentHash } from '../core/content-hash.js';
import { InvalidInputError, NotFoundError } from '../core/errors.js';
import { explainChange, explainNew, rollingKeys } from '../core/explain-commit.js';
import type { GroupRecord } from '../core/group-record.js';
import {
  type Allocation,
  declaredSize,
  type Pins,
  type Revision,
  type StoredSpec,
} from '../core/group-spec.js';
import { specHash } from '../core/ids.js';
import { type InstanceRecord, isLive } from '../core/instance.js';
import type { Issue } from '../core/issue.js';
import { isJsonObject, type Json } from '../core/json.js';
import type { ParsedSpec } from '../ports/spec-parser.js';
import { type Adoption, findAdoption } from './adoption.js';
import { checkAlarms } from './check-alarms.js';
import { checkLaunches } from './check-launches.js';
import { checkTargetGroups } from './check-target-groups.js';
import { beyondBudget, onOrder, refusalOf } from './commit-rules.js';
import { explainRollout } from './explain-rollout.js';
import { loadRevision } from './load-revision.js';
import type { Runtime } from './runtime.js';

/** Where a commit comes from. An upload carries its object, so that it is applied once and in order. */
export interface Origin {
  readonly name: string;
  readonly upload?: { readonly key: string; readonly sequencer: string };
  /** Everything launched before now is replaced, whatever its config. */
  readonly restart?: true;
  /** What was resolved for the revision that is rolled back to, so that the same is launched again. */
  readonly pins?: Pins;
  /** What the command does, on lines of the plan. */
  readonly says?: readonly string[];
}

/** What a commit of one group would do; nothing has been written. */
export interface Proposal {
  readonly parsed: ParsedSpec;
  readonly record: GroupRecord | undefined;
  /** The revision in force; absent when the group is not watched. */
  readonly before: Revision | undefined;
  readonly stored: StoredSpec;
  readonly revision: Revision;
  readonly adoption: Adoption;
  /** InfraKit's plan string, then lines of our own. */
  readonly plan: string;
  readonly changed: boolean;
  /** The plan says that outdated members are replaced. */
  readonly rolls: boolean;
  /** Instances that go at once, beyond the budget. */
  readonly destroys: number;
  readonly warnings: readonly string[];
  readonly issues: readonly Issue[];
}

const quorumNotes = (record: GroupRecord | undefined): readonly string[] => {
  const lost = record?.watch === 'watched' ? record.status.quorumLost : undefined;
  if (record === undefined || lost === undefined) return [];
  return [`Its quorum is lost (${lost}): nothing is done before holdfast flavor recover ${record.id}`];
};

/** Works out what a commit of one group would do. Reads only; EC2 is asked whether it would accept the launches. */
export const proposeCommit = async (
  runtime: Runtime,
  asked: ParsedSpec,
  origin: Origin,
): Promise<Proposal> => {
  const { id } = asked.spec;
  const record = await runtime.store.read(id);
  const current = record === undefined ? undefined : await readableRevision(runtime, record);
  const before = record?.watch === 'watched' ? current : undefined;
  const kept = keepsScale(record, current, asked, origin);
  const parsed = kept === undefined ? asked : withAllocation(runtime, asked, kept);
  const resolved = origin.pins ?? (await resolvePins(runtime, parsed));
  const sameConfig =
    record?.watch !== 'destroyed' &&
    current !== undefined &&
    current.spec.configHash === parsed.spec.configHash;
  const isPinned = sameConfig && origin.restart === undefined;
  const pins = isPinned ? { ...current.pins, subnets: resolved.subnets } : resolved;
  const stored: StoredSpec = { id, properties: parsed.properties, pins };
  const hash = specHash(contentHash(stored as unknown as Json));
  const isRepeated = record?.specHash === hash && origin.restart === undefined;
  const number = (record?.revision ?? 0) + (isRepeated ? 0 : 1);
  const revision = runtime.parser.revision(stored, hash, number);
  const records = record === undefined ? [] : (await runtime.store.instances(id)).filter(isPresent);
  const adoption = isEnding(record)
    ? NO_ADOPTION
    : await findAdoption(runtime, id, parsed.spec, record?.watch === 'watched');
  const check = isPinned && before ? { issues: [], warnings: [] } : await checkLaunches(runtime, revision);
  const balanced = await checkTargetGroups(runtime, before, revision);
  const refusal = refusalOf({
    record,
    before,
    revision,
    present: records.length + adoption.ids.length,
    origin,
  });
  const inForce = { configHash: parsed.spec.configHash, restartBefore: record?.restartBefore };
  const upToDate =
    origin.restart === true
      ? 0
      : records.filter((member) => !isOutdated(member, inForce)).length + adoption.upToDate;
  const present = records.length + adoption.ids.length;
  const outdated = present - upToDate;
  const rolls = parsed.spec.updating.strategy === 'rolling';
  const change = { to: parsed.spec.allocation, outdated: rolls ? outdated : 0, upToDate };
  const headline = before
    ? explainChange({ from: before.spec.allocation, ...change })
    : explainNew(change.to);
  const rollsAnew = origin.restart === true || before?.spec.configHash !== parsed.spec.configHash;
  const changed = before === undefined || !isRepeated || adoption.ids.length > 0;
  const begins = rolls && outdated > 0 && (rollsAnew || before?.spec.updating.strategy !== 'rolling');
  // A rollback leads away from what raised an alarm, and watches none.
  const watched = begins && origin.name !== 'rollback' ? parsed.spec.updating.alarms : [];
  const alarms = await checkAlarms(runtime, watched);
  const warnings = [...check.warnings, ...balanced.warnings, ...alarms.warnings];
  const lines = [
    ...(origin.says ?? []),
    ...quorumNotes(record),
    ...notes({ parsed, before, adoption, record, revision, outdated: change.outdated }),
    ...explainRollout({ record, revision, rollsAnew, changed, outdated }),
    ...(kept === undefined
      ? []
      : [`Allocation did not change in ${origin.name}: the later scale to ${declaredSize(kept)} stays`]),
    ...movedPins(pins, resolved),
  ];
  return {
    parsed,
    record,
    before,
    stored,
    revision,
    adoption,
    plan: [headline, ...lines, ...warnings].join('\n'),
    changed,
    rolls: before !== undefined && (rollsAnew || change.outdated > 0),
    destroys: beyondBudget(before, revision, present + onOrder(record)),
    warnings,
    issues: [
      ...runtime.parser.addresses(revision),
      ...check.issues,
      ...balanced.issues,
      ...alarms.issues,
      ...refusal,
    ].map((issue) => ({
      ...issue,
      path: [`groups.${id}`, issue.path].filter(Boolean).join('.'),
    })),
  };
};

/** What aliases stand for now; mistakes by their paths in the document, as all others. */
const resolvePins = async (runtime: Runtime, { spec, properties }: ParsedSpec) => {
  try {
    return await runtime.pins.resolve(properties);
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    throw new InvalidInputError(
      error.issues.map((issue) => ({ ...issue, path: `groups.${spec.id}.Properties.${issue.path}` })),
    );
  }
};

const NO_ADOPTION: Adoption = { ids: [], upToDate: 0 };

/** Such a commit is refused for what the group is at; whose instances there are is no question yet. */
const isEnding = (record: GroupRecord | undefined): boolean =>
  record?.watch === 'destroying' || record?.watch === 'freeing';

const isPresent = (member: InstanceRecord): boolean => member.goneAt === undefined && isLive(member.state);

/** A spec that this release cannot read any more must not keep the user from committing one that it can. */
const readableRevision = async (runtime: Runtime, record: GroupRecord): Promise<Revision | undefined> => {
  try {
    return await loadRevision(runtime, record);
  } catch (error) {
    if (!(error instanceof InvalidInputError || error instanceof NotFoundError)) throw error;
    runtime.log.warn('the spec in force cannot be read', { group: record.id, error: error.message });
    return undefined;
  }
};

/** kubectl's rule: an Allocation that this file did not change leaves a later scale alone. */
const keepsScale = (
  record: GroupRecord | undefined,
  current: Revision | undefined,
  asked: ParsedSpec,
  origin: Origin,
): Allocation | undefined => {
  const last = record?.upload;
  if (
    origin.upload === undefined ||
    last === undefined ||
    current === undefined ||
    last.key !== origin.upload.key
  )
    return undefined;
  if (record?.watch !== 'watched') return undefined;
  const unchanged = JSON.stringify(last.allocation) === JSON.stringify(asked.spec.allocation);
  const scaled = JSON.stringify(current.spec.allocation) !== JSON.stringify(asked.spec.allocation);
  return unchanged && scaled ? current.spec.allocation : undefined;
};

const withAllocation = (runtime: Runtime, asked: ParsedSpec, allocation: Allocation): ParsedSpec => {
  const properties = withAllocationJson(asked.properties, allocation);
  const parsed = runtime.parser.group(asked.spec.id, properties);
  return parsed.ok ? parsed.value : asked;
};

/** The user's properties with another Allocation, everything else as written. */
export const withAllocationJson = (properties: Json, allocation: Allocation): Json => ({
  ...(isJsonObject(properties) ? properties : {}),
  Allocation:
    allocation.kind === 'size' ? { Size: allocation.size } : { LogicalIDs: [...allocation.logicalIds] },
});

interface Facts {
  readonly parsed: ParsedSpec;
  readonly before: Revision | undefined;
  readonly adoption: Adoption;
  readonly record: GroupRecord | undefined;
  readonly revision: Revision;
  readonly outdated: number;
}

/** What InfraKit has no words for, a line each. */
const notes = ({ parsed, before, adoption, record, revision, outdated }: Facts): readonly string[] => {
  const size = declaredSize(parsed.spec.allocation);
  const keys = before
    ? rollingKeys(before.properties, parsed.properties, {
        from: before.spec.configHash,
        to: parsed.spec.configHash,
      })
    : [];
  const adopted = adoption.ids.length;
  const foreign = record?.foreign.length ?? 0;
  const noneLeft =
    outdated > 0 && budgetOf(revision.spec).floor === 0 && budgetOf(revision.spec).ceiling === size;
  const quiet =
    before !== undefined && keys.length === 0 && before.specHash !== revision.specHash
      ? quietKeys(before, parsed)
      : [];
  return [
    adopted > 0 ? `Adopting ${adopted} instances` : '',
    foreign > 0 ? `${foreign} foreign instances carry our tags: not counted, never touched` : '',
    keys.length > 0 && outdated > 0 ? `Rolls because of ${keys.join(', ')}` : '',
    quiet.length > 0 ? `Changes without a roll: ${quiet.join(', ')}` : '',
    noneLeft && size > 0 ? `size ${size}, surge 0: none will run during the roll` : '',
  ].filter((line) => line !== '');
};

const quietKeys = (before: Revision, parsed: ParsedSpec): readonly string[] => {
  const [old, now] = [before.properties, parsed.properties];
  if (!isJsonObject(old) || !isJsonObject(now)) return [];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .filter((key) => key !== 'Allocation' && JSON.stringify(old[key]) !== JSON.stringify(now[key]))
    .sort();
};

const movedPins = (pins: Pins, resolved: Pins): readonly string[] =>
  Object.entries(resolved.images).flatMap(([alias, image]) => {
    const pinned = pins.images[alias];
    return pinned === undefined || pinned === image
      ? []
      : [`${alias} has moved from ${pinned} to ${image}: restart the group to take it`];
  });
