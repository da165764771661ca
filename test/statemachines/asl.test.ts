import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { STATE_MACHINE_SHAPES, STATE_MACHINES } from '../../lib/core/deployment.js';

interface Validation {
  readonly isValid: boolean;
  errorsText(separator?: string): string;
}

const validate: (definition: unknown) => Validation = createRequire(import.meta.url)('asl-validator');

interface AslState {
  readonly Type: string;
  readonly Comment?: string;
  readonly TimeoutSeconds?: number;
  readonly Retry?: readonly Readonly<Record<string, unknown>>[];
}

/** Their names say it all. */
const OBVIOUS = ['Wait', 'Done', 'Rolled back', 'Failed', 'Settled', 'Settled or not'];

describe.each(STATE_MACHINES)('%s', (name) => {
  const text = readFileSync(
    new URL(`../../statemachines/${STATE_MACHINE_SHAPES[name].file}`, import.meta.url),
    'utf8',
  );
  const definition: {
    readonly Comment: string;
    readonly TimeoutSeconds: number;
    readonly States: Readonly<Record<string, AslState>>;
  } = JSON.parse(text);
  const states = Object.entries(definition.States);

  test('it is valid Amazon States Language', () => {
    const { isValid, errorsText } = validate(JSON.parse(text));
    expect(isValid ? '' : errorsText('\n')).toBe('');
  });

  test('it tells its life in prose, and every state that is not obvious says why it is there', () => {
    expect(definition.Comment.length).toBeGreaterThan(300);
    const silent = states.filter(([, { Comment }]) => Comment === undefined).map(([title]) => title);
    expect(silent.filter((title) => !OBVIOUS.includes(title))).toEqual([]);
  });

  test('its states have names in sentence case and few types', () => {
    for (const [title, { Type }] of states) {
      expect(title).toMatch(/^[A-Z][a-z]*( [a-z]+)*$/);
      expect(['Task', 'Wait', 'Choice', 'Pass', 'Succeed', 'Fail']).toContain(Type);
    }
  });

  test('nothing in it lasts for ever, and every call of a function is retried with jitter', () => {
    expect(definition.TimeoutSeconds).toBeGreaterThan(0);
    for (const [title, { Type, TimeoutSeconds, Retry, ...state }] of states) {
      if (Type !== 'Task') continue;
      expect([title, TimeoutSeconds]).toEqual([title, expect.any(Number)]);
      if (!JSON.stringify(state).includes('lambda:invoke')) continue;
      expect(Retry?.length).toBeGreaterThan(0);
      for (const retrier of Retry ?? []) {
        expect(retrier).toMatchObject({ JitterStrategy: 'FULL', MaxDelaySeconds: expect.any(Number) });
      }
      expect(Retry?.[0]?.ErrorEquals).toEqual(
        expect.arrayContaining([
          'Lambda.ServiceException',
          'Lambda.AWSLambdaException',
          'Lambda.SdkClientException',
          'Lambda.TooManyRequestsException',
          'Lambda.Unknown',
          'States.Timeout',
        ]),
      );
    }
  });

  test('it substitutes what the deployment knows, and nothing else', () => {
    const { functions, machines } = STATE_MACHINE_SHAPES[name];
    const used = [...text.matchAll(/\$\{(\w+)\}/g)].map(([, key]) => key);
    expect(used.toSorted()).toEqual([...Object.keys(functions), ...Object.keys(machines)].toSorted());
  });
});
