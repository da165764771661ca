import { describe, expect, it } from 'vitest';
import { checkSchema, reconcileSchema, stepSchema, wakeSchema } from '../../lib/config/lambda-events.js';

const step = { version: 1, group: 'web', rollout: 'r-1', execution: 1, turn: 3 };
const check = {
  version: 1,
  group: 'web',
  rollout: 'r-1',
  execution: 1,
  startedAt: '2026-01-01T00:00:00.123Z',
};

describe('the input of a step', () => {
  it('is told from wakes and questions', () => {
    expect(reconcileSchema.parse({ step })).toEqual({ step });
    expect(() => reconcileSchema.parse({ step, dryRun: {} })).toThrow();
  });

  it('is read strictly', () => {
    expect(stepSchema.parse(step)).toEqual(step);
    expect(() => stepSchema.parse({ ...step, pace: 1 })).toThrow('pace');
    expect(() => stepSchema.parse({ ...step, turn: 0 })).toThrow('turn');
    expect(() => stepSchema.parse({ ...step, group: '' })).toThrow('group');
  });

  it.each([2, undefined, '1'])('of version %j is refused by name', (version) => {
    expect(() => stepSchema.parse({ ...step, version })).toThrow(
      /version .* is not known to this release, which knows 1: deploy the release/,
    );
  });
});

describe('the input of a check', () => {
  it('says when the execution started, as Step Functions writes it', () => {
    expect(checkSchema.parse(check).startedAt).toBe(1_767_225_600_123);
    expect(() => checkSchema.parse({ ...check, startedAt: 1_767_225_600_123 })).toThrow('startedAt');
  });

  it('is read strictly, and refused in a version that is not known', () => {
    expect(() => checkSchema.parse({ ...check, turn: 1 })).toThrow('turn');
    expect(() => checkSchema.parse({ ...check, version: 2 })).toThrow('version 2 is not known');
  });
});

describe('a wake', () => {
  it('carries when its cause happened', () => {
    expect(wakeSchema.parse({ group: 'web', happenedAt: 5 })).toEqual({ group: 'web', happenedAt: 5 });
  });
});
