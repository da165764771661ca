import { ConflictError, HoldfastError, InvalidInputError } from '../core/errors.js';
import { groupEvent } from '../core/group-event.js';
import type { CommittedRevision, GroupRecord, NamedDestroy } from '../core/group-record.js';
import { type Allocation, declaredSize, type Revision } from '../core/group-spec.js';
import type { Instant } from '../core/ids.js';
import type { Json } from '../core/json.js';
import { newGroup } from '../core/new-group.js';
import { isHeld, isRolling } from '../core/rollout.js';
import type { GroupChange } from '../ports/group-store.js';
import type { ParsedSpec } from '../ports/spec-parser.js';
import type { Adoption } from './adoption.js';
import type { Committed } from './api-types.js';
import { type Origin, type Proposal, proposeCommit } from './propose-commit.js';
import type { Runtime } from './runtime.js';
import { wakeGroup } from './wake-group.js';

export interface CommitRequest {
  readonly specs: readonly ParsedSpec[];
  readonly pretend: boolean;
  /** The user accepts that more instances go at once than the budget allows. */
  readonly confirm: boolean;
  readonly requestId?: string;
  readonly origin: Origin;
  /** Ended by the same write, so that a shrink by named instances ends these and no others. */
  readonly naming?: readonly NamedDestroy[];
  /** The revision that the specs were made from: another one by now is a conflict. */
  readonly basis?: number;
}

/** A plan that ends more instances at once than the budget allows, and was not confirmed. Nothing was changed. */
export class ConfirmationNeededError extends HoldfastError {
  constructor(message: string) {
    super('ConfirmationNeeded', message);
  }
}

export const HISTORY_KEPT = 10;
const ANSWERS_KEPT = 16;
const MOST_TRIES = 4;

/**
 * Commits every group, or none when one of them is refused. A commit of several groups that was cut short is resumed
 * by the same request id or upload: what stands already answers as it did.
 * @throws {InvalidInputError} with all mistakes of all groups. @throws {ConfirmationNeededError}
 */
export const commitGroups = async (
  runtime: Runtime,
  request: CommitRequest,
): Promise<readonly Committed[]> => {
  const first: Proposal[] = [];
  for (const parsed of request.specs) first.push(await proposeCommit(runtime, parsed, request.origin));
  const issues = first.flatMap((proposal) => (isRepeat(proposal.record, request) ? [] : proposal.issues));
  if (issues.length > 0) throw new InvalidInputError(issues);
  if (request.pretend) return first.map(committedOf);
  for (const proposal of first) if (!isRepeat(proposal.record, request)) requireConfirmed(request, proposal);
  const done: Committed[] = [];
  for (const proposal of first) done.push(await commitOne(runtime, request, proposal));
  return done;
};

/** Whether this very request was carried out before. */
const isRepeat = (record: GroupRecord | undefined, request: CommitRequest): boolean =>
  answerTo(record, request.requestId) !== undefined || isStale(record, request.origin);

export const answerTo = (record: GroupRecord | undefined, requestId: string | undefined): Json | undefined =>
  requestId === undefined ? undefined : record?.answers.find((kept) => kept.requestId === requestId)?.answer;

/** An object's older or same version: S3's sequencers of one key compare as hex, padded on the right. */
const isStale = (record: GroupRecord | undefined, origin: Origin): boolean => {
  const age = record?.upload === undefined ? undefined : ageBeside(record.upload, origin);
  return age === 'older' || age === 'same';
};

/** How an uploaded version compares with the one that a group carries; `undefined` when they are of different files. */
export const ageBeside = (
  last: { readonly key: string; readonly sequencer: string },
  { upload }: Origin,
): 'older' | 'same' | 'newer' | undefined => {
  if (upload === undefined || upload.key !== last.key) return undefined;
  const width = Math.max(last.sequencer.length, upload.sequencer.length);
  const [ours, theirs] = [upload.sequencer.padEnd(width, '0'), last.sequencer.padEnd(width, '0')];
  if (ours === theirs) return 'same';
  return ours < theirs ? 'older' : 'newer';
};

