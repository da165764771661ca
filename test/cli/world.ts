import {
  type Method,
  type Params,
  type Result,
  RPC_CODES,
  type RpcRequest,
} from '../../lib/app/api-types.js';
import type { CloudMethod, CloudParams, CloudResult } from '../../lib/cli/cloud-api.js';
import type { CliWorld } from '../../lib/cli/command.js';
import type { ParseGroups } from '../../lib/cli/documents.js';
import type { Io } from '../../lib/cli/io.js';
import { runCli } from '../../lib/cli/run-cli.js';
import type { TargetChoice, Transport } from '../../lib/cli/target.js';

/** An API of whatever the test answers. */
export type Answers = { [M in Method]?: (params: Params<M>) => Result<M> } & {
  [M in CloudMethod]?: (params: CloudParams<M>) => CloudResult<M>;
};

/** Thrown by an answer: the API's error of that name. */
export class ApiError extends Error {
  readonly issues: readonly { path: string; message: string }[] | undefined;
  constructor(name: string, message: string, issues?: readonly { path: string; message: string }[]) {
    super(message);
    this.name = name;
    this.issues = issues;
  }
}

export interface Given {
  readonly answers?: Answers;
  readonly files?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A person at a terminal, and what they type when asked, in order. */
  readonly types?: readonly string[];
  /** Terminals without a person: only how things look. */
  readonly tty?: boolean;
  readonly columns?: number;
  readonly parseGroups?: ParseGroups;
  readonly runLocalCloud?: CliWorld['runLocalCloud'];
  readonly runConsole?: CliWorld['runConsole'];
  readonly connect?: CliWorld['connect'];
  /** Ctrl-C at this time, in milliseconds from the start. */
  readonly stopAt?: number;
}

export interface Sent {
  readonly method: string;
  readonly params: Record<string, unknown>;
  readonly to: string;
}

export interface Ran {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
  readonly sent: readonly Sent[];
  readonly asked: readonly string[];
  readonly choices: readonly TargetChoice[];
  readonly spun: readonly string[];
  /** Files that the command made. */
  readonly created: ReadonlyMap<string, string>;
  /** Virtual milliseconds that the command took. */
  readonly took: number;
}

/** 2026-11-22T12:00:00Z */
export const NOW = Date.UTC(2026, 10, 22, 12);

/** Runs one command line in a world of its own, on virtual time. */
export async function run(line: string | readonly string[], given: Given = {}): Promise<Ran> {
  let out = '';
  let err = '';
  let now = NOW;
  let ids = 0;
  const sent: Sent[] = [];
  const asked: string[] = [];
  const choices: TargetChoice[] = [];
  const spun: string[] = [];
  const created = new Map<string, string>();
  const typed = [...(given.types ?? [])];
  const stopped = new AbortController();
  const tty = given.tty ?? given.types !== undefined;

  const io: Io = {
    stdout: {
      write: (text) => {
        out += text;
      },
      isTTY: tty,
      ...(given.columns === undefined ? {} : { columns: given.columns }),
    },
    stderr: {
      write: (text) => {
        err += text;
      },
      isTTY: tty,
      ...(given.columns === undefined ? {} : { columns: given.columns }),
    },
    env: { NO_COLOR: '1', ...given.env },
    directory: '/home/somebody',
    interactive: given.types !== undefined,
    ask: async (question) => {
      asked.push(question);
      return typed.shift() ?? '';
    },
    readFile: async (path) => {
      const text = given.files?.[path];
      if (text === undefined) throw Object.assign(new Error(`ENOENT, open '${path}'`), { code: 'ENOENT' });
      return text;
    },
    createFile: async (path, text) => {
      if (given.files?.[path] !== undefined || created.has(path)) {
        throw Object.assign(new Error(`EEXIST, open '${path}'`), { code: 'EEXIST' });
      }
      created.set(path, text);
    },
    readStdin: async () => given.stdin ?? '',
    signal: stopped.signal,
    spinner: (text) => {
      spun.push(text);
      return { update: (next) => spun.push(next), stop: () => spun.push('(stopped)') };
    },
  };

  const transport = (choice: TargetChoice): Transport => ({
    name: choice.kind === 'local' ? `local cloud at ${choice.url}` : `stack ${choice.stack} on AWS`,
    send: async (request, to) => {
      sent.push({ method: request.method, params: paramsOf(request), to });
      return answer(given.answers ?? {}, request);
    },
  });

  const world: CliWorld = {
    clock: {
      now: () => now,
      sleep: async (milliseconds) => {
        now += milliseconds;
        if (given.stopAt !== undefined && now - NOW >= given.stopAt) stopped.abort();
      },
    },
    random: {
      id: () => {
        ids += 1;
        return `id-${ids}`;
      },
    },
    version: '9.8.7',
    schemaFile: '/home/somebody/node_modules/holdfast/schema/holdfast.schema.json',
    connect: async (choice) => {
      choices.push(choice);
      return given.connect ? given.connect(choice) : transport(choice);
    },
    parseGroups: given.parseGroups ?? plainGroups,
    ...(given.runConsole === undefined ? {} : { runConsole: given.runConsole }),
    ...(given.runLocalCloud === undefined ? {} : { runLocalCloud: given.runLocalCloud }),
  };
  const argv = typeof line === 'string' ? line.split(' ').filter((word) => word !== '') : line;
  const exitCode = await runCli(argv, io, world);
  return { exitCode, out, err, sent, asked, choices, spun, took: now - NOW, created };
}

/** The parameters without the request id, and it apart. */
export const requestIds = (ran: Ran): readonly unknown[] => ran.sent.map(({ params }) => params.RequestId);

const paramsOf = ({ params }: RpcRequest): Record<string, unknown> =>
  typeof params === 'object' && params !== null ? { ...params } : {};

function answer(answers: Answers, request: RpcRequest): unknown {
  const id = request.id ?? null;
  const answered = Object.entries(answers).find(([method]) => method === request.method)?.[1];
  if (answered === undefined) throw new Error(`the test has no answer to ${request.method}`);
  try {
    // Typed where the test wrote it; here only its name is known.
    return { jsonrpc: '2.0', id, result: (answered as (params: unknown) => unknown)(request.params) };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { name, message, issues } = error;
    return {
      jsonrpc: '2.0',
      id,
      error: { code: RPC_CODES[name] ?? -32000, message, data: { name, ...(issues ? { issues } : {}) } },
    };
  }
}

/** Every group of `{"groups": {…}}`, unchecked; the real parser has tests of its own. */
const plainGroups: ParseGroups = async (text) => ({
  groups: Object.entries(JSON.parse(text).groups).map(([ID, group]) => ({
    spec: { ID, Properties: Object(group).Properties },
    at: () => ({ line: 1, column: 1 }),
  })),
});

/** The one JSON document on standard output. */
export const documentOf = (ran: Ran): unknown => JSON.parse(ran.out);

export const widest = (text: string): number => Math.max(...text.split('\n').map((line) => line.length));
