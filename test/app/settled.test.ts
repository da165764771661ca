import { describe, expect, it } from 'vitest';
import { isSettled } from '../../lib/app/api/reads.js';

describe('what the last pass found', () => {
  const rest = { wake: 3, seen: 3 };

  it('describes the group while nobody has asked for a look, none is under way and no order is open', () => {
    expect(isSettled(rest, 0)).toBe(true);
    expect(isSettled({ ...rest, wake: 4 }, 0)).toBe(false);
    expect(isSettled({ ...rest, lease: { holder: 'a', until: 1 } }, 0)).toBe(false);
    expect(isSettled(rest, 1)).toBe(false);
  });
});
