/** What a boot script says that a machine is for: the settings at the head of a flavor's script. */
export interface Software {
  /** Such as `swarm/manager`. */
  readonly flavor: string;
  readonly settings: Readonly<Record<string, string>>;
}

const SETTING = /^([A-Z][A-Za-z0-9]*)='([^']*)'$/;

/**
 * Reads every flavor's settings from user data, in their order: lines `Name='value'`, the first of which names the
 * flavor. Other boot scripts say nothing of themselves.
 * @param userData base64, as EC2 keeps it.
 */
export const softwareOf = (userData: string | undefined): readonly Software[] => {
  if (userData === undefined) return [];
  const found: { flavor: string; settings: Record<string, string> }[] = [];
  let open: Record<string, string> | undefined;
  for (const line of Buffer.from(userData, 'base64').toString('utf8').split('\n')) {
    const [, name, value] = SETTING.exec(line) ?? [];
    if (name === undefined || value === undefined) open = undefined;
    else if (name === 'Flavor') {
      open = {};
      found.push({ flavor: value, settings: open });
    } else if (open !== undefined) open[name] = value;
  }
  return found;
};
