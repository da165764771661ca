/** vCPUs by size, as most families have it. EC2 Instance Types Guide. */
const VCPUS: Readonly<Record<string, number>> = {
  nano: 2,
  micro: 2,
  small: 2,
  medium: 2,
  large: 2,
  xlarge: 4,
  '2xlarge': 8,
  '4xlarge': 16,
  '8xlarge': 32,
};

const BURSTABLE = ['nano', 'micro', 'small', 'medium', 'large', 'xlarge', '2xlarge'];
const FIXED = ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge'];

const INTEL_AND_AMD = ['m5', 'm5a', 'm6i', 'm6a', 'm7i', 'm7a', 'c5', 'c6i', 'c7i', 'r5', 'r6i', 'r7i'];
const GRAVITON = ['m6g', 'm7g', 'c6g', 'c7g', 'r6g', 'r7g'];

export interface InstanceTypeFacts {
  readonly vcpus: number;
  readonly architecture: 'x86_64' | 'arm64';
}

/** The oldest ones count fewer vCPUs than their size says. `m1.small` is what RunInstances takes when none is given. */
const OLD: Readonly<Record<string, number>> = {
  'm1.small': 1,
  't1.micro': 1,
  't2.nano': 1,
  't2.micro': 1,
  't2.small': 1,
  't2.medium': 2,
  't2.large': 2,
  'm3.medium': 1,
  'm4.large': 2,
  'm4.xlarge': 4,
};

const family = (
  name: string,
  sizes: readonly string[],
  architecture: InstanceTypeFacts['architecture'],
): [string, InstanceTypeFacts][] =>
  sizes.map((size) => [
    `${name}.${size}`,
    { vcpus: size === 'medium' && GRAVITON.includes(name) ? 1 : (VCPUS[size] ?? 2), architecture },
  ]);

/** The types that the local EC2 offers in every zone: a selection of the families that people use. */
export const INSTANCE_TYPES: ReadonlyMap<string, InstanceTypeFacts> = new Map([
  ...Object.entries(OLD).map(([name, vcpus]): [string, InstanceTypeFacts] => [
    name,
    { vcpus, architecture: 'x86_64' },
  ]),
  ...['t3', 't3a'].flatMap((name) => family(name, BURSTABLE, 'x86_64')),
  ...family('t4g', BURSTABLE, 'arm64'),
  ...INTEL_AND_AMD.flatMap((name) => family(name, FIXED, 'x86_64')),
  ...GRAVITON.flatMap((name) => family(name, ['medium', ...FIXED], 'arm64')),
]);
