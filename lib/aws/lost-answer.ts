/** Failures of the wire: what was asked may have happened. Names and codes of Node and of the SDK's HTTP handler. */
const WIRE: ReadonlySet<string> = new Set([
  'AbortError',
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'NetworkingError',
  'RequestTimeout',
  'RequestTimeoutException',
  'TimeoutError',
]);

/** Whether this failure proves nothing: the wire broke, the wait was over, or the service failed by itself (5xx). */
export function isUnanswered(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (WIRE.has(error.name) || ('code' in error && typeof error.code === 'string' && WIRE.has(error.code))) {
    return true;
  }
  const status = httpStatus(error);
  return status !== undefined && status >= 500;
}

const httpStatus = (error: Error): number | undefined => {
  if (!('$metadata' in error) || typeof error.$metadata !== 'object' || error.$metadata === null)
    return undefined;
  const { $metadata } = error;
  return 'httpStatusCode' in $metadata && typeof $metadata.httpStatusCode === 'number'
    ? $metadata.httpStatusCode
    : undefined;
};
