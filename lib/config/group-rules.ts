import type { Allocation } from '../core/group-spec.js';
import { isIpv4, looksLikeIpv4 } from '../core/ip-range.js';
import type { Path } from '../core/issue-path.js';
import { isJsonObject, type Json, type JsonObject } from '../core/json.js';
import { type Mistake, quoted } from '../core/schema-issues.js';
import type { RepairProperties, UpdatingProperties } from './group-schema.js';
import { durationSeconds, isZero, parseAmount } from './values.js';

const filled = (value: Json | undefined): value is readonly Json[] =>
  Array.isArray(value) && value.length > 0;

/** InfraKit's rules for an Allocation, in its words. A Size of 0 is a size; InfraKit takes it for none. */
export const allocationMistakes = (properties: JsonObject): readonly Mistake[] => {
  const { Allocation } = properties;
  const path = ['Allocation'];
  if (Allocation === undefined || Allocation === null)
    return [{ path, message: 'Allocation must not be blank' }];
  if (!isJsonObject(Allocation)) return [];
  const { Size, LogicalIDs } = Allocation;
  const noIds =
    LogicalIDs === undefined || LogicalIDs === null || (Array.isArray(LogicalIDs) && LogicalIDs.length === 0);
  if (Size === undefined && noIds) {
    // An unknown key is told by itself; what it was meant to say is not missing.
    const strays = Object.keys(Allocation).some((key) => key !== 'Size' && key !== 'LogicalIDs');
    return strays ? [] : [{ path, message: 'Allocation must not be blank' }];
  }
  const mistakes: Mistake[] = [];
  if (Size !== undefined && Size !== 0 && !noIds) {
    mistakes.push({ path, message: 'Only one Allocation method may be used' });
  }
  return filled(LogicalIDs) ? [...mistakes, ...logicalIdMistakes(LogicalIDs)] : mistakes;
};

const logicalIdMistakes = (ids: readonly Json[]): readonly Mistake[] => {
  const seen = new Set<Json>();
  const anyAddress = ids.some((id) => typeof id === 'string' && looksLikeIpv4(id));
  return ids.flatMap((id, index): readonly Mistake[] => {
    if (typeof id !== 'string') return [];
    const path: Path = ['Allocation', 'LogicalIDs', index];
    const again = seen.has(id);
    seen.add(id);
    if (again) return [{ path, message: `LogicalID ${quoted(id)} specified more than once` }];
    if (looksLikeIpv4(id) && !isIpv4(id))
      return [{ path, message: `must be an IPv4 address, not ${quoted(id)}` }];
    if (anyAddress && !looksLikeIpv4(id)) {
      return [
        { path, message: `must be an IPv4 address like the others, not ${quoted(id)}; do not mix the two` },
      ];
    }
    return [];
  });
};

/** Rules between the keys of a well-formed Updating, InfraKit's first and in its words. */
export const updatingMistakes = (
  updating: UpdatingProperties,
  allocation: Allocation | undefined,
): readonly Mistake[] => {
  const mistakes: Mistake[] = [];
  const wrong = (message: string, ...path: Path) => mistakes.push({ path: ['Updating', ...path], message });
  if ((updating.Count ?? 0) > 0 && durationSeconds(updating.Duration ?? '0s') > 0) {
    wrong('Only one Updating method may be used');
  }
  const surge = parseAmount(updating.MaxSurge ?? 0);
  if (isZero(surge) && isZero(parseAmount(updating.MaxUnavailable ?? 1))) {
    wrong('must not be 0 while MaxSurge is 0: nothing could ever be replaced', 'MaxUnavailable');
  }
  if (allocation?.kind === 'logicalIds' && !isZero(surge)) {
    wrong('must be 0 for a group with LogicalIDs: no identity can run twice', 'MaxSurge');
  }
  (updating.Checkpoints ?? []).forEach(({ At }, index, all) => {
    const before = all[index - 1];
    if (Number(At.slice(0, -1)) < 1) {
      wrong(`must be at least "1%", not ${quoted(At)}`, 'Checkpoints', index, 'At');
    }
    if (before !== undefined && Number(At.slice(0, -1)) <= Number(before.At.slice(0, -1))) {
      wrong(
        `must be more than the ${quoted(before.At)} before it, not ${quoted(At)}`,
        'Checkpoints',
        index,
        'At',
      );
    }
  });
  (updating.Alarms ?? []).forEach((alarm, index, all) => {
    if (all.indexOf(alarm) < index) wrong(`alarm ${quoted(alarm)} specified more than once`, 'Alarms', index);
  });
  return mistakes;
};

export const repairMistakes = (
  repair: RepairProperties,
  allocation: Allocation | undefined,
): readonly Mistake[] =>
  repair.LaunchFirst === true && allocation?.kind === 'logicalIds'
    ? [
        {
          path: ['Repair', 'LaunchFirst'],
          message: 'must be false for a group with LogicalIDs: no identity can run twice',
        },
      ]
    : [];
