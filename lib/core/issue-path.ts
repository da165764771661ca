/** Where something stands in a document: keys of objects and indexes of arrays, from the root. */
export type Path = readonly (string | number)[];

const BARE = /^[A-Za-z0-9_$-]+$/;

/** Longest key printed whole, and longest path printed whole: whoever writes more than that can still find it. */
const LONGEST_KEY = 80;
const LONGEST_PATH = 400;

/** `groups.web.Properties.Init[2]`; a key that is no plain word stands as `["a key"]`. */
export const pathText = (path: Path): string => {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (BARE.test(part) && part.length <= LONGEST_KEY) text += text === '' ? part : `.${part}`;
    else text += `[${JSON.stringify(clipped(part, LONGEST_KEY))}]`;
  }
  return clipped(text, LONGEST_PATH);
};

const PART = /\[(\d+)\]|\[("(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-f]{4}))*")\]|([^.[\]]+)/gu;

/** The path that `pathText` printed, when it did not have to clip it. */
export const parsePath = (text: string): Path =>
  [...text.matchAll(PART)].map(([, index, quoted, bare]) => {
    if (index !== undefined) return Number(index);
    return quoted === undefined ? (bare ?? '') : String(JSON.parse(quoted));
  });

/** The text, cut with an ellipsis when it is longer than `longest`. */
export const clipped = (text: string, longest: number): string =>
  text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
