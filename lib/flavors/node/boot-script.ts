import { shellFile } from '../shell-file.js';

const NODE = shellFile(import.meta.url, './node.sh');

/** A value may stand between single quotes. */
const isPlain = (value: string): boolean => /^[^'\p{Cc}]*$/u.test(value);

/**
 * A boot script: settings as shell variables, then the functions of `node.sh`, then the parts. It runs in a subshell,
 * so that scripts can be joined and none ends another. The settings stand at the head, one a line, `Name='value'`, the
 * flavor's name first: by them the local cloud's models know what a machine is for. Never a secret.
 * @throws when a value has a quote or a control character: `validate` has to refuse it.
 */
export const bootScript = (
  flavor: string,
  settings: Readonly<Record<string, string>>,
  ...parts: readonly string[]
): string => {
  const lines = Object.entries({ Flavor: flavor, ...settings }).map(([name, value]) => {
    if (!isPlain(value)) throw new Error(`${name} cannot stand in a boot script: ${JSON.stringify(value)}`);
    return `${name}='${value}'`;
  });
  return ['#!/bin/bash', '(', ...lines, NODE, ...parts, ')', ''].join('\n');
};

/** A document's script: the functions of `node.sh`, then its own part. */
export const nodeScript = (...parts: readonly string[]): string => [NODE, ...parts].join('\n');

/** Exit codes of documents that look. */
export { CANNOT_SAY } from '../../ports/flavor.js';
export const QUORUM_LOST = 67;

/** Where the nodes of a cluster tell each other of themselves; see `ClusterParameters`. */
export const clusterPath = (stack: string, cluster: string): string => `/holdfast/${stack}/${cluster}`;

/** What names of clusters may be, and so a part of a parameter's name. */
export const CLUSTER_NAME = '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$';

/** A parameter's path, as a value of a document's parameter. */
export const PATH_PATTERN = '^/holdfast(?:/[A-Za-z0-9._-]+){2,12}$';
export const INSTANCE_PATTERN = '^i-[0-9a-z]{1,40}$';
export const ADDRESS_PATTERN = '^[0-9]{1,3}(?:\\.[0-9]{1,3}){3}$';