const requireConfirmed = (request: CommitRequest, { destroys, parsed, plan }: Proposal): void => {
  if (destroys === 0 || request.confirm || request.origin.upload !== undefined) return;
  throw new ConfirmationNeededError(
    `group "${parsed.spec.id}": ${plan}; that ends ${destroys} instances at once, more than its budget allows`,
  );
};

const committedOf = (proposal: Proposal): Committed => ({
  ID: proposal.parsed.spec.id,
  Plan: proposal.plan,
  Changed: proposal.changed,
  Destroys: proposal.destroys,
  Warnings: proposal.warnings,
});

const commitOne = async (runtime: Runtime, request: CommitRequest, first: Proposal): Promise<Committed> => {
  let proposal = first;
  for (let tries = 1; ; tries += 1) {
    const before = answerTo(proposal.record, request.requestId);
    if (before !== undefined) {
      await wakeGroup(runtime, first.parsed.spec.id);
      return before as unknown as Committed;
    }
    if (isStale(proposal.record, request.origin))
      return { ...committedOf(proposal), Plan: 'Noop', Changed: false };
    if (proposal.issues.length > 0) throw new InvalidInputError(proposal.issues);
    if (request.basis !== undefined && proposal.record?.revision !== request.basis) {
      throw new ConflictError(
        `group "${proposal.parsed.spec.id}" was changed meanwhile: look at it and ask again`,
      );
    }
    requireConfirmed(request, proposal);
    try {
      return await write(runtime, request, proposal);
    } catch (error) {
      if (!(error instanceof ConflictError) || tries >= MOST_TRIES) throw error;
      proposal = await proposeCommit(runtime, first.parsed, request.origin);
    }
  }
};

const write = async (runtime: Runtime, request: CommitRequest, proposal: Proposal): Promise<Committed> => {
  const { record, revision, stored } = proposal;
  const committed = committedOf(proposal);
  const names = (request.naming ?? []).length > 0;
  if (!proposal.changed && !names && request.origin.upload === undefined) return committed;
  const now = runtime.clock.now();
  const { id } = proposal.parsed.spec;
  await runtime.store.putSpec(revision.specHash, stored);
  const entry: CommittedRevision = {
    number: revision.number,
    specHash: revision.specHash,
    configHash: revision.spec.configHash,
    at: now,
    origin: request.origin.name,
  };
  const change = await changeOf(runtime, request, proposal, entry, committed);
  if (record === undefined) await runtime.store.create({ ...newGroup(id, entry, now), ...change });
  else await runtime.store.command(id, change, { intent: record.intent });
  const event = groupEvent(
    now,
    'group.committed',
    id,
    `revision ${revision.number}: ${proposal.plan.replaceAll('\n', '; ')}`,
    {
      what: request.origin.name,
    },
  );
  await runtime.store.putEvents([event]);
  await runtime.bus.publish([event]);
  if (proposal.changed || names) await wakeGroup(runtime, id);
  return committed;
};

const changeOf = async (
  runtime: Runtime,
  request: CommitRequest,
  { record, before, parsed, adoption, revision, rolls }: Proposal,
  entry: CommittedRevision,
  committed: Committed,
): Promise<GroupChange> => {
  const again = record?.history[0]?.number === revision.number;
  const upload = request.origin.upload;
  const fleet = await runtime.store.fleet();
  return {
    watch: 'watched',
    revision: revision.number,
    specHash: revision.specHash,
    configHash: parsed.spec.configHash,
    declared: declaredSize(parsed.spec.allocation),
    history: again
      ? (record?.history ?? [entry])
      : [entry, ...(record?.history ?? [])].slice(0, HISTORY_KEPT),
    basis: basisOf(request, record, before, parsed),
    rolls: rolls || (before !== undefined && record?.rolls) ? true : undefined,
    restartBefore: restartOf(request, record, before, parsed, entry),
    ...adoptingWith(runtime, record, adoption),
    ...(record !== undefined && record.watch !== 'watched' ? { destroying: [], emptySince: undefined } : {}),
    ...(request.naming === undefined ? {} : { destroying: withNamed(record, request.naming) }),
    fleetFreeze: fleet.freeze,
    ...(record?.watch === 'destroyed' ? forgotten(record, entry.at) : {}),
    ...(upload === undefined ? {} : { upload: { ...upload, allocation: declaredBy(request, parsed) } }),
    ...answersWith(record, request.requestId, committed),
  };
};

