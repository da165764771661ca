import type { GroupSpec, Pins, Pool, Revision, StoredSpec } from '../core/group-spec.js';
import type { SpecHash } from '../core/ids.js';
import type { Issue } from '../core/issue.js';
import type { Json } from '../core/json.js';

export interface ParsedSpec {
  readonly spec: GroupSpec;
  /** The group's Properties exactly as written. */
  readonly properties: Json;
}

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/** Untrusted documents → core types. Never throws for bad input: answers with every mistake. */
export interface SpecParser {
  group(id: string, properties: unknown): Parsed<ParsedSpec>;
  /** Every group of a file, or every mistake with its line and column. */
  document(text: string, file: string): Parsed<readonly ParsedSpec[]>;
  /** A stored spec as plans and launches need it. @throws {InvalidInputError} when this code refuses what was stored. */
  revision(stored: StoredSpec, specHash: SpecHash, number: number): Revision;
  /** What is wrong with pets' addresses in the subnets that were pinned. */
  addresses(revision: Revision): readonly Issue[];
  allocation(allocation: unknown): Parsed<GroupSpec['allocation']>;
  /** Where an instance plugin's properties launch into, in the order of preference; never empty. */
  pools(properties: Json, pins: Pins): readonly Pool[];
  /** Mistakes of an instance plugin's properties alone. */
  instanceProperties(properties: unknown): readonly Issue[];
}
