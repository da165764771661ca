import type { SpecDocument } from '../lib/app/api-types.js';

/** Cattle in one subnet. */
export const cattle = (id: string, size: number, subnet = 'subnet-1'): SpecDocument => ({
  ID: id,
  Properties: {
    Allocation: { Size: size },
    ...instanceAndFlavor(id, { SubnetId: subnet }),
  },
});

/** Cattle in one subnet whose version is in their boot script: to commit another one is to roll them. */
export const versioned = (
  version: number,
  size: number,
  subnet: string,
  maxUnavailable: number | string,
): SpecDocument => ({
  ID: 'web',
  Properties: {
    Allocation: { Size: size },
    ...instanceAndFlavor(`web ${version}`, { SubnetId: subnet }),
    Updating: { MaxUnavailable: maxUnavailable },
  },
});

/** Pets by private address in one subnet. */
export const pets = (id: string, addresses: readonly string[]): SpecDocument => ({
  ID: id,
  Properties: {
    Allocation: { LogicalIDs: [...addresses] },
    ...instanceAndFlavor(id, { SubnetId: 'subnet-1' }),
  },
});

const instanceAndFlavor = (id: string, place: Readonly<Record<string, string>>) => ({
  Instance: {
    Plugin: 'aws/ec2-instance',
    Properties: {
      RunInstancesInput: { ImageId: 'ami-0abc', InstanceType: 't3.small', ...place },
      Tags: { Name: id },
    },
  },
  Flavor: { Plugin: 'vanilla', Properties: { Init: ['#!/bin/sh', `echo ${id} > /etc/role`] } },
});
