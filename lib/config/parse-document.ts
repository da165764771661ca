import type { GroupSpec } from '../core/group-spec.js';
import type { GroupId } from '../core/ids.js';
import type { Issue } from '../core/issue.js';
import { type Path, parsePath, pathText } from '../core/issue-path.js';
import type { Json } from '../core/json.js';
import { quoted } from '../core/schema-issues.js';
import type { FlavorRegistry } from '../ports/flavor.js';
import { declaredGroups } from './forms.js';
import { boundedIssues, examineGroup } from './parse-group.js';
import { type Position, readText, type TextDocument } from './read-text.js';

/** One group of a document. */
export interface ParsedGroup {
  readonly id: GroupId;
  /** To be stored: as written, but for the oldest form, which is translated. */
  readonly properties: Json;
  readonly spec: GroupSpec;
  /** Where something of the Properties stands in the file; of the nearest thing above when there is no such path. */
  at(path: string): Position;
}

export type ParsedDocument =
  | { readonly ok: true; readonly groups: readonly ParsedGroup[] }
  | { readonly ok: false; readonly issues: readonly Issue[] };

export interface ParseOptions {
  /** Named in every issue. */
  readonly file: string;
  readonly flavors: FlavorRegistry;
}

/**
 * Parses a config document, JSON or YAML, in any accepted form, with one group or several. All mistakes of all groups are
 * told at once, each with its place. Never throws for what the text is.
 */
export const parseDocument = (text: string, { file, flavors }: ParseOptions): ParsedDocument => {
  const read = readText(text);
  const issues: Issue[] = read.mistakes.map(({ path, message, at }) => ({
    path: pathText(path),
    message,
    at: { file, ...at },
  }));
  if (read.documents.length === 0 && issues.length === 0) {
    issues.push({ path: '', message: 'is empty; it names no group', at: { file, line: 1, column: 1 } });
  }
  const groups: ParsedGroup[] = [];
  const seen = new Map<string, Position>();
  // A value that could not be read stands as null; what follows from that is not the user's mistake.
  const unread = new Set(read.mistakes.map(({ path }) => pathText(path)));
  for (const document of read.documents) {
    const report = (path: Path, message: string) => {
      if (unread.has(pathText(path))) return;
      const at = document.at(path, /^(?:unknown|duplicate) /.test(message) ? 'key' : 'value');
      issues.push({ path: pathText(path), message, at: { file, ...at } });
    };
    const declared = declaredGroups(document.value);
    for (const { path, message } of declared.mistakes) report(path, message);
    for (const group of declared.groups) {
      const outcome = examineGroup(group.id, group.properties, flavors);
      const first = typeof group.id === 'string' ? seen.get(group.id) : undefined;
      if (first !== undefined) {
        report(group.idPath, `duplicate group ${quoted(group.id)}; the first is on line ${first.line}`);
      } else if (typeof group.id === 'string') seen.set(group.id, document.at(group.idPath, 'key'));
      if (outcome.ok) groups.push(placed(outcome, document, group.path));
      else {
        for (const message of outcome.idMistakes) report(group.idPath, message);
        for (const { path, message } of outcome.mistakes) report([...group.path, ...path], message);
      }
    }
  }
  if (issues.length === 0) return { ok: true, groups };
  return { ok: false, issues: boundedIssues(issues, { file, line: 1, column: 1 }) };
};

const placed = (
  group: Pick<ParsedGroup, 'id' | 'properties' | 'spec'>,
  document: TextDocument,
  path: Path,
): ParsedGroup => ({
  id: group.id,
  properties: group.properties,
  spec: group.spec,
  at: (inner) => document.at([...path, ...parsePath(inner)], 'value'),
});
