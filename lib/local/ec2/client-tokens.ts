import { refusal } from './errors.js';

/** A launch that succeeded under a token. Plain JSON. */
export interface TokenUse {
  readonly token: string;
  /** The zone, or `region` when the request named neither subnet nor zone. */
  readonly scope: string;
  readonly parameters: string;
  readonly reservation: string;
  readonly instances: readonly string[];
}

/**
 * Tokens of launches. EC2 Developer Guide, "RunInstances idempotency": zonal when the request names a zone or a
 * subnet, regional otherwise; a token binds only to a request that succeeded.
 * Assumptions: the zone is the scope, so the two kinds do not see each other; tokens are kept for ever (EC2: at least
 * 24 hours after the instance ended).
 */
export interface ClientTokens {
  /**
   * @returns the launch that this request repeats, or `undefined` when it is new.
   * @throws `IdempotentParameterMismatch` when the token was used there with other parameters.
   */
  repeated(token: string, scope: string, parameters: string): TokenUse | undefined;
  bind(use: TokenUse): void;
  all(): readonly TokenUse[];
}

/** EC2 API Reference, RunInstances: up to 64 ASCII characters. */
const LONGEST_TOKEN = 64;

export function clientTokens(kept: readonly TokenUse[] = []): ClientTokens {
  const key = (token: string, scope: string) => `${scope} ${token}`;
  const uses = new Map(kept.map((use) => [key(use.token, use.scope), use]));
  return {
    repeated: (token, scope, parameters) => {
      if (token.length > LONGEST_TOKEN || !/^[\x20-\x7e]*$/.test(token)) {
        throw refusal('InvalidParameterValue', 'Client token must be at most 64 ASCII characters long.');
      }
      const use = uses.get(key(token, scope));
      if (use && use.parameters !== parameters) {
        throw refusal(
          'IdempotentParameterMismatch',
          'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).',
        );
      }
      return use;
    },
    bind: (use) => {
      uses.set(key(use.token, use.scope), use);
    },
    all: () => [...uses.values()],
  };
}

/** The same text for the same parameters, whatever the order of keys; absent and `undefined` are the same. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null || value instanceof Date)
    return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`);
  return `{${fields.join(',')}}`;
}
