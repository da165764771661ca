import type { Interceptor } from './route-client.js';
import { accessDenied } from './service-errors.js';

/** A call on its way, with who makes it. */
export interface AuthorisedCall {
  /** The name that the client was made for: a function's role or a person. */
  readonly principal: string;
  /** As the SDK names it, such as `EC2`. */
  readonly service: string;
  readonly operation: string;
  readonly input: unknown;
}

/** Decides over a call before it has any effect. */
export type Authoriser = (call: AuthorisedCall) => 'allow' | { readonly denied: string };

export const allowAll: Authoriser = () => 'allow';

/** Refuses what the authoriser denies with the service's own error; a denied call never reaches the service. */
export const authorisation =
  (principal: string, authorise: Authoriser): Interceptor =>
  async (call, next) => {
    const verdict = authorise({ principal, ...call });
    if (verdict === 'allow') return next();
    throw accessDenied(
      call.service,
      `${principal} is not authorized to perform ${call.service}:${call.operation}: ${verdict.denied}`,
    );
  };
