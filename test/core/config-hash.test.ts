import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configHashOf } from '../../lib/core/config-hash.js';
import { contentHash } from '../../lib/core/content-hash.js';
import type { Json } from '../../lib/core/json.js';

/** Taken from InfraKit's own Go implementation. */
const GOLDEN: readonly (readonly [string, string])[] = [
  [
    '{"Instance":{"Plugin":"aws/ec2-instance","Properties":{"RunInstancesInput":{"ImageId":"ami-0abc","InstanceType":"t3.small"},"Tags":{"Name":"web"}}},"Flavor":{"Plugin":"vanilla","Properties":{"Init":["apt-get update -y","apt-get install -y nginx"]}}}',
    '245r5j5dcg4u2jeebioyq44l7noocwkj',
  ],
  [
    '{"Flavor":{"Properties":{"Init":["echo \\"a < b && c > d\\""],"Tags":{"tier":"web & api","é":"ü"}},"Plugin":"vanilla"},"Instance":{"Properties":{"RunInstancesInput":{"InstanceType":"t3.small","ImageId":"ami-0abc","BlockDeviceMappings":[{"DeviceName":"/dev/xvda","Ebs":{"VolumeSize":20,"DeleteOnTermination":true}}]}},"Plugin":"aws/ec2-instance"}}',
    'nseox7wiscuu6rlwn3f2hvdmw2gxjnir',
  ],
  [
    '{"Instance":{"Plugin":"aws/ec2-instance","Properties":{}},"Flavor":{"Plugin":"zookeeper","Properties":{"Type":"member"}}}',
    'q3c3fkf35sztfpkjiggeoqu6w2itpf7w',
  ],
  [
    '{"Instance":{"Plugin":"aws/ec2-instance"},"Flavor":{"Plugin":"combo","Properties":[{"Plugin":"vanilla","Properties":{"Init":["one"]}},{"Plugin":"vanilla","Properties":{"Init":["two"],"Tags":{}}}]}}',
    '6nkfv4wnrhybeqtpetdxr4szpkqwxmtq',
  ],
];

const parse = (text: string): Json => JSON.parse(text) as Json;

const reversed = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member as Json)]),
  );
};

const groupOf = (instance: Json, flavor: Json): Json => ({
  Instance: { Plugin: 'aws/ec2-instance', Properties: instance },
  Flavor: { Plugin: 'vanilla', Properties: flavor },
});

describe('configHashOf', () => {
  it.each(GOLDEN)("equals InfraKit's hash of %s", (text, hash) => {
    expect(configHashOf(parse(text))).toBe(hash);
  });

  it('does not depend on the order of keys, at any depth', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (instance, flavor) => {
        const group = groupOf(instance as Json, flavor as Json);
        expect(configHashOf(reversed(group))).toBe(configHashOf(group));
      }),
      { numRuns: 500 },
    );
  });

  it('leaves Allocation, Updating and Repair out', () => {
    const [text, hash] = GOLDEN[0] ?? ['', ''];
    const more = { ...(parse(text) as object), Allocation: { Size: 7 }, Updating: { Count: 2 }, Repair: {} };
    expect(configHashOf(more)).toBe(hash);
  });

  it('differs when a value, a type or the flavor differs', () => {
    const hashes = [
      groupOf({ a: 1 }, {}),
      groupOf({ a: '1' }, {}),
      groupOf({ a: 2 }, {}),
      groupOf({ a: 1 }, { b: 1 }),
    ];
    expect(new Set(hashes.map(configHashOf)).size).toBe(4);
  });
});

describe('contentHash', () => {
  it('is the same for any order of keys and 64 hex digits long', () => {
    expect(contentHash({ a: 1, b: [{ c: 1, d: 2 }] })).toBe(contentHash({ b: [{ d: 2, c: 1 }], a: 1 }));
    expect(contentHash({})).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is SHA-256 of the compact document', () => {
    // printf '{"a":1}' | sha256sum
    expect(contentHash({ a: 1 })).toBe('015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862');
  });

  it('tells arrays from their order', () => {
    expect(contentHash([1, 2])).not.toBe(contentHash([2, 1]));
  });
});
