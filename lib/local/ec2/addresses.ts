/** An IPv4 range. */
export interface Range {
  readonly first: number;
  readonly size: number;
}

export const rangeOf = (cidr: string): Range => {
  const [base = '', bits = '32'] = cidr.split('/');
  return { first: numberOf(base) ?? 0, size: 2 ** (32 - Number(bits)) };
};

/** @returns `undefined` for what is no IPv4 address. */
export const numberOf = (address: string): number | undefined => {
  const parts = address.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0;
  for (const part of parts) {
    if (!/^\d{1,3}$/.test(part) || Number(part) > 255) return undefined;
    value = value * 256 + Number(part);
  }
  return value;
};

export const textOf = (address: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');

/** VPC User Guide, Subnet CIDR blocks: the first four addresses and the last one of a subnet are reserved. */
const RESERVED_FIRST = 4;
const RESERVED_LAST = 1;

export const isInside = (range: Range, address: number): boolean =>
  address >= range.first && address < range.first + range.size;

export const isReserved = (range: Range, address: number): boolean =>
  address < range.first + RESERVED_FIRST || address >= range.first + range.size - RESERVED_LAST;

/** Addresses that a subnet can give in all. */
export const usable = (range: Range): number => Math.max(0, range.size - RESERVED_FIRST - RESERVED_LAST);

/** The addresses in use of each subnet, and the next ones to give. */
export interface Addresses {
  isTaken(subnet: string, address: string): boolean;
  free(subnet: string, range: Range): number;
  /** The next free one; ones just released come last. Never `undefined` while `free` is above 0. */
  next(subnet: string, range: Range): string | undefined;
  take(subnet: string, address: string): void;
  release(subnet: string, address: string): void;
}

export function newAddresses(): Addresses {
  const taken = new Map<string, Set<string>>();
  const lastGiven = new Map<string, number>();
  const of = (subnet: string): Set<string> => {
    const known = taken.get(subnet) ?? new Set<string>();
    taken.set(subnet, known);
    return known;
  };
  return {
    isTaken: (subnet, address) => of(subnet).has(address),
    free: (subnet, range) => usable(range) - of(subnet).size,
    next: (subnet, range) => {
      const count = usable(range);
      const from = lastGiven.get(subnet) ?? -1;
      for (let step = 1; step <= count; step++) {
        const offset = (from + step) % count;
        const address = textOf(range.first + RESERVED_FIRST + offset);
        if (of(subnet).has(address)) continue;
        lastGiven.set(subnet, offset);
        return address;
      }
      return undefined;
    },
    take: (subnet, address) => {
      of(subnet).add(address);
    },
    release: (subnet, address) => {
      of(subnet).delete(address);
    },
  };
}
