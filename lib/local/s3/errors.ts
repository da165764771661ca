import { NoSuchBucket, NoSuchKey, NotFound, S3ServiceException } from '@aws-sdk/client-s3';

const failure = (name: string, httpStatusCode: number, message: string) =>
  new S3ServiceException({ name, message, $fault: 'client', $metadata: { httpStatusCode } });
const missing = (message: string) => ({ message, $metadata: { httpStatusCode: 404 } });

export const noSuchBucket = (bucket: string): Error =>
  new NoSuchBucket(missing(`the specified bucket does not exist: ${bucket}`));
export const noSuchKey = (key: string): Error =>
  new NoSuchKey(missing(`the specified key does not exist: ${key}`));
export const noSuchVersion = (id: string): Error =>
  failure('NoSuchVersion', 404, `the specified version does not exist: ${id}`);
/** HeadObject has no body to carry a code. */
export const notFound = (): Error => new NotFound(missing('NotFound'));
export const isDeleteMarker = (): Error =>
  failure('MethodNotAllowed', 405, 'the specified method is not allowed against a delete marker');
export const preconditionFailed = (condition: string): Error =>
  failure('PreconditionFailed', 412, `at least one of the pre-conditions did not hold: ${condition}`);
