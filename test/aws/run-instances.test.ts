import { EC2Client } from '@aws-sdk/client-ec2';
import { describe, expect, test } from 'vitest';
import { runInstances } from '../../lib/aws/run-instances.js';
import { orderId } from '../../lib/core/ids.js';

type Answer = Error | { readonly status: number; readonly code: string };

/** A client with the SDK's own retries, whose requests are answered in turn. */
const answered = (answers: readonly Answer[]) => {
  let calls = 0;
  const client = new EC2Client({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
    maxAttempts: 2,
    requestHandler: {
      handle: async () => {
        const answer = answers[calls] ?? new Error('no answer is left');
        calls += 1;
        if (answer instanceof Error) throw answer;
        const body = `<Response><Errors><Error><Code>${answer.code}</Code><Message>no</Message></Error></Errors></Response>`;
        return { response: { statusCode: answer.status, headers: {}, body: new TextEncoder().encode(body) } };
      },
    },
  });
  return { client, calls: () => calls };
};

const late = Object.assign(new Error('no answer in time'), { name: 'TimeoutError' });
const call = { token: orderId('order-1'), request: { ImageId: 'ami-0abc' }, count: 1 };

describe('runInstances', () => {
  test.each([
    { status: 400, code: 'InvalidAMIID.NotFound' },
    { status: 500, code: 'InsufficientInstanceCapacity' },
    { status: 400, code: 'InvalidIPAddress.InUse' },
  ])('believes no $code of a repetition while the first try may still be on its way', async (refusal) => {
    const { client, calls } = answered([late, refusal]);
    await expect(runInstances(client, call)).rejects.toMatchObject({ name: 'Unanswered' });
    expect(calls()).toBe(2);
  });

  test('believes a refusal when every try was answered', async () => {
    const full = { status: 500, code: 'InsufficientInstanceCapacity' };
    await expect(runInstances(answered([full, full]).client, call)).rejects.toMatchObject({
      name: 'InsufficientCapacity',
    });
  });
});
