import type { Tag } from '@aws-sdk/client-ec2';
import { refusal } from './errors.js';
import type { Tags } from './instance-item.js';

/** EC2 User Guide, "Tag restrictions": 50 tags a resource, keys of 128 and values of 256 characters, `aws:` is AWS's. */
const MOST_TAGS = 50;
const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;

export const isReservedKey = (key: string): boolean => key.toLowerCase().startsWith('aws:');

/** Tags as a caller may set them. */
export function checkedTags(tags: readonly Tag[]): Tags {
  const checked: Record<string, string> = {};
  for (const { Key: key = '', Value: value = '' } of tags) {
    if (key === '') throw refusal('InvalidParameterValue', 'Tag key cannot be null or empty.');
    if (isReservedKey(key)) {
      throw refusal(
        'InvalidParameterValue',
        `Tag keys starting with 'aws:' are reserved for internal use: '${key}'`,
      );
    }
    if (key.length > LONGEST_KEY) {
      throw refusal(
        'InvalidParameterValue',
        `Tag key exceeds the maximum length of ${LONGEST_KEY} characters`,
      );
    }
    if (value.length > LONGEST_VALUE) {
      throw refusal(
        'InvalidParameterValue',
        `Tag value exceeds the maximum length of ${LONGEST_VALUE} characters`,
      );
    }
    if (Object.hasOwn(checked, key)) {
      throw refusal('InvalidParameterValue', `Duplicate tag key '${key}' specified.`);
    }
    checked[key] = value;
  }
  return withinLimit(checked);
}

/** AWS's own tags do not count. */
export function withinLimit(tags: Tags): Tags {
  if (Object.keys(tags).filter((key) => !isReservedKey(key)).length > MOST_TAGS) {
    throw refusal('TagLimitExceeded', `More than ${MOST_TAGS} tags per resource`);
  }
  return tags;
}
