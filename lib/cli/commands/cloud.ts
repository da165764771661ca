import { isJsonObject, type Json } from '../../core/json.js';
import { camelDocument } from '../camel.js';
import type { Command, Context, Family } from '../command.js';
import { readText } from '../documents.js';
import { usage } from '../failure.js';
import { pairs } from '../pairs.js';
import { instanceListText } from '../render/instances.js';

/** Before anything is opened: these must never end up at a stack. */
function localOnly({ choice }: Context): void {
  if (choice.kind === 'stack') {
    throw usage(
      `cloud commands are for the local cloud, not for stack "${choice.stack}"; leave out --stack and HOLDFAST_STACK, or give --url`,
    );
  }
}

const ls: Command = {
  name: 'ls',
  summary: 'list every instance of the local cloud, whoever launched it',
  examples: ['holdfast cloud ls'],
  run: async (context) => {
    localOnly(context);
    const { Instances } = await (await context.target()).cloud('Cloud.List', {});
    const listed = Instances.map(({ ID, State, Tags, PrivateIP, Zone }) => ({
      ID,
      State,
      Tags,
      About: [PrivateIP, Zone].filter(Boolean).join(' '),
    }));
    return { text: instanceListText(listed, context), json: { instances: Instances.map(camelDocument) } };
  },
};

const INSTANCE = { name: 'INSTANCE', help: 'id of an instance' } as const;

/** A command about one instance. `done`: what is said of it then. */
const instanceCommand = (
  name: string,
  method: 'Cloud.Terminate' | 'Cloud.Stop' | 'Cloud.Kill' | 'Cloud.CutOff' | 'Cloud.Reconnect',
  done: string,
  summary: string,
): Command => ({
  name,
  summary,
  words: [INSTANCE],
  examples: [`holdfast cloud ${name} i-0abc`],
  run: async (context, given) => {
    localOnly(context);
    const ID = given.word(0);
    await (await context.targetToChange()).cloud(method, { ID });
    return { text: `${done} ${ID}`, json: { id: ID } };
  },
});

const ABOUT_INSTANCES: readonly Command[] = [
  instanceCommand(
    'terminate',
    'Cloud.Terminate',
    'Terminated',
    "terminate an instance behind the control plane's back",
  ),
  instanceCommand('stop', 'Cloud.Stop', 'Stopped', "stop an instance behind the control plane's back"),
  instanceCommand(
    'kill',
    'Cloud.Kill',
    'Killed the software of',
    'kill what runs on an instance; the instance lives on',
  ),
  instanceCommand('cut-off', 'Cloud.CutOff', 'Cut off', 'cut an instance off the network'),
  instanceCommand(
    'reconnect',
    'Cloud.Reconnect',
    'Reconnected',
    'connect an instance again that was cut off',
  ),
];

const KEY = { name: 'KEY', help: 'object of the config bucket, such as groups/web.json' } as const;

const put: Command = {
  name: 'put',
  summary: 'upload a file to the config bucket: groups/… commits it, proposed/… only plans',
  words: [KEY, { name: 'FILE', help: 'what to upload, or - for standard input' }],
  examples: ['holdfast cloud put groups/web.json examples/quickstart.json'],
  run: async (context, given) => {
    localOnly(context);
    const Key = given.word(0);
    if (!/^(groups|proposed)\/./.test(Key)) {
      throw usage(
        `"${Key}" would do nothing; give a key that starts with groups/ to commit, or proposed/ to plan`,
      );
    }
    const { text } = await readText(context, given.word(1));
    await (await context.targetToChange()).cloud('Cloud.Put', { Key, Text: text });
    return { text: `Uploaded ${Key}; the outcome will be in results/${Key}`, json: { key: Key } };
  },
};

const get: Command = {
  name: 'get',
  summary: 'print an object of the config bucket, such as results/groups/web.json',
  words: [KEY],
  examples: ['holdfast cloud get results/groups/web.json'],
  run: async (context, given) => {
    localOnly(context);
    const { Key, Text } = await (await context.target()).cloud('Cloud.Get', { Key: given.word(0) });
    return { text: Text.trimEnd(), json: { key: Key, text: Text } };
  },
};

const alarm: Command = {
  name: 'alarm',
  summary: 'set the state of a CloudWatch alarm that rollouts may watch; made when it is not there',
  words: [
    { name: 'NAME', help: 'as Updating.Alarms names it' },
    { name: 'STATE', help: 'OK, ALARM or INSUFFICIENT_DATA', choices: ['OK', 'ALARM', 'INSUFFICIENT_DATA'] },
  ],
  examples: ['holdfast cloud alarm web-errors ALARM'],
  run: async (context, given) => {
    localOnly(context);
    const params = { Name: given.word(0), State: given.word(1) };
    const { Name, State } = await (await context.targetToChange()).cloud('Cloud.Alarm', params);
    return { text: `Alarm ${Name} is ${State}`, json: { name: Name, state: State } };
  },
};

const fault: Command = {
  name: 'fault',
  summary: 'list the faults of the local cloud, add one, or clear all',
  words: [
    { name: 'KIND', help: 'such as throttle, read-lag, no-capacity, events', optional: true },
    {
      name: 'KEY=VALUE',
      help: 'what the kind needs, and limits: times, forMs',
      optional: true,
      several: true,
    },
  ],
  flags: [{ flags: '--clear', help: 'remove every fault' }],
  examples: [
    'holdfast cloud fault no-capacity zone=eu-west-1a times=3',
    'holdfast cloud fault events how=never',
    'holdfast cloud fault --clear',
  ],
  run: async (context, given) => {
    localOnly(context);
    const [kind, ...fields] = given.words;
    if (given.flag('clear')) {
      if (kind !== undefined) throw usage(`--clear removes every fault; leave out "${kind}"`);
      await (await context.targetToChange()).cloud('Cloud.ClearFaults', {});
      return { text: 'Cleared every fault', json: { faults: [] } };
    }
    if (kind === undefined) return listFaults(context);
    const Rule = { kind, ...valuesOf(pairs(fields)) };
    const { ID } = await (await context.targetToChange()).cloud('Cloud.Fault', { Rule });
    return { text: `Added fault ${ruleText(Rule)}`, json: { id: ID, rule: Rule } };
  },
};

async function listFaults(context: Context) {
  const { Faults } = await (await context.target()).cloud('Cloud.Faults', {});
  const lines = Faults.map(({ id, rule, usesLeft }) => {
    const left = usesLeft === undefined ? '' : ` (${usesLeft} left)`;
    return `${id}: ${ruleText(rule)}${left}`;
  });
  return {
    text: lines.length === 0 ? 'no faults' : lines.join('\n'),
    json: { faults: Faults.map(camelDocument) },
  };
}

/** As it can be typed again. */
const ruleText = (rule: Json): string => {
  const { kind, ...fields } = isJsonObject(rule) ? rule : { kind: 'unknown' };
  return [String(kind), ...Object.entries(fields).map(([key, value]) => `${key}=${String(value)}`)].join(' ');
};

/** The rules know only texts and numbers. */
const valuesOf = (fields: Readonly<Record<string, string>>): Readonly<Record<string, Json>> =>
  Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value,
    ]),
  );

export const cloud: Family = {
  name: 'cloud',
  summary: 'the local cloud only: act as somebody else would',
  examples: ['holdfast cloud ls', 'holdfast cloud terminate i-0abc'],
  commands: [ls, ...ABOUT_INSTANCES, put, get, alarm, fault],
};
