import { describe, expect, it } from 'vitest';
import { nearest } from '../../lib/core/nearest.js';

const KEYS = ['Allocation', 'Instance', 'Flavor', 'Updating', 'Repair', 'Protect'];

describe('nearest', () => {
  it.each([
    ['allocation', 'Allocation'],
    ['Alocation', 'Allocation'],
    ['Instnace', 'Instance'],
    ['Flavour', 'Flavor'],
    ['Update', undefined],
    ['Updatign', 'Updating'],
    ['Kubernetes', undefined],
    ['', undefined],
    ['x'.repeat(10_000), undefined],
  ])('takes %s for %s', (word, meant) => {
    expect(nearest(word, KEYS)).toBe(meant);
  });

  it('prefers the nearer of two', () => {
    expect(nearest('SubnetID', ['SubnetIds', 'SubnetId'])).toBe('SubnetId');
  });
});
