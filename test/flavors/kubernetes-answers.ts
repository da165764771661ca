import { instanceId } from '../../lib/core/ids.js';
import type { NodeOutput, ProbeAnswer } from '../../lib/ports/flavor.js';

/** What `kubernetes-look` prints, from lines. */
export const said = (...lines: readonly string[]): NodeOutput => ({
  exitCode: 0,
  stdout: `${[...lines, `end ${lines.length}`].join('\n')}\n`,
  stderr: '',
});

/** These came back, each from a node of its own. */
export const answers = (...outputs: readonly NodeOutput[]): ProbeAnswer => ({
  kind: 'output',
  byInstance: new Map(outputs.map((output, index) => [instanceId(`i-speaker${index}`), output])),
});

/** Three of the control plane, the second leads etcd, and a worker. */
export const WELL: readonly string[] = [
  'node i-0a i-0a control-plane Ready schedulable',
  'node i-0b i-0b control-plane Ready schedulable',
  'node i-0c i-0c control-plane Ready schedulable',
  'node i-0d i-0d worker Ready schedulable',
  'member 8211f1d0f64f3269 10.0.1.10 voter i-0a follower',
  'member 91bc3c398fb3c146 10.0.1.11 voter i-0b leader',
  'member fd422379fda50e48 10.0.1.12 voter i-0c follower',
];

/** The same with this line in the place of the one that begins alike. */
export const wellBut = (...changed: readonly string[]): readonly string[] =>
  WELL.map((line) => changed.find((one) => beginning(one) === beginning(line)) ?? line);

const beginning = (line: string): string => line.split(' ').slice(0, 2).join(' ');
