import { parseDocument } from '../../lib/config/parse-document.js';
import { issueText } from '../../lib/core/issue.js';
import type { Json } from '../../lib/core/json.js';
import { flavorRegistry } from '../../lib/flavors/index.js';
import { type Dice, diceOf, hostileBytes, mutatedValue } from './mutate.js';
import { validDocuments, validSpecs } from './valid-documents.js';
import type { FuzzWorld } from './world.js';

/** CPU of one parse, as `readText` promises it. */
const MOST_PARSE_MS = 5_000;
const LONGEST_LINE = 1_200;
const LONGEST_ANSWER = 300_000;
const MOST_LINES = 101;

export interface Outcome {
  readonly accepted: boolean;
  readonly parseMs: number;
  /** What broke a promise, in words; none when all held. */
  readonly failures: readonly {
    readonly kind: 'crash' | 'state' | 'length' | 'slow';
    readonly what: string;
  }[];
}

type Failure = Outcome['failures'][number];

const flavors = flavorRegistry();

const tryText = (text: string): Outcome => {
  const failures: Failure[] = [];
  const before = process.cpuUsage();
  let accepted = false;
  try {
    const parsed = parseDocument(text, { file: 'f', flavors });
    accepted = parsed.ok;
    if (!parsed.ok) {
      if (parsed.issues.length === 0 || parsed.issues.length > MOST_LINES)
        failures.push({ kind: 'length', what: `${parsed.issues.length} issues` });
      for (const issue of parsed.issues) {
        const { length } = issueText(issue);
        if (length > LONGEST_LINE)
          failures.push({ kind: 'length', what: `an issue of ${length} characters` });
      }
    }
  } catch (error) {
    failures.push({ kind: 'crash', what: crashOf(error) });
  }
  const used = process.cpuUsage(before);
  const parseMs = (used.user + used.system) / 1000;
  if (parseMs > MOST_PARSE_MS) failures.push({ kind: 'slow', what: `${Math.round(parseMs)} ms of CPU` });
  return { accepted, parseMs, failures };
};

export const tryUpload = async (world: FuzzWorld, bytes: Buffer): Promise<Outcome> => {
  const failures: Failure[] = [];
  const before = world.state();
  let outcome = 'refused';
  try {
    outcome = await world.upload('groups/f.yaml', bytes);
  } catch (error) {
    failures.push({ kind: 'crash', what: `upload: ${crashOf(error)}` });
  }
  if (outcome === 'refused' && world.state() !== before)
    failures.push({ kind: 'state', what: 'a refused upload changed something' });
  return { accepted: outcome !== 'refused', parseMs: 0, failures };
};

export const tryRequest = async (world: FuzzWorld, request: unknown): Promise<Outcome> => {
  const failures: Failure[] = [];
  const before = world.state();
  let accepted = false;
  try {
    const answer = await world.ask(request);
    accepted = 'result' in answer;
    const { length } = JSON.stringify(answer);
    if (!accepted && length > LONGEST_ANSWER)
      failures.push({ kind: 'length', what: `an answer of ${length} characters` });
    if ('error' in answer) {
      if (answer.error.message.length > 2_000)
        failures.push({ kind: 'length', what: `a message of ${answer.error.message.length} characters` });
      if (answer.error.code === -32603 || answer.error.data?.name === 'Internal')
        failures.push({ kind: 'crash', what: `api: ${world.logged().join('; ').slice(0, 500)}` });
      if (world.state() !== before)
        failures.push({
          kind: 'state',
          what: `a refused request changed something: ${JSON.stringify(request).slice(0, 300)} ${JSON.stringify(answer).slice(0, 300)}`,
        });
    }
  } catch (error) {
    failures.push({ kind: 'crash', what: `api: ${crashOf(error)}` });
  }
  return { accepted, parseMs: 0, failures };
};

const crashOf = (error: unknown): string =>
  (error instanceof Error ? (error.stack ?? error.message) : String(error)).slice(0, 600);

/** A valid request of every method, to be mutated. */
const requestsFor = (spec: (typeof validSpecs)[number]): readonly Json[] => {
  const commits = ['Group.CommitGroup', 'Group.DescribeUpdate', 'Group.Update', 'Group.Watch'];
  const request = (method: string, params: Json): Json => ({ jsonrpc: '2.0', id: 1, method, params });
  const { ID } = spec;
  return [
    ...commits.map((method) => request(method, { Spec: spec })),
    request('Group.CommitGroups', { Specs: [spec, spec] }),
    request('Group.SetSize', { ID, Size: 3 }),
    request('Group.Events', { ID, After: 'x', Limit: 5 }),
    request('Group.Rollback', { ID, Revision: 1 }),
    request('Group.ReplaceInstances', { ID, Instances: ['i-1'] }),
    request('Group.Freeze', { ID, Reason: 'r', For: '1h' }),
    request('Group.OverrideBreaker', { ID, For: '1h' }),
    request('Group.DescribeGroup', { ID }),
    request('Group.List', { ID }),
    request('Instance.Validate', { Properties: { RunInstancesInput: { ImageId: 'ami-0abc' } } }),
    request('Instance.DescribeInstances', { Tags: { a: 'b' } }),
    request('Flavor.Validate', {
      Plugin: 'zookeeper',
      Properties: {},
      Allocation: { LogicalIDs: ['10.0.1.20'] },
    }),
    request('Flavor.Prepare', { Plugin: 'vanilla', Properties: { Init: ['a'] }, Allocation: { Size: 1 } }),
    request('Flavor.Healthy', { ID, Instances: ['i-1'] }),
    request('Flavor.Recover', { ID, Instance: 'i-1', Confirm: ID }),
  ];
};

const requestOf = (dice: Dice): Json => {
  let request = mutatedValue(dice.of(requestsFor(dice.of(validSpecs))), dice);
  for (let more = dice.below(3); more > 0; more -= 1) request = mutatedValue(request, dice);
  return request;
};

/** What one seed makes: a request for the API, or the bytes of a file, for the parser and sometimes for S3 too. */
export type Input =
  | { readonly kind: 'request'; readonly request: Json }
  | { readonly kind: 'file'; readonly bytes: Buffer; readonly uploaded: boolean };

export const inputOf = (seed: number): Input => {
  const dice = diceOf(Math.imul(seed, 2_654_435_761));
  if (seed % 3 === 0) return { kind: 'request', request: requestOf(dice) };
  return { kind: 'file', bytes: hostileBytes(validDocuments, dice), uploaded: seed % 6 === 1 };
};

export const tryInput = async (world: FuzzWorld, input: Input): Promise<Outcome> => {
  if (input.kind === 'request') return tryRequest(world, input.request);
  const parsed = tryText(input.bytes.toString('utf8'));
  if (!input.uploaded) return parsed;
  const uploaded = await tryUpload(world, input.bytes);
  return { ...parsed, failures: [...parsed.failures, ...uploaded.failures] };
};
