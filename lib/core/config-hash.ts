import { createHash } from 'node:crypto';
import { goMarshalIndent } from './go-json.js';
import { type ConfigHash, configHash } from './ids.js';
import { isJsonObject, type Json, type JsonObject } from './json.js';

/**
 * Instance properties that Holdfast knows beside InfraKit's and whose change needs no new instance. They are left
 * out of the hash; everything else hashes exactly as InfraKit hashes it.
 */
export const UNHASHED_KEYS: readonly string[] = ['TargetGroupARNs'];

/**
 * InfraKit's `InstanceHash` of a group's Properties: which instance and flavor config an instance was made from. Covers
 * `Plugin` and `Properties` of both as the user wrote them, and nothing else: not Allocation, not Updating.
 */
export const configHashOf = (properties: Json): ConfigHash => {
  const group = isJsonObject(properties) ? properties : {};
  const digest = createHash('sha1')
    .update(stableForm(withoutUnhashed(pluginOf(group.Instance))))
    .update(stableForm(pluginOf(group.Flavor)))
    .digest();
  return configHash(base32(digest));
};

/** Go's struct always has both fields: a missing plugin is the empty string, missing properties are null. */
const pluginOf = (value: Json | undefined): JsonObject => {
  const plugin = isJsonObject(value) ? value : {};
  return { Plugin: plugin.Plugin ?? '', Properties: plugin.Properties ?? null };
};

const withoutUnhashed = (plugin: JsonObject): JsonObject => {
  const { Properties } = plugin;
  if (!isJsonObject(Properties)) return plugin;
  const hashed = Object.entries(Properties).filter(([key]) => !UNHASHED_KEYS.includes(key));
  return { ...plugin, Properties: Object.fromEntries(hashed) };
};

const stableForm = (value: Json): string => goMarshalIndent(value, '  ', '  ');

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** RFC 4648 base32 in lower case without padding. */
const base32 = (bytes: Uint8Array): string => {
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  let text = '';
  for (let at = 0; at < bits.length; at += 5) {
    text += BASE32.charAt(Number.parseInt(bits.slice(at, at + 5).padEnd(5, '0'), 2));
  }
  return text;
};
