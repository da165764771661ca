import { usage } from './failure.js';
import { NoAnswerError, type Transport } from './target.js';

/** Longer than the group API's own limit of 60 s. */
const ANSWER_WITHIN_MS = 70_000;

/** Never reached anybody: nothing can have happened. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** The local cloud over HTTP. */
export const localTransport = (url: string): Transport => ({
  name: `local cloud at ${url}`,
  send: async (request, to, signal) => {
    let text: string;
    let status: number;
    try {
      const response = await fetch(`${url}/${to}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(request),
        signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
      });
      status = response.status;
      text = await response.text();
    } catch (error) {
      throw networkError(url, error);
    }
    try {
      return JSON.parse(text);
    } catch {
      throw usage(`${url} answered HTTP ${status} without JSON; is another program listening there?`);
    }
  },
});

function networkError(url: string, error: unknown): NoAnswerError {
  const code = networkCode(error);
  if (code !== undefined && NOT_SENT.has(code)) {
    const hint = 'start it with `npx holdfast up`, or name a stack with --stack';
    return new NoAnswerError(`no local cloud at ${url}; ${hint}`, false, { cause: error });
  }
  const why = code ?? (error instanceof Error ? error.message : String(error));
  return new NoAnswerError(`no answer from ${url} (${why}); what was asked may have happened`, true, {
    cause: error,
  });
}

/** The system's code, which fetch hides in the cause, or among several causes when a name has several addresses. */
function networkCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  if (error instanceof AggregateError) return networkCode(error.errors[0]);
  return networkCode(error.cause);
}
