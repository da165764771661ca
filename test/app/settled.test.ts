import { describe, expect, it } from 'vitest';
import { isSettled } from '../../lib/app/api/reads.js';
import { configHash, groupId, specHash } from '../../lib/core/ids.js';
import { newGroup } from '../../lib/core/new-group.js';

const committed = {
  number: 3,
  specHash: specHash('s'),
  configHash: configHash('c'),
  at: 0,
  origin: 'api',
};

describe('what the last pass found', () => {
  const group = newGroup(groupId('web'), committed, 0);
  const rest = { ...group, seen: group.wake, status: { ...group.status, revision: 3 } };

  it('describes the group while nobody has asked for a look, no order is open and no other revision is in force', () => {
    expect(isSettled(rest, 0)).toBe(true);
    expect(isSettled({ ...rest, wake: rest.wake + 1 }, 0)).toBe(false);
    expect(isSettled(rest, 1)).toBe(false);
    expect(isSettled({ ...rest, revision: 4 }, 0)).toBe(false);
  });

  it('is believed of a group that the release before has written', () => {
    expect(isSettled({ ...rest, status: group.status }, 0)).toBe(true);
  });
});
