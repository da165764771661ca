import type { SpecDocument } from '../../lib/app/api-types.js';
import type { Json } from '../../lib/core/json.js';

type Fields = Readonly<Record<string, Json>>;

interface More {
  readonly run?: Fields;
  readonly instance?: Fields;
  /** The flavor's name and its properties. */
  readonly plugin?: string;
  readonly flavor?: Fields;
  readonly properties?: Fields;
}

const spec = (
  id: string,
  allocation: Json,
  { run, instance, plugin = 'vanilla', flavor, properties }: More,
): SpecDocument => ({
  ID: id,
  Properties: {
    Allocation: allocation,
    Instance: {
      Plugin: 'aws/ec2-instance',
      Properties: {
        RunInstancesInput: { ImageId: 'ami-0abc', InstanceType: 't3.small', SubnetId: 'subnet-1', ...run },
        ...instance,
      },
    },
    Flavor: { Plugin: plugin, Properties: { ...flavor } },
    ...properties,
  },
});

/** A group of `size` alike, in one subnet unless told otherwise. */
export const cattle = (id: string, size: number, more: More = {}): SpecDocument =>
  spec(id, { Size: size }, more);

/** The same over three zones. */
export const spreadCattle = (id: string, size: number, more: More = {}): SpecDocument => ({
  ID: id,
  Properties: {
    Allocation: { Size: size },
    Instance: {
      Plugin: 'aws/ec2-instance',
      Properties: {
        RunInstancesInput: { ImageId: 'ami-0abc', InstanceType: 't3.small', ...more.run },
        Subnets: ['subnet-1', 'subnet-2', 'subnet-3'],
        ...more.instance,
      },
    },
    Flavor: { Plugin: 'vanilla', Properties: { ...more.flavor } },
    ...more.properties,
  },
});

/** A group of pets; addresses of subnet-1 are their private addresses. */
export const pets = (id: string, logicalIds: readonly string[], more: More = {}): SpecDocument =>
  spec(id, { LogicalIDs: [...logicalIds] }, more);

export const PET_ADDRESSES = ['10.0.1.20', '10.0.1.21', '10.0.1.22'] as const;
