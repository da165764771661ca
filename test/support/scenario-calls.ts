import type { FunctionName } from '../../lib/core/deployment.js';
import type { Clients } from '../../lib/local/clients.js';
import type { Faults, ScriptedFaults } from '../../lib/local/faults.js';
import { currentInvocation } from '../../lib/local/lambda/invocation.js';

/** An SDK call of a function, on its way. */
export interface Call {
  readonly stack: string;
  readonly function: FunctionName;
  /** Of which group the pass is, when it is one. */
  readonly group: string | undefined;
  readonly service: string;
  readonly operation: string;
  readonly input: unknown;
}

/** Does something just before a call goes out, in its caller's process; the call waits. */
export type Interruption = (call: Call) => void | Promise<void>;

/** A process that dies just before or after its `call`-th SDK call for a group. */
export interface Crash {
  readonly stack: string;
  readonly function: FunctionName;
  readonly group?: string;
  readonly call: number;
  readonly when: 'before' | 'after';
}

interface Planned extends Crash {
  seen: number;
}

/** Interrupts functions at their SDK calls: hooks, and crashes counted per function and group. */
export class Interruptions {
  readonly #hooks = new Set<Interruption>();
  #crashes: Planned[] = [];
  /** Calls of `function group`, counted. */
  readonly #counts = new Map<string, number>();
  readonly #groups = new Map<string, string>();
  /** Told when an invocation dies. */
  onCrash: (functionName: string) => void = () => {};

  add(hook: Interruption): () => void {
    this.#hooks.add(hook);
    return () => this.#hooks.delete(hook);
  }

  crash(plan: Crash): void {
    this.#crashes.push({ ...plan, seen: 0 });
  }

  /** Crashes that have not come about. */
  get left(): readonly Crash[] {
    return this.#crashes;
  }

  clear(): void {
    this.#crashes = [];
    this.#hooks.clear();
  }

  /** SDK calls that a function has made for a group. */
  calls(functionName: string, group: string): number {
    return this.#counts.get(`${functionName} ${group}`) ?? 0;
  }

  /** Notes which group an invocation is for: a wake, or a task of a rollout. */
  begins(requestId: string, event: unknown): void {
    const [record] = [Object(event).Records].flat();
    const body: unknown = Object(record).body;
    const about = typeof body === 'string' ? JSON.parse(body) : (Object(event).step ?? event);
    const { group } = Object(about);
    if (typeof group === 'string') this.#groups.set(requestId, group);
  }

  groupOf(requestId: string | undefined): string | undefined {
    return requestId === undefined ? undefined : this.#groups.get(requestId);
  }

  /** The same clients, with hooks that go first of all, before a call is counted, authorised or broken. */
  hookInto(stack: string, name: FunctionName, clients: Clients): Clients {
    const hooked = new Set<string>();
    // A client is dear, and few functions use more than two.
    return new Proxy(clients, {
      get: (target, service: keyof Clients) => {
        const client = target[service];
        if (!hooked.has(service)) this.#hook(stack, name, client);
        hooked.add(service);
        return client;
      },
    });
  }

  #hook(stack: string, name: FunctionName, client: Clients[keyof Clients]): void {
    const { middlewareStack }: { middlewareStack: { add(middleware: unknown, options: object): void } } =
      client;
    const middleware =
      (next: (args: unknown) => Promise<unknown>, context: { commandName?: string }) =>
      async (args: { readonly input: unknown }): Promise<unknown> => {
        const call: Call = {
          stack,
          function: name,
          group: this.groupOf(currentInvocation()?.requestId),
          service: String(Object(client.config).serviceId),
          operation: (context.commandName ?? '').replace(/Command$/, ''),
          input: args.input,
        };
        for (const hook of [...this.#hooks]) await hook(call);
        return next(args);
      };
    middlewareStack.add(middleware, { step: 'initialize', priority: 'high', name: 'interrupted' });
  }

  /** The scripted faults, and before them the planned crashes. */
  over(scripted: ScriptedFaults): Faults {
    return {
      ...scripted,
      call: (service, operation) => {
        const when = this.#dies();
        if (when === 'before') return { before: 'crash' };
        if (when === 'after') return { after: 'crash' };
        return scripted.call(service, operation);
      },
    };
  }

  #dies(): 'before' | 'after' | undefined {
    const invocation = currentInvocation();
    if (!invocation) return undefined;
    const group = this.groupOf(invocation.requestId);
    const key = `${invocation.functionName} ${group ?? ''}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    for (const plan of this.#crashes) {
      if (invocation.functionName !== `${plan.stack}-${plan.function}`) continue;
      if (plan.group !== undefined && plan.group !== group) continue;
      plan.seen += 1;
      if (plan.seen < plan.call) continue;
      this.#crashes = this.#crashes.filter((other) => other !== plan);
      this.onCrash(invocation.functionName);
      return plan.when;
    }
    return undefined;
  }
}
