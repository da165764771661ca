import { isJsonObject, type Json } from '../core/json.js';
import type { FaultSwitch } from './protocol.js';

/** A fault of the local cloud for people; one that the panel does not offer in the rule's own words. */
export const faultText = (rule: Json): string => {
  const { kind, ...fields } = isJsonObject(rule) ? rule : { kind: 'unknown' };
  if (kind === 'no-capacity' && typeof fields.zone === 'string') return `no room in ${fields.zone}`;
  if (kind === 'events' && fields.how === 'never') return 'events of EC2 are lost';
  if (kind === 'throttle') {
    return typeof fields.service === 'string' ? `${fields.service} refuses calls` : 'AWS refuses calls';
  }
  const rest = Object.entries(fields).map(([key, value]) => `${key} ${String(value)}`);
  return [String(kind), ...rest].join(', ');
};

/** Which switch of the panel makes this fault. */
export const switchOf = (rule: Json): { readonly by?: FaultSwitch } => {
  if (!isJsonObject(rule)) return {};
  const { kind, zone, how } = rule;
  if (kind === 'no-capacity' && typeof zone === 'string') return { by: { kind: 'fill-zone', zone } };
  return kind === 'events' && how === 'never' ? { by: { kind: 'lose-events' } } : {};
};
