interface Image {
  readonly id: string;
  readonly architecture: 'x86_64' | 'arm64';
}

/** Aliases under which AWS and distributions publish their newest images; each ends in, or holds, an architecture. */
const ALIASES: readonly RegExp[] = [
  /^\/aws\/service\/ami-amazon-linux-latest\/[\w.-]*(x86_64|arm64)[\w-]*$/,
  /^\/aws\/service\/debian\/release\/\d+\/latest\/(amd64|arm64)$/,
  /^\/aws\/service\/canonical\/ubuntu\/server\/[\w.]+\/stable\/[\w.]+\/(amd64|arm64)\/hvm\/[\w-]+\/ami-id$/,
];

/** The newest image of the alias's architecture: the last of the list. `undefined` when it is no such alias. */
export function publicImage(name: string, images: readonly Image[]): string | undefined {
  const architecture = ALIASES.map((alias) => alias.exec(name)?.[1]).find((found) => found !== undefined);
  if (architecture === undefined) return undefined;
  const wanted = architecture === 'arm64' ? 'arm64' : 'x86_64';
  return images.findLast((image) => image.architecture === wanted)?.id;
}
