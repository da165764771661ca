import { PROPOSED_PREFIX, RESULTS_PREFIX } from '../core/deployment.js';
import { HoldfastError, InvalidInputError, RefusedError } from '../core/errors.js';
import { type EventName, groupEvent } from '../core/group-event.js';
import { groupId } from '../core/ids.js';
import { type Issue, issueText } from '../core/issue.js';
import type { ParsedSpec } from '../ports/spec-parser.js';
import type { Committed } from './api-types.js';
import { ageBeside, commitGroups } from './commit-groups.js';
import type { Origin } from './propose-commit.js';
import type { Runtime } from './runtime.js';

/** An object of the config bucket that was created or deleted, as S3's event says. */
export interface Upload {
  readonly key: string;
  readonly versionId?: string;
  readonly sequencer: string;
  readonly kind: 'created' | 'deleted';
}

export type UploadOutcome = 'committed' | 'proposed' | 'refused' | 'noted' | 'ignored';

/** Events of a file that names no group are kept under this id. */
const FILES = groupId('config-files');

/**
 * Commits, or for `proposed/` only plans, every group of an uploaded file, and writes the outcome beside it under
 * `results/`. All or nothing; a refused file changes nothing. A deleted file is noted and destroys nothing.
 */
export const commitUpload = async (runtime: Runtime, upload: Upload): Promise<UploadOutcome> => {
  if (!/\.(json|ya?ml)$/.test(upload.key)) return 'ignored';
  if (upload.kind === 'deleted') {
    await tell(runtime, 'upload.deleted', upload, 'the file was deleted; its groups stay as they are');
    return 'noted';
  }
  const text = await readOrRefusal(runtime, upload);
  if (text === undefined) return 'ignored';
  if (text instanceof RefusedError) return refuse(runtime, upload, [{ path: '', message: text.message }]);
  const pretend = upload.key.startsWith(PROPOSED_PREFIX);
  const parsed = runtime.parser.document(text, upload.key);
  if (!parsed.ok) return refuse(runtime, upload, parsed.issues);
  const origin = { name: `s3:${upload.key}`, upload: { key: upload.key, sequencer: upload.sequencer } };
  if (await isOvertaken(runtime, parsed.value, origin)) return 'ignored';
  try {
    const committed = await commitGroups(runtime, {
      specs: parsed.value,
      pretend,
      confirm: false,
      origin,
    });
    await writeResult(runtime, upload, {
      outcome: pretend ? 'proposed' : 'committed',
      groups: committed.map(resultOf),
    });
    await tell(
      runtime,
      pretend ? 'upload.proposed' : 'upload.committed',
      upload,
      committed.map(planOf).join('; '),
    );
    return pretend ? 'proposed' : 'committed';
  } catch (error) {
    if (error instanceof InvalidInputError) return refuse(runtime, upload, error.issues);
    if (!(error instanceof HoldfastError) || error.name !== 'Refused') throw error;
    return refuse(runtime, upload, [{ path: '', message: error.message }]);
  }
};

/** A file that is too large is refused like one that is wrong, or its uploader would never hear of it. */
const readOrRefusal = async (
  { bucket }: Runtime,
  { key, versionId }: Upload,
): Promise<string | RefusedError | undefined> => {
  try {
    return await bucket.read(key, versionId);
  } catch (error) {
    if (error instanceof RefusedError) return error;
    throw error;
  }
};

/** A newer version of the file stands already: its outcome is the one to read. */
const isOvertaken = async (
  runtime: Runtime,
  parsed: readonly ParsedSpec[],
  origin: Origin,
): Promise<boolean> => {
  for (const { spec } of parsed) {
    const last = (await runtime.store.read(spec.id))?.upload;
    if (last !== undefined && ageBeside(last, origin) === 'older') return true;
  }
  return false;
};

const planOf = (committed: Committed): string => `${committed.ID}: ${committed.Plan.replaceAll('\n', ', ')}`;

const resultOf = ({ ID, Plan, Changed }: Committed) => ({ id: ID, plan: Plan, changed: Changed });

const refuse = async (runtime: Runtime, upload: Upload, issues: readonly Issue[]): Promise<'refused'> => {
  await writeResult(runtime, upload, { outcome: 'refused', issues: issues.map(issueText) });
  const first = issues[0] ? issueText(issues[0]) : 'refused';
  await tell(
    runtime,
    'upload.refused',
    upload,
    issues.length > 1 ? `${first} (and ${issues.length - 1} more)` : first,
  );
  runtime.metrics.publish([{ name: 'UploadsRefused', value: 1, unit: 'Count' }], runtime.clock.now());
  return 'refused';
};

const writeResult = (
  runtime: Runtime,
  upload: Upload,
  result: Readonly<Record<string, unknown>>,
): Promise<void> => {
  const document = {
    file: upload.key,
    ...(upload.versionId === undefined ? {} : { version: upload.versionId }),
    ...result,
  };
  return runtime.bucket.write(
    `${RESULTS_PREFIX}${upload.key}`,
    `${JSON.stringify(document, undefined, 2)}\n`,
  );
};

const tell = async (runtime: Runtime, name: EventName, upload: Upload, reason: string): Promise<void> => {
  const event = groupEvent(runtime.clock.now(), name, FILES, `${upload.key}: ${reason}`, {
    what: `${upload.key}#${upload.sequencer}`,
  });
  await runtime.store.putEvents([event]);
  await runtime.bus.publish([event]);
};
