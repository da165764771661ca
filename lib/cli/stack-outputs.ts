import { usage } from './failure.js';

interface StackOutput {
  readonly OutputKey?: string;
  readonly OutputValue?: string;
}

/** CloudFormation ids of outputs inside a construct end with eight hexadecimal digits of the CDK. */
const FUNCTION_OUTPUT = /^(.*?)GroupApiFunction(?:Name|Arn)?(?:[0-9A-F]{8})?$/;

/**
 * The group API's function among a stack's outputs, as its name or ARN. A stack may hold several control planes; what
 * stands before the output's own name tells them apart.
 */
export function apiFunction(
  outputs: readonly StackOutput[],
  choice: { readonly stack: string; readonly plane?: string },
): string {
  const byPlane = valuesByPlane(outputs);
  const planes = [...byPlane.keys()];
  if (planes.length === 0) {
    throw usage(`stack "${choice.stack}" has no output GroupApiFunction; is it a stack with a ControlPlane?`);
  }
  if (choice.plane === undefined && planes.length > 1) {
    const names = planes.map((name) => `--stack ${choice.stack}/${name}`).join(', ');
    throw usage(`stack "${choice.stack}" has ${planes.length} control planes; name one: ${names}`);
  }
  const found = byPlane.get(choice.plane ?? planes[0] ?? '');
  if (found === undefined) {
    throw usage(
      `stack "${choice.stack}" has no control plane "${choice.plane}"; it has ${planes.join(', ')}`,
    );
  }
  return found;
}

function valuesByPlane(outputs: readonly StackOutput[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const { OutputKey, OutputValue } of outputs) {
    const plane = OutputKey === undefined ? undefined : FUNCTION_OUTPUT.exec(OutputKey)?.[1];
    if (plane !== undefined && OutputValue) values.set(plane, OutputValue);
  }
  return values;
}
