import type { Committed, SpecDocument } from '../app/api-types.js';
import { Failure, invalid } from '../cli/failure.js';
import { parseGroupFile } from '../cli/parse-group-file.js';
import type { Target } from '../cli/target.js';
import type { Issue } from '../core/issue.js';
import { isJsonObject, type Json } from '../core/json.js';
import type { PlanView } from './protocol.js';

/** How a pasted text is called in places of mistakes. */
const NAME = 'document';

/** Says what committing a document would do, with the specs before and after. @throws {Failure} with every mistake. */
export const planDocument = async (target: Target, text: string): Promise<readonly PlanView[]> => {
  const { specs, place } = await readDocument(text);
  const { Groups } = await placed(place, () =>
    target.call('Group.CommitGroups', { Specs: specs, Pretend: true }),
  );
  return Promise.all(
    Groups.map(async (committed) => {
      const after = specs.find(({ ID }) => ID === committed.ID);
      return {
        ...viewPlan(committed),
        before: await committedText(target, committed.ID),
        after: after === undefined ? '' : specText(after.Properties),
      };
    }),
  );
};

export const commitDocument = async (
  target: Target,
  text: string,
  more: { readonly RequestId: string; readonly Confirm?: boolean },
): Promise<readonly PlanView[]> => {
  const { specs, place } = await readDocument(text);
  const { Groups } = await placed(place, () => target.call('Group.CommitGroups', { Specs: specs, ...more }));
  return Groups.map(viewPlan);
};

export const viewPlan = ({ ID, Plan, Changed, Destroys, Warnings }: Committed): PlanView => ({
  group: ID,
  plan: Plan,
  changed: Changed,
  destroys: Destroys,
  warnings: Warnings,
});

/** Readable, with the keys of every object in one order, so that two of them can be compared line by line. */
export const specText = (properties: Json): string => JSON.stringify(sortKeys(properties), undefined, 2);

const sortKeys = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isJsonObject(value)) return value;
  const sorted: Record<string, Json> = {};
  for (const key of Object.keys(value).sort()) {
    const field = value[key];
    if (field !== undefined) sorted[key] = sortKeys(field);
  }
  return sorted;
};

/** Empty for a group that is new. */
const committedText = async (target: Target, id: string): Promise<string> => {
  try {
    return specText((await target.call('Group.Inspect', { ID: id })).Spec.Properties);
  } catch (error) {
    if (error instanceof Failure && error.code === 'NotFound') return '';
    throw error;
  }
};

interface Document {
  readonly specs: readonly SpecDocument[];
  readonly place: (issue: Issue) => Issue;
}

const readDocument = async (text: string): Promise<Document> => {
  const parsed = await parseGroupFile(text, NAME);
  if ('issues' in parsed) throw invalid(parsed.issues);
  const { groups } = parsed;
  return {
    specs: groups.map(({ spec }) => spec),
    place: (issue) => {
      const group = groups.find(({ spec }) => `${issue.path}.`.startsWith(`groups.${spec.ID}.`));
      if (issue.at !== undefined || group === undefined) return issue;
      const inner = issue.path.slice(`groups.${group.spec.ID}.`.length).replace(/^Properties(\.|$)/, '');
      return { ...issue, at: { file: NAME, ...group.at(inner) } };
    },
  };
};

const placed = async <T>(place: Document['place'], send: () => Promise<T>): Promise<T> => {
  try {
    return await send();
  } catch (error) {
    if (!(error instanceof Failure) || error.issues.length === 0) throw error;
    throw invalid(error.issues.map(place), error.exitCode);
  }
};
