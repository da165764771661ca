import type { Pool } from './group-spec.js';

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);

/** Whether it is an IPv4 address in its usual form: four decimal numbers without leading zeros. */
export const isIpv4 = (text: string): boolean => IPV4.test(text);

/** Whether it was probably meant as an IPv4 address: four dotted numbers, in range or not. */
export const looksLikeIpv4 = (text: string): boolean => /^\d+(?:\.\d+){3}$/.test(text);

interface Range {
  readonly first: number;
  readonly last: number;
}

const numberOf = (ip: string): number => ip.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);

const rangeOf = (cidr: string): Range | undefined => {
  const [base = '', bits = ''] = cidr.split('/');
  if (!isIpv4(base) || !/^(?:3[0-2]|[12]?\d)$/.test(bits)) return undefined;
  const size = 2 ** (32 - Number(bits));
  const first = Math.floor(numberOf(base) / size) * size;
  return { first, last: first + size - 1 };
};

/** Whether the address lies in the range; false for what is not an address or not a range. */
export const inRange = (ip: string, cidr: string): boolean => {
  const range = rangeOf(cidr);
  if (range === undefined || !isIpv4(ip)) return false;
  const address = numberOf(ip);
  return address >= range.first && address <= range.last;
};

/**
 * Whether AWS keeps the address for itself: the first four and the last of a subnet's range.
 * Source: Amazon VPC user guide, "Subnet CIDR blocks".
 */
export const isReserved = (ip: string, cidr: string): boolean => {
  const range = rangeOf(cidr);
  if (range === undefined || !inRange(ip, cidr)) return false;
  const address = numberOf(ip);
  return address < range.first + 4 || address === range.last;
};

/** The most wanted pool whose subnet holds the address; `undefined` when none does or it is reserved there. */
export const poolFor = (ip: string, pools: readonly Pool[]): Pool | undefined =>
  pools.find(({ cidr }) => cidr !== undefined && inRange(ip, cidr) && !isReserved(ip, cidr));