/** What was held when a group was destroyed is no business of the one that takes its id: nothing is launched from it. */
const forgotten = ({ rollout }: GroupRecord, now: Instant): GroupChange => ({
  steady: undefined,
  breakerOverrideUntil: undefined,
  ...(isHeld(rollout) || isRolling(rollout)
    ? { rollout: { ...rollout, status: 'superseded', reason: 'its group was destroyed', endedAt: now } }
    : {}),
});

/** Another config makes everything outdated that a restart would have, and what it did not finish is abandoned. */
const restartOf = (
  { origin }: CommitRequest,
  record: GroupRecord | undefined,
  before: Revision | undefined,
  { spec }: ParsedSpec,
  entry: CommittedRevision,
): Instant | undefined => {
  if (origin.restart === true) return wholeSecond(entry.at);
  return before?.spec.configHash === spec.configHash ? record?.restartBefore : undefined;
};

/** As EC2 tells launch times. */
const wholeSecond = (time: Instant): Instant => Math.floor(time / 1000) * 1000;

/**
 * A roll keeps to what was declared before it; one that takes the place of another, to what that one kept to. A quorum of
 * one or two can lose nobody (protocol rule 25), so it grows first.
 */
const basisOf = (
  { origin }: CommitRequest,
  record: GroupRecord | undefined,
  before: Revision | undefined,
  { spec }: ParsedSpec,
): Allocation | undefined => {
  const kept = isRolling(record?.rollout) ? record?.basis : undefined;
  const rollsAnew = origin.restart === true || before?.spec.configHash !== spec.configHash;
  const basis = rollsAnew ? (kept ?? before?.spec.allocation) : kept;
  const growsFirst =
    before?.quorum !== undefined &&
    basis !== undefined &&
    declaredSize(basis) < SMALLEST_QUORUM &&
    declaredSize(spec.allocation) >= SMALLEST_QUORUM;
  return growsFirst ? undefined : basis;
};

/** Members of a quorum that can lose one. */
const SMALLEST_QUORUM = 3;

/** What an earlier commit chose and no pass has seen yet stays chosen. */
const adoptingWith = (runtime: Runtime, record: GroupRecord | undefined, { ids }: Adoption): GroupChange => {
  const before = record?.watch === 'watched' ? record.adopting : [];
  const adopting = [...new Set([...before, ...ids])];
  const since = ids.length > 0 ? runtime.clock.now() : record?.adoptingSince;
  return { adopting, adoptingSince: adopting.length > 0 ? since : undefined };
};

/** The destroys that users have named so far, and these. */
export const withNamed = (
  record: GroupRecord | undefined,
  naming: readonly NamedDestroy[],
): readonly NamedDestroy[] => [
  ...(record?.destroying ?? []).filter(
    (before) => !naming.some((named) => named.instance === before.instance),
  ),
  ...naming,
];

/** The Allocation as the file declares it, which a kept scale may differ from. */
const declaredBy = (request: CommitRequest, parsed: ParsedSpec) =>
  (request.specs.find((asked) => asked.spec.id === parsed.spec.id) ?? parsed).spec.allocation;

/** The answers kept, with a new one in front. */
export const answersWith = (
  record: GroupRecord | undefined,
  requestId: string | undefined,
  answer: unknown,
): GroupChange =>
  requestId === undefined
    ? {}
    : { answers: [{ requestId, answer: answer as Json }, ...(record?.answers ?? [])].slice(0, ANSWERS_KEPT) };
