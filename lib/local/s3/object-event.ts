import type { EmittedEvent } from '../events/event.js';
import { LOCAL_ACCOUNT } from '../place.js';
import type { Version } from './versions.js';

type Change = { readonly kind: 'created' | 'marked' | 'removed' };

/** S3's event as EventBridge carries it (S3 User Guide, "EventBridge event message structure"). */
export function objectEvent(
  bucket: string,
  version: Version,
  sequencer: string,
  change: Change,
): EmittedEvent {
  const created = change.kind === 'created';
  const object = {
    key: version.key,
    ...(created && { size: version.size }),
    ...(version.etag !== '' && { etag: version.etag.replaceAll('"', '') }),
    'version-id': version.id,
    sequencer,
  };
  return {
    source: 'aws.s3',
    'detail-type': created ? 'Object Created' : 'Object Deleted',
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: '0',
      bucket: { name: bucket },
      object,
      'request-id': sequencer,
      requester: LOCAL_ACCOUNT,
      'source-ip-address': '127.0.0.1',
      reason: created ? 'PutObject' : 'DeleteObject',
      ...(change.kind === 'marked' && { 'deletion-type': 'Delete Marker Created' }),
      ...(change.kind === 'removed' && { 'deletion-type': 'Permanently Deleted' }),
    },
  };
}
