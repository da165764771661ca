/** Where the page is, as its address says. */
export interface Place {
  /** The group that is looked at. */
  readonly group?: string;
}

/** Reads `#/group/ID`; anything else is the fleet. */
export const placeOf = (hash: string): Place => {
  const found = /^#\/group\/(.+)$/.exec(hash)?.[1];
  if (found === undefined) return {};
  try {
    return { group: decodeURIComponent(found) };
  } catch {
    return {};
  }
};

export const hashOf = ({ group }: Place): string =>
  group === undefined ? '#/' : `#/group/${encodeURIComponent(group)}`;
