import { describe, expect, it } from 'vitest';
import type { RpcRequest } from '../../lib/app/api-types.js';
import { rpcTarget } from '../../lib/cli/rpc-target.js';
import { NoAnswerError } from '../../lib/cli/target.js';

const lost = () => new NoAnswerError('the line went dead', true);

/** A target whose transport answers or fails as told, in turn. */
const targetOf = (...turns: readonly (Error | unknown)[]) => {
  const requests: RpcRequest[] = [];
  const slept: number[] = [];
  const stopped = new AbortController();
  const target = rpcTarget(
    {
      name: 'the target',
      send: async (request) => {
        requests.push(request);
        const turn = turns[requests.length - 1];
        if (turn instanceof Error) throw turn;
        return turn;
      },
    },
    {
      clock: { now: () => 0, sleep: async (milliseconds) => void slept.push(milliseconds) },
      random: { id: () => 'rpc-id' },
      signal: stopped.signal,
    },
  );
  return { target, requests, slept, stopped };
};

const ok = (result: unknown) => ({ jsonrpc: '2.0', id: 'rpc-id', result });

describe('rpcTarget', () => {
  it('repeats a request without an answer once, byte for byte, when it carries a request id', async () => {
    const { target, requests, slept } = targetOf(lost(), ok({ ID: 'web' }));
    expect(await target.call('Group.Unwatch', { ID: 'web', RequestId: 'r-1' })).toEqual({ ID: 'web' });
    expect(requests).toHaveLength(2);
    expect(requests[1]).toEqual(requests[0]);
    expect(requests[0]?.params).toEqual({ ID: 'web', RequestId: 'r-1' });
    expect(slept).toEqual([500]);
  });

  it('repeats what only reads', async () => {
    const { target, requests } = targetOf(lost(), ok({ Groups: [] }));
    await target.call('Group.List', {});
    expect(requests).toHaveLength(2);
  });

  it('repeats no more than once', async () => {
    const { target, requests } = targetOf(lost(), lost(), ok({}));
    await expect(target.call('Group.List', {})).rejects.toMatchObject({ code: 'Unanswered', exitCode: 1 });
    expect(requests).toHaveLength(2);
  });

  it('never repeats a change without a request id, nor one behind the back', async () => {
    const commit = targetOf(lost(), ok({ ID: 'web' }));
    await expect(commit.target.call('Group.Unwatch', { ID: 'web' })).rejects.toMatchObject({
      code: 'Unanswered',
    });
    expect(commit.requests).toHaveLength(1);
    const terminate = targetOf(lost(), ok({}));
    await expect(terminate.target.cloud('Cloud.Terminate', { ID: 'i-1' })).rejects.toThrow();
    expect(terminate.requests).toHaveLength(1);
  });

  it('does not repeat what reached nobody', async () => {
    const { target, requests } = targetOf(new NoAnswerError('nobody there', false), ok({ Groups: [] }));
    await expect(target.call('Group.List', {})).rejects.toMatchObject({
      code: 'Unreachable',
      message: 'nobody there',
    });
    expect(requests).toHaveLength(1);
  });

  it('does not repeat an error that the API answered', async () => {
    const refusal = {
      jsonrpc: '2.0',
      id: 1,
      error: { code: -32003, message: 'frozen', data: { name: 'Refused' } },
    };
    const { target, requests } = targetOf(refusal, ok({ Groups: [] }));
    await expect(target.call('Group.List', {})).rejects.toMatchObject({ code: 'Refused', exitCode: 1 });
    expect(requests).toHaveLength(1);
  });

  it('gives up at once when the user stopped it', async () => {
    const { target, requests, stopped } = targetOf(lost(), ok({ Groups: [] }));
    stopped.abort();
    await expect(target.call('Group.List', {})).rejects.toMatchObject({ code: 'Interrupted', exitCode: 130 });
    expect(requests).toHaveLength(1);
  });

  it('names errors by their code when the API gave no name', async () => {
    const { target } = targetOf({ jsonrpc: '2.0', id: 1, error: { code: -32601, message: 'no method' } });
    await expect(target.call('Group.List', {})).rejects.toMatchObject({ code: 'Rpc-32601' });
  });

  it.each([[undefined], [null], ['hello'], [{}], [[]]])('takes %j for another program', async (answer) => {
    const { target } = targetOf(answer);
    await expect(target.call('Group.List', {})).rejects.toThrow(
      'the target did not answer as a control plane does; is it another program',
    );
  });
});
