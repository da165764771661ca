/** Contract suites run against real AWS only when asked to, with names of things that exist there. */
const asked = process.env.HOLDFAST_CONTRACT === 'aws';

/**
 * Reads the names that a suite needs from the environment. @returns `undefined` when real AWS was not asked for, and
 * says loudly how to ask; fails when it was asked for and a name is missing.
 */
export function awsTarget<Name extends string>(
  suite: string,
  names: readonly Name[],
): Readonly<Record<Name, string>> | undefined {
  const how = [
    'HOLDFAST_CONTRACT=aws',
    ...names.map((name) => `${name}=…`),
    'npx vitest run test/contract',
  ].join(' ');
  if (!asked) {
    process.stderr.write(`SKIPPED: ${suite} against real AWS; to run it: ${how}\n`);
    return undefined;
  }
  const missing = names.filter((name) => !process.env[name]);
  if (missing.length > 0) throw new Error(`${suite}: set ${missing.join(', ')}: ${how}`);
  return Object.fromEntries(names.map((name) => [name, process.env[name] ?? ''])) as Record<Name, string>;
}
