import { commitUpload } from '../lib/app/commit-upload.js';
import type { Runtime } from '../lib/app/runtime.js';
import { bucketEventSchema } from '../lib/config/lambda-events.js';
import { awsRuntime, once } from './runtime.js';

/** Commits, or only plans, the groups of an uploaded file. */
export const task =
  (runtime: Runtime) =>
  async (input: unknown): Promise<string> => {
    const event = bucketEventSchema.parse(input);
    const { key, sequencer, 'version-id': versionId } = event.detail.object;
    return commitUpload(runtime, {
      key,
      sequencer,
      ...(versionId === undefined ? {} : { versionId }),
      kind: event['detail-type'] === 'Object Created' ? 'created' : 'deleted',
    });
  };

export const handler = once(() => task(awsRuntime(process.env)));
