/** What CloudFormation asks of a custom resource. */
export interface CustomResourceEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  /** Signed, so whoever knows it may answer: it is never logged. */
  readonly ResponseURL: string;
  readonly StackId: string;
  /** The same whenever Lambda delivers the event again. */
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  /** Absent in `Create`. */
  readonly PhysicalResourceId?: string | undefined;
}

/** How an answer travels. */
export type Fetch = (
  url: string,
  request: {
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  },
) => Promise<{ readonly ok: boolean; readonly status: number }>;

/** Kept of an invocation's time for the answer. */
export const ANSWER_MS = 10_000;
const ANSWER_ATTEMPTS = 3;
const ATTEMPT_MS = 3000;
/** CloudFormation reads an answer of 4096 bytes at most. */
const REASON_LENGTH = 1500;

/**
 * Tells CloudFormation how it went: done, or failed for a reason.
 * @throws when CloudFormation cannot be reached; Lambda then tries the event again.
 */
export async function answer(
  fetch: Fetch,
  event: CustomResourceEvent,
  { physicalId, reason }: { readonly physicalId: string; readonly reason?: string | undefined },
): Promise<void> {
  const body = JSON.stringify({
    Status: reason === undefined ? 'SUCCESS' : 'FAILED',
    ...(reason === undefined ? {} : { Reason: reason.slice(0, REASON_LENGTH) }),
    PhysicalResourceId: physicalId,
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
  });
  let failure: unknown;
  for (let attempt = 1; attempt <= ANSWER_ATTEMPTS; attempt += 1) {
    try {
      // The URL is signed for no content type, and fetch would give one.
      const { ok, status } = await fetch(event.ResponseURL, {
        method: 'PUT',
        headers: { 'content-type': '' },
        body,
      });
      if (ok) return;
      failure = `status ${status}`;
    } catch (error) {
      failure = error instanceof Error ? error.message : error;
    }
  }
  throw new Error(`CloudFormation did not take the answer: ${failure}`);
}

/** Sends a request as it is, and waits for its answer for no longer than an attempt may last. */
export const send: Fetch = (url, request) =>
  fetch(url, { ...request, signal: AbortSignal.timeout(ATTEMPT_MS) });
