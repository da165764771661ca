import type { EC2_INSTANCE_NAMES, Ec2Properties } from './ec2-instance.js';
import type { Properties } from './group-schema.js';

/** A group's Properties as one writes them in code: the keys of a config document, in its own words. */
export interface GroupProperties extends Unchanging<Omit<Properties, 'Instance' | 'Flavor'>> {
  readonly Instance: {
    readonly Plugin: (typeof EC2_INSTANCE_NAMES)[number];
    readonly Properties: Unchanging<Ec2Properties>;
  };
  readonly Flavor: {
    /** Such as `vanilla`, `swarm/manager`, `zookeeper` or `combo`. */
    readonly Plugin: string;
    /** Of the flavor's own making. */
    readonly Properties?: unknown;
  };
}

/** The same with nothing that can be assigned to, so that constants fit. */
type Unchanging<T> = T extends readonly (infer Item)[]
  ? readonly Unchanging<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Unchanging<T[Key]> }
    : T;
