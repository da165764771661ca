import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** A resource with a wildcard in a policy, and why it cannot be narrower. */
export interface Wildcard {
  readonly resources: readonly string[];
  readonly reason: string;
}

/** Accepts findings of cdk-nag on a construct and below it, each with its reason. */
export function acknowledge(scope: IConstruct, reasons: Readonly<Record<string, string>>): void {
  Validations.of(scope).acknowledge(...Object.entries(reasons).map(([id, reason]) => ({ id, reason })));
}

/** Accepts cdk-nag's findings on exactly these resources of a role's policy, and no others. */
export function acknowledgeWildcards(scope: IConstruct, wildcards: readonly Wildcard[]): void {
  const byFinding = new Map<string, string[]>();
  for (const { resources, reason } of wildcards) {
    for (const resource of resources) {
      const finding = `AwsSolutions-IAM5[Resource::${asNagSpells(Stack.of(scope).resolve(resource))}]`;
      const reasons = byFinding.get(finding) ?? [];
      if (!reasons.includes(reason)) byFinding.set(finding, [...reasons, reason]);
    }
  }
  acknowledge(
    scope,
    Object.fromEntries([...byFinding].map(([finding, reasons]) => [finding, reasons.join('; ')])),
  );
}

/** cdk-nag names a resource by its ARN with references as `<Name>` and attributes as `<Name.Attribute>`. */
function asNagSpells(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(asNagSpells).join('');
  if (typeof value !== 'object' || value === null) return String(value);
  const [name, argument] = Object.entries(value)[0] ?? [];
  if (name === 'Ref') return `<${argument}>`;
  if (name === 'Fn::GetAtt' && Array.isArray(argument)) return `<${argument.join('.')}>`;
  if (name === 'Fn::Join' && Array.isArray(argument) && Array.isArray(argument[1])) {
    return argument[1].map(asNagSpells).join(String(argument[0]));
  }
  return JSON.stringify(value);
}
