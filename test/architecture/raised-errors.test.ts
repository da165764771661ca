import { describe, expect, it } from 'vitest';
import * as errors from '../../lib/core/errors.js';
import type { Json } from '../../lib/core/json.js';
import { neverRaised, raisedErrors } from './raised-errors.js';
import { CODE, sourceFiles } from './source-files.js';

const RAISED = raisedErrors(sourceFiles(['lib', 'lambdas'], CODE));

const machine = (...names: string[]): Json => ({
  StartAt: 'Step',
  States: {
    Step: {
      Type: 'Map',
      ItemProcessor: { States: { Drain: { Type: 'Task', Retry: [{ ErrorEquals: ['States.Timeout'] }] } } },
      Catch: [{ ErrorEquals: names, Next: 'Done' }],
    },
  },
});

describe('the errors that a state machine catches', () => {
  it.each(sourceFiles(['statemachines'], /\.asl\.json$/).map((file) => [file.path, file.text] as const))(
    'are raised by some class: %s',
    (_, text) => {
      expect(neverRaised(JSON.parse(text) as Json, RAISED)).toEqual([]);
    },
  );

  it('are known by the names that the classes give', () => {
    expect([...RAISED]).toEqual(expect.arrayContaining(['Throttled', 'Conflict', 'ConfirmationNeeded']));
    expect(RAISED.has(new errors.UnansweredError('x').name)).toBe(true);
    expect(RAISED.size).toBeGreaterThanOrEqual(12);
  });

  it('may be ours, of Step Functions or of Lambda', () => {
    expect(neverRaised(machine('Throttled', 'States.ALL', 'Lambda.ServiceException'), RAISED)).toEqual([]);
  });

  it.each(['ThrottledError', 'throttled', 'States.Timeouts', 'Lambda.Throttled'])(
    'are not %s, which nobody raises',
    (name) => {
      expect(neverRaised(machine('Throttled', name), RAISED)).toEqual([name]);
    },
  );

  it('are found inside nested states', () => {
    const nested: Json = {
      States: { A: { Branches: [{ States: { B: { Retry: [{ ErrorEquals: ['Nobody'] }] } } }] } },
    };
    expect(neverRaised(nested, RAISED)).toEqual(['Nobody']);
  });
});
