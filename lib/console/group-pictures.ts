import type { GroupLine } from '../app/api-types.js';
import { Failure } from '../cli/failure.js';
import type { Target } from '../cli/target.js';
import { cellsOf, pictureOf } from './cells.js';
import type { ZonePicture } from './protocol.js';

/** The cells of groups that nobody looks at in particular, for the list. */
export interface GroupPictures {
  of(group: string): readonly ZonePicture[] | undefined;
  /** Looks again at those that changed or are on their way, but no more than a few, those first that waited longest. */
  renew(lines: readonly GroupLine[], lookedAt: ReadonlyMap<string, unknown>): Promise<void>;
}

/** A fleet up to this size is pictured whole; of a larger one, groups that change. */
const PICTURED_WHOLE = 60;

export const groupPictures = (target: Target, atOnce: number): GroupPictures => {
  /** In the order in which they were taken. */
  const taken = new Map<string, { readonly line: string; readonly picture: readonly ZonePicture[] }>();

  const isWanted = (line: GroupLine, fleet: number): boolean => {
    const before = taken.get(line.ID);
    if (!line.Converged && line.Watch !== 'destroyed') return true;
    return before === undefined ? fleet <= PICTURED_WHOLE : before.line !== JSON.stringify(line);
  };

  const take = async (line: GroupLine): Promise<void> => {
    try {
      const view = await target.call('Group.DescribeGroup', { ID: line.ID });
      taken.delete(line.ID);
      taken.set(line.ID, { line: JSON.stringify(line), picture: pictureOf(cellsOf(view)) });
    } catch (error) {
      // Gone since it was listed.
      if (!(error instanceof Failure && error.code === 'NotFound')) throw error;
    }
  };

  return {
    of: (group) => taken.get(group)?.picture,
    renew: async (lines, lookedAt) => {
      const listed = new Set(lines.map(({ ID }) => ID));
      for (const id of taken.keys()) if (!listed.has(id)) taken.delete(id);
      const age = new Map([...taken.keys()].map((id, index) => [id, index]));
      const wanted = lines
        .filter((line) => !lookedAt.has(line.ID) && isWanted(line, lines.length))
        .sort((a, b) => (age.get(a.ID) ?? -1) - (age.get(b.ID) ?? -1));
      for (const line of wanted.slice(0, atOnce)) await take(line);
    },
  };
};
