/** One mistake in what the user gave: where it is and what to change. Lower case, no full stop, quotes the wrong value. */
export interface Issue {
  /** Dotted path from the document's root, such as `groups.web.Properties.Allocation.Size`; empty for the whole. */
  readonly path: string;
  readonly message: string;
  /** Where the path stands in the text, when the text is known. Lines and columns count from 1. */
  readonly at?: { readonly file: string; readonly line: number; readonly column: number };
}

/** `file:line:column path: what to change`, the form in which every issue is printed. */
export const issueText = (issue: Issue): string => {
  const place = issue.at ? `${issue.at.file}:${issue.at.line}:${issue.at.column} ` : '';
  return `${place}${issue.path ? `${issue.path}: ` : ''}${issue.message}`;
};
