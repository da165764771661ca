import { NotFoundError, RefusedError, ThrottledError, UnansweredError } from '../core/errors.js';
import type { InstanceId } from '../core/ids.js';
import { chunks, inFlight } from '../core/in-flight.js';
import type { FlavorMember, NodeOutput, Probe } from '../ports/flavor.js';
import type { NodeShell } from '../ports/node-shell.js';
import { MOST_SPEAKERS, MOST_TARGETS } from './ask-flavor.js';
import type { Runtime } from './runtime.js';

/** Commands that were sent, by the key of their question. */
export type Sent = ReadonlyMap<
  string,
  readonly { readonly command: string; readonly targets: readonly InstanceId[] }[]
>;

/** What came back, by the key of the question and the node that answered. */
export type Outputs = ReadonlyMap<string, ReadonlyMap<InstanceId, NodeOutput>>;

type Question = Extract<Probe, { kind: 'each' | 'speakers' }>;

interface Gathered {
  readonly question: Question;
  readonly wanted: Set<InstanceId>;
}

/** Sends each question once, whoever asks it, to nodes that are Online; what cannot be sent is left out. */
export const sendQuestions = async (
  { shell, clusters, log }: Pick<Runtime, 'shell' | 'clusters' | 'log'>,
  asked: readonly { readonly probe: Probe; readonly members: readonly FlavorMember[] }[],
): Promise<Sent> => {
  const gathered = new Map<string, Gathered>();
  for (const { probe, members } of asked) {
    for (const question of questionsOf(probe)) {
      const key = questionKey(question);
      const one = gathered.get(key) ?? { question, wanted: new Set<InstanceId>() };
      gathered.set(key, one);
      if (question.kind === 'each') for (const { id } of members) one.wanted.add(id);
    }
  }
  const sent = new Map<string, { command: string; targets: readonly InstanceId[] }[]>();
  try {
    await inFlight(CALLS_AT_ONCE, [...gathered.values()], async ({ question, wanted }) => {
      if (question.kind !== 'speakers') return;
      for (const id of await clusters.speakers(question.speakers.path)) wanted.add(id);
    });
    const online = await shell.online([...gathered.values()].flatMap(({ wanted }) => [...wanted]));
    await inFlight(CALLS_AT_ONCE, [...gathered], async ([key, { question, wanted }]) => {
      const here = [...wanted].filter((id) => online.has(id));
      const targets = question.kind === 'speakers' ? here.slice(0, MOST_SPEAKERS) : here;
      const commands: { command: string; targets: readonly InstanceId[] }[] = [];
      sent.set(key, commands);
      for (const some of chunks(targets, MOST_TARGETS))
        commands.push({ command: await shell.start(some, question.command), targets: some });
    });
  } catch (error) {
    if (!isPassing(error)) throw error;
    log.warn('not every node was asked', { error: String(error) });
  }
  return sent;
};

const questionsOf = (probe: Probe): readonly Question[] => {
  if (probe.kind === 'several') return probe.probes.flatMap(questionsOf);
  return probe.kind === 'status-checks' ? [] : [probe];
};

/** A sweep has 50 s for all clusters of the account. */
const CALLS_AT_ONCE = 10;
/** Fewer are read one by one, whole; of more only the first 2,500 characters each, fifty in one call. */
const FEW = 5;

export const readQuestions = async (shell: NodeShell, sent: Sent): Promise<Outputs> => {
  const outputs = new Map<string, Map<InstanceId, NodeOutput>>();
  await inFlight(CALLS_AT_ONCE, [...sent], async ([key, commands]) => {
    const byInstance = new Map<InstanceId, NodeOutput>();
    outputs.set(key, byInstance);
    for (const { command, targets } of commands) {
      try {
        for (const [id, answer] of await answersOf(shell, command, targets))
          if (answer.kind === 'done') byInstance.set(id, answer.output);
      } catch (error) {
        if (!isPassing(error)) throw error;
      }
    }
  });
  return outputs;
};

const answersOf = async (shell: NodeShell, command: string, targets: readonly InstanceId[]) =>
  targets.length > FEW
    ? shell.readAll(command)
    : new Map(await Promise.all(targets.map(async (id) => [id, await shell.read(command, id)] as const)));

/** The next sweep asks again. */
export const isPassing = (error: unknown): boolean =>
  error instanceof ThrottledError ||
  error instanceof UnansweredError ||
  error instanceof RefusedError ||
  error instanceof NotFoundError;

/** Questions of the same key are one command. */
export const questionKey = ({ command, ...probe }: Extract<Probe, { kind: 'each' | 'speakers' }>): string =>
  JSON.stringify([
    command.document,
    Object.entries(command.parameters).sort(),
    probe.kind === 'speakers' ? probe.speakers.path : '',
  ]);
