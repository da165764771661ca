import { readFileSync } from 'node:fs';

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/**
 * The groups of a template, each with the JSON of its properties, as CloudFormation would fill it in if the template's
 * network were that of the local cloud. @throws on a reference to anything else.
 */
export function templateGroups(file: string): readonly { readonly ID: string; readonly text: string }[] {
  const { Resources }: { Resources: Readonly<Record<string, Resource>> } = JSON.parse(
    readFileSync(file, 'utf8'),
  );
  const subnets = Object.keys(Resources).filter((id) => Resources[id]?.Type === 'AWS::EC2::Subnet');
  const named = (id: string): string => {
    switch (Resources[id]?.Type) {
      case 'AWS::EC2::Subnet':
        return `subnet-${subnets.indexOf(id) + 1}`;
      case 'AWS::EC2::SecurityGroup':
        return 'sg-2';
      case 'AWS::IAM::InstanceProfile':
        return 'arn:aws:iam::123456789012:instance-profile/node';
      default:
        throw new Error(`a group refers to ${id}, of which the local cloud has nothing`);
    }
  };
  const textOf = (value: unknown): string => {
    if (typeof value === 'string') return value;
    const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': joined } = Object(value);
    if (typeof Ref === 'string') return named(Ref);
    if (Array.isArray(attribute)) return named(String(attribute[0]));
    return joined[1].map(textOf).join(joined[0]);
  };
  return Object.values(Resources)
    .filter(({ Type }) => Type === 'Custom::HoldfastGroup')
    .map(({ Properties }) => ({ ID: String(Properties?.GroupId), text: textOf(Properties?.Properties) }));
}
