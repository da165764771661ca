import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InstanceItem } from '../../../lib/local/ec2/instance-item.js';
import { orderedIndex, placeAfter } from '../../../lib/local/ec2/launch-order.js';

const item = (sequence: number): InstanceItem => ({
  facts: {
    id: `i-${sequence}`,
    sequence,
    reservation: 'r-1',
    zone: 'eu-west-1a',
    subnet: 'subnet-1',
    vpc: 'vpc-1',
    instanceType: 't3.small',
    architecture: 'x86_64',
    imageId: 'ami-0abc',
    launchIndex: 0,
    privateIp: '10.0.1.4',
    networkInterface: 'eni-1',
    volumes: [],
    securityGroups: [],
    ebsOptimized: false,
    monitoring: false,
    checksEndAs: 'ok',
  },
  versions: [],
  holdsAddress: true,
  epoch: 0,
});

describe('orderedIndex', () => {
  it('lists what was put and not dropped, once and in the order of launches', () => {
    const items = Array.from({ length: 12 }, (_none, index) => item(index + 1));
    const steps = fc.array(fc.tuple(fc.boolean(), fc.constantFrom(...items)), { maxLength: 40 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 0, max: 13 }), (changes, after) => {
        const index = orderedIndex();
        const expected = new Set<number>();
        for (const [put, one] of changes) {
          if (put) index.put('key', one);
          else index.drop('key', one);
          if (put) expected.add(one.facts.sequence);
          else expected.delete(one.facts.sequence);
        }
        const listed = index.of('key').map(({ facts }) => facts.sequence);
        const sorted = [...expected].sort((a, b) => a - b);
        expect(listed).toEqual(sorted);
        expect(listed.slice(placeAfter(index.of('key'), after))).toEqual(sorted.filter((it) => it > after));
      }),
    );
  });
});
