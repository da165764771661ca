import { describe, expect, it } from 'vitest';
import { inRange, isIpv4, isReserved, looksLikeIpv4, poolFor } from '../../lib/core/ip-range.js';

describe('isIpv4', () => {
  it.each(['10.0.1.20', '0.0.0.0', '255.255.255.255'])('accepts %s', (ip) => expect(isIpv4(ip)).toBe(true));
  it.each(['10.0.1', '10.0.1.256', '010.0.1.2', '10.0.1.2 ', '::1', 'zk-1', ''])('refuses %j', (ip) =>
    expect(isIpv4(ip)).toBe(false),
  );
});

it('looksLikeIpv4 sees an address that is out of range', () => {
  expect(looksLikeIpv4('10.0.0.300')).toBe(true);
  expect(looksLikeIpv4('zk-1.2.3.4')).toBe(false);
});

describe('inRange', () => {
  it.each([
    ['10.0.1.0', '10.0.1.0/24', true],
    ['10.0.1.255', '10.0.1.0/24', true],
    ['10.0.2.0', '10.0.1.0/24', false],
    ['10.0.0.255', '10.0.1.0/24', false],
    ['192.168.200.200', '192.168.128.0/17', true],
    ['200.0.0.1', '0.0.0.0/0', true],
    ['10.0.1.9', '10.0.1.9/32', true],
    ['10.0.1.9', '10.0.1.0/33', false],
    ['nonsense', '10.0.1.0/24', false],
  ])('says of %s in %s: %s', (ip, cidr, inside) => expect(inRange(ip, cidr)).toBe(inside));
});

describe('isReserved', () => {
  it.each(['10.0.1.16', '10.0.1.17', '10.0.1.18', '10.0.1.19', '10.0.1.31'])(
    'knows that AWS keeps %s',
    (ip) => expect(isReserved(ip, '10.0.1.16/28')).toBe(true),
  );
  it.each(['10.0.1.20', '10.0.1.30', '10.0.1.15'])('leaves %s free', (ip) =>
    expect(isReserved(ip, '10.0.1.16/28')).toBe(false),
  );
});

describe('poolFor', () => {
  const pools = [
    { subnet: 'subnet-a', cidr: '10.0.1.0/24' },
    { subnet: 'subnet-b', cidr: '10.0.2.0/24' },
    { subnet: 'subnet-c' },
  ];
  it('finds the subnet that holds the address', () =>
    expect(poolFor('10.0.2.9', pools)?.subnet).toBe('subnet-b'));
  it('finds none for a reserved address', () => expect(poolFor('10.0.2.3', pools)).toBeUndefined());
  it('finds none outside every range', () => expect(poolFor('10.0.3.9', pools)).toBeUndefined());
});
