import type { Issue } from '../core/issue.js';
import { pathText } from '../core/issue-path.js';
import type { Json } from '../core/json.js';
import { type Mistake, schemaMistakes } from '../core/schema-issues.js';
import type { FlavorRegistry } from '../ports/flavor.js';
import type { SpecParser } from '../ports/spec-parser.js';
import { jsonMistake } from './check-json.js';
import { toAllocation } from './defaults.js';
import { ec2Mistakes, ec2Pools } from './ec2-instance.js';
import { allocationMistakes } from './group-rules.js';
import { groupFields } from './group-schema.js';
import { parseDocument } from './parse-document.js';
import { parseGroup } from './parse-group.js';
import { addressIssues, revisionOf } from './revision-of.js';

const ALLOCATION_SCHEMA = { properties: { Size: {}, LogicalIDs: {} } };

/** The parser that the use cases are given: every document form, with these flavors. */
export const specParser = (flavors: FlavorRegistry): SpecParser => ({
  group: (id, properties) => {
    const parsed = parseGroup(id, properties, flavors);
    if (parsed.ok) return { ok: true, value: { spec: parsed.spec, properties: parsed.properties } };
    return { ok: false, issues: parsed.issues.map((issue) => ({ ...issue, path: below(id, issue.path) })) };
  },
  document: (text, file) => {
    const parsed = parseDocument(text, { file, flavors });
    return parsed.ok ? { ok: true, value: parsed.groups } : parsed;
  },
  revision: (stored, specHash, number) => revisionOf(stored, { number, specHash }, flavors),
  addresses: ({ spec, pins }) =>
    spec.allocation.kind === 'size'
      ? []
      : addressIssues(spec.allocation.logicalIds, pins.subnets).map((issue) => ({
          ...issue,
          path: `Properties.${issue.path}`,
        })),
  allocation: (given) => {
    const improper = jsonMistake(given);
    const mistakes = improper ? [improper] : allocationMistakes({ Allocation: given as Json });
    const parsed = groupFields.Allocation.safeParse(given);
    if (mistakes.length > 0 || !parsed.success || !parsed.data) {
      const shape =
        parsed.success || improper
          ? []
          : schemaMistakes(parsed.error.issues, given as Json, () => ALLOCATION_SCHEMA).map(asIssue);
      return { ok: false, issues: [...mistakes.map(asIssue), ...shape] };
    }
    return { ok: true, value: toAllocation(parsed.data) };
  },
  pools: ec2Pools,
  instanceProperties: (properties) => {
    const improper = jsonMistake(properties);
    return (improper ? [improper] : ec2Mistakes(properties as Json)).map(asIssue);
  },
});

const asIssue = ({ path, message }: Mistake): Issue => ({ path: pathText(path), message });

/** Paths as in the documents' main form, so that a mistake reads alike wherever it is told. */
const below = (id: string, path: string): string =>
  path === 'ID'
    ? `groups.${id}`
    : `groups.${id}.Properties${path && !path.startsWith('[') ? '.' : ''}${path}`;
