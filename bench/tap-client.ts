/** Stands between a caller and an SDK client; sees the operation and its input, and may change what comes back. */
export type Tap = (call: TappedCall, next: () => Promise<TappedAnswer>) => Promise<TappedAnswer>;

export interface TappedCall {
  /** Such as `RunInstances`. */
  readonly operation: string;
  readonly input: unknown;
}

export interface TappedAnswer {
  readonly response: unknown;
  readonly output: object;
}

interface Tappable {
  readonly config: { cacheMiddleware?: boolean };
  readonly middlewareStack: {
    add(middleware: unknown, options: { step: 'initialize'; priority: 'high'; name?: string }): void;
  };
}

/** Puts a tap outermost, before the local cloud counts, breaks or answers the call. */
export const tapClient = (client: Tappable, tap: Tap): void => {
  const middleware =
    (
      next: (called: { input: unknown }) => Promise<TappedAnswer>,
      context: { readonly commandName?: string },
    ) =>
    (called: { input: unknown }): Promise<TappedAnswer> =>
      tap({ operation: (context.commandName ?? '').replace(/Command$/, ''), input: called.input }, () =>
        next(called),
      );
  // What it has called before would be called as it was.
  client.config.cacheMiddleware = false;
  client.middlewareStack.add(middleware, { step: 'initialize', priority: 'high' });
};
