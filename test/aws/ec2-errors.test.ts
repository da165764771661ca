import { EC2ServiceException } from '@aws-sdk/client-ec2';
import { describe, expect, test } from 'vitest';
import { ec2Error, ec2Words, launchError } from '../../lib/aws/ec2-errors.js';

const said = (name: string, status = 400, message = 'EC2 says no') =>
  new EC2ServiceException({ name, message, $fault: 'client', $metadata: { httpStatusCode: status } });

const named = (error: unknown) => (error instanceof Error ? error.name : error);

describe('launchError', () => {
  test.each([
    ['InsufficientInstanceCapacity', 500, 'InsufficientCapacity'],
    ['InsufficientFreeAddressesInSubnet', 400, 'InsufficientCapacity'],
    ['Unsupported', 400, 'InsufficientCapacity'],
    ['SpotMaxPriceTooLow', 400, 'InsufficientCapacity'],
    ['VcpuLimitExceeded', 400, 'LaunchRefused'],
    ['InstanceLimitExceeded', 400, 'LaunchRefused'],
    ['MaxSpotInstanceCountExceeded', 400, 'LaunchRefused'],
    ['UnauthorizedOperation', 403, 'LaunchRefused'],
    ['InvalidAMIID.NotFound', 400, 'LaunchRefused'],
    ['InvalidIPAddress.InUse', 400, 'AddressInUse'],
    ['IdempotentParameterMismatch', 400, 'TokenMismatch'],
    ['IdempotentInstanceTerminated', 400, 'TokenMismatch'],
    ['RequestLimitExceeded', 503, 'Throttled'],
    ['Throttling', 400, 'Throttled'],
    ['InternalError', 500, 'Unanswered'],
    ['ServiceUnavailable', 503, 'Unanswered'],
    ['SomethingNew', 502, 'Unanswered'],
    ['SomethingNew', 400, 'LaunchRefused'],
  ])('it calls %s with status %i %s', (code, status, name) => {
    expect(named(launchError(said(code, status)))).toBe(name);
  });

  test('it keeps the code, the words and the cause', () => {
    const cause = said(
      'VcpuLimitExceeded',
      400,
      'You have requested more vCPU capacity than your limit of 32',
    );
    expect(launchError(cause)).toMatchObject({
      code: 'VcpuLimitExceeded',
      message: 'VcpuLimitExceeded: You have requested more vCPU capacity than your limit of 32',
      cause,
    });
    expect(launchError(said('IdempotentInstanceTerminated'))).toMatchObject({ ended: true });
    expect(launchError(said('IdempotentParameterMismatch'))).toMatchObject({ ended: false });
  });

  test.each(['TimeoutError', 'ECONNRESET', 'AbortError'])('it takes %s for no answer', (name) => {
    expect(named(launchError(Object.assign(new Error('wire'), { name })))).toBe('Unanswered');
    expect(named(launchError(Object.assign(new Error('wire'), { code: name })))).toBe('Unanswered');
  });

  test('it passes on what EC2 did not say', () => {
    const bug = new TypeError('x is not a function');
    expect(launchError(bug)).toBe(bug);
    expect(ec2Error(bug)).toBe(bug);
  });
});

test('ec2Words leaves out the encoded message of a denial', () => {
  const denial = said(
    'UnauthorizedOperation',
    403,
    'You are not authorized to perform this operation. Encoded authorization failure message: AbC-123',
  );
  expect(ec2Words(denial)).toBe('UnauthorizedOperation: You are not authorized to perform this operation.');
});
