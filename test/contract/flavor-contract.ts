import { describe, expect, it } from 'vitest';
import { RefusedError } from '../../lib/core/errors.js';
import type { Allocation } from '../../lib/core/group-spec.js';
import { groupId, type InstanceId, instanceId, type LogicalId } from '../../lib/core/ids.js';
import type { Json } from '../../lib/core/json.js';
import { PATH_PATTERN } from '../../lib/flavors/node/boot-script.js';
import type {
  Flavor,
  FlavorMember,
  NodeCommand,
  NodeTask,
  Probe,
  ProbeAnswer,
} from '../../lib/ports/flavor.js';

export interface FlavorCase {
  readonly title: string;
  readonly properties: Json;
  readonly allocation: Allocation;
}

/** What every flavor is checked with. */
export interface FlavorCases {
  /** Properties that the flavor accepts, each beside an allocation. */
  readonly good: readonly FlavorCase[];
  /** Properties that it refuses, and where the first mistake stands. */
  readonly bad: readonly (FlavorCase & { readonly path: string })[];
  /** What comes back when all of these are well. */
  healthyAnswer(members: readonly FlavorMember[], probe: Probe): ProbeAnswer;
}

const membersOf = (allocation: Allocation): readonly FlavorMember[] => {
  const slots: readonly (LogicalId | undefined)[] =
    allocation.kind === 'logicalIds' ? allocation.logicalIds : Array.from({ length: 3 }, () => undefined);
  return slots.map((slot, index) => ({
    id: instanceId(`i-0${index}`),
    privateIp: `10.0.1.${index + 10}`,
    ...(slot === undefined ? {} : { logicalId: slot }),
  }));
};

const nothingCameBack = (probe: Probe): ProbeAnswer => {
  if (probe.kind === 'several') return { kind: 'several', answers: probe.probes.map(nothingCameBack) };
  return probe.kind === 'status-checks'
    ? { kind: 'status-checks', checks: new Map() }
    : { kind: 'output', byInstance: new Map() };
};

/** Every node that was asked says something that no script of ours says. */
const nonsense = (probe: Probe, members: readonly FlavorMember[]): ProbeAnswer => {
  if (probe.kind === 'several')
    return { kind: 'several', answers: probe.probes.map((one) => nonsense(one, members)) };
  if (probe.kind === 'status-checks') return { kind: 'status-checks', checks: new Map() };
  const output = { exitCode: 0, stdout: 'bash: line 1: \u0000 {"a":1}\n\n|||', stderr: 'what?' };
  return { kind: 'output', byInstance: new Map(members.map(({ id }) => [id, output])) };
};

const commandsOf = (probe: Probe): readonly NodeCommand[] => {
  if (probe.kind === 'several') return probe.probes.flatMap(commandsOf);
  return probe.kind === 'status-checks' ? [] : [probe.command];
};

/** A composed flavor cannot leave out what only some of its parts can do; it refuses. */
const ifItCan = (ask: () => NodeTask | undefined): NodeTask | undefined => {
  try {
    return ask();
  } catch (error) {
    if (error instanceof RefusedError) return undefined;
    throw error;
  }
};

/** Promises of the port `Flavor` that every flavor must keep. */
export const flavorContract = (name: string, makeFlavor: () => Flavor, cases: FlavorCases): void => {
  describe(`${name} keeps the promises of a flavor:`, () => {
    const flavor = makeFlavor();

    it('it has a canonical name', () => {
      expect(flavor.name).toMatch(/^[a-z][a-z0-9-]*(?:\/[a-z][a-z0-9-]*)?$/);
    });

    it.each(cases.good)('it accepts $title', ({ properties, allocation }) => {
      expect(flavor.validate(properties, allocation)).toEqual([]);
    });

    it.each(cases.bad)('it refuses $title and says where', ({ properties, allocation, path }) => {
      const issues = flavor.validate(properties, allocation);
      expect(issues[0]?.path).toBe(path);
      for (const { message } of issues) {
        expect(message).not.toMatch(/\.$/);
        expect(message.length).toBeGreaterThan(5);
        expect(message.length).toBeLessThan(500);
      }
    });

    it.each<Json>([null, 7, 'text', true, [], [[]], { '': null }, { toString: 1 }, { constructor: {} }])(
      'it validates %j without throwing',
      (properties) => {
        expect(Array.isArray(flavor.validate(properties, { kind: 'size', size: 1 }))).toBe(true);
      },
    );

    it('it says what its documents do, and each parameter has a pattern', () => {
      for (const { name: document, description, parameters, timeoutSeconds, script } of flavor.documents) {
        expect(document).toMatch(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)+$/);
        expect(description).not.toBe('');
        expect(timeoutSeconds).toBeGreaterThan(0);
        expect(script).not.toMatch(/^#!/);
        // It would print what a secret is put into.
        expect(script).not.toMatch(/set (?:-[a-wyz]*x|-o xtrace)/);
        for (const [key, { pattern }] of Object.entries(parameters)) {
          expect(key).toMatch(/^[A-Z][A-Za-z]*$/);
          expect(pattern).toMatch(/^\^.*\$$/);
          // A value is put between single quotes.
          expect(new RegExp(pattern).test("'; true '")).toBe(false);
          expect(new RegExp(pattern).test('$(true)')).toBe(false);
          expect(new RegExp(pattern).test('a\nb')).toBe(false);
        }
      }
    });

    describe.each(cases.good)('with $title', ({ properties, allocation }) => {
      const context = { stack: 'us', group: groupId('g'), allocation };
      const members = membersOf(allocation);
      const probe = flavor.probe(properties, context, members);
      const judge = (answer: ProbeAnswer) => flavor.judge(properties, context, members, answer);
      const prepared = () => flavor.prepare(properties, context, members[0]?.logicalId);

      it('it prepares the same instance the same way each time, and changes nothing that it was given', () => {
        const before = JSON.stringify(properties);
        expect(prepared()).toEqual(prepared());
        expect(JSON.stringify(properties)).toBe(before);
      });

      it('it keeps the boot script within what EC2 takes', () => {
        expect(Buffer.byteLength(prepared().init)).toBeLessThanOrEqual(16_384);
      });

      it('it writes no tag that is not its own to write', () => {
        for (const key of Object.keys(prepared().tags)) {
          expect(key).not.toMatch(/^(?:aws:|holdfast\.stack$|infrakit\.(?:group|config\.hash|logical_id)$)/i);
        }
      });

      it('it calls members healthy when all is well, each with a reason', () => {
        const reports = judge(cases.healthyAnswer(members, probe));
        expect([...reports.keys()].sort()).toEqual(members.map(({ id }) => id).sort());
        for (const { health, reason } of reports.values()) {
          expect(health).toBe('healthy');
          expect(reason).not.toBe('');
        }
      });

      it.each([
        ['nothing came back', nothingCameBack(probe)],
        ['what came back makes no sense', nonsense(probe, members)],
      ])('it calls members unknown, never unhealthy, when %s', (_, answer) => {
        const reports = judge(answer);
        expect(reports.size).toBe(members.length);
        for (const { health, reason } of reports.values()) {
          expect(health).toBe('unknown');
          expect(reason).not.toBe('');
        }
      });

      it('it never takes silence for a member list', () => {
        expect(flavor.members(properties, context, nothingCameBack(probe))?.kind).not.toBe('read');
        expect(flavor.members(properties, context, nonsense(probe, members))?.kind).not.toBe('read');
      });

      it('it calls members unknown when another question was answered', () => {
        const other: ProbeAnswer =
          probe.kind === 'status-checks'
            ? { kind: 'output', byInstance: new Map() }
            : { kind: 'status-checks', checks: new Map() };
        expect([...judge(other).values()].map(({ health }) => health)).toEqual(members.map(() => 'unknown'));
      });

      it('it judges nobody when asked about nobody', () => {
        const answer = cases.healthyAnswer(members, probe);
        expect(flavor.judge(properties, context, [], answer)).toEqual(new Map<InstanceId, never>());
      });

      const documentOf = ({ document }: NodeCommand) => {
        const known = flavor.documents.find(({ name: one }) => one === document);
        if (known === undefined) throw new Error(`no document "${document}"`);
        return known;
      };
      const drains = (ending: boolean) =>
        members.flatMap((member) => flavor.drain(properties, context, member, ending) ?? []);
      /** The clean-up of a member that its cluster lists and whose instance is gone. */
      const tidies = () => {
        const view = flavor.members(properties, context, cases.healthyAnswer(members, probe));
        const [listed] = view?.kind === 'read' ? view.members : [];
        if (listed === undefined) return [];
        return flavor.tidy?.(properties, context, [{ ...listed, reachable: false, leader: false }]) ?? [];
      };

      it('it runs its own documents only, with a value that fits each parameter and a limit of time', () => {
        const acts = [
          drains(false),
          drains(true),
          tidies(),
          members.flatMap((member) => ifItCan(() => flavor.recover?.(properties, context, member)) ?? []),
          ifItCan(() => flavor.rotate?.(properties, context)) ?? [],
        ].flat();
        for (const command of [...commandsOf(probe), ...acts.map((task) => task.command)]) {
          expect(command.timeoutSeconds).toBeGreaterThan(0);
          const known = documentOf(command);
          expect(Object.keys(command.parameters).sort()).toEqual(Object.keys(known.parameters).sort());
          for (const [key, value] of Object.entries(command.parameters))
            expect(value).toMatch(new RegExp(known.parameters[key]?.pattern ?? 'none'));
        }
        for (const command of commandsOf(probe)) expect(documentOf(command).kind).toBe('look');
        for (const { command } of acts) expect(documentOf(command).kind).toBe('act');
      });

      it('it keeps a quorum right before it takes a member out, and lets a group go that ends', () => {
        if (flavor.quorum(properties, allocation) === undefined) return;
        for (const { command } of drains(false)) expect(documentOf(command).script).toMatch(/\b65\b/);
        expect(drains(true)).toEqual([]);
      });

      it('it has others take out a member whose instance is gone', () => {
        for (const { on } of [tidies()].flat()) expect(on).not.toBe('itself');
      });

      it('it reads the member list of a cluster that is well, each member by instance or address', () => {
        const view = flavor.members(properties, context, cases.healthyAnswer(members, probe));
        if (flavor.quorum(properties, allocation) !== undefined) expect(view?.kind).toBe('read');
        if (view?.kind !== 'read') return;
        expect(new Set(view.members.map(({ name: one }) => one)).size).toBe(view.members.length);
        expect(view.members.filter(({ leader }) => leader).length).toBeLessThanOrEqual(1);
        for (const { instance, address, reachable } of view.members)
          expect(reachable && (instance ?? address)).toBeTruthy();
      });

      it('it keeps its cluster at a path of its control plane', () => {
        const place = flavor.cluster?.(properties, context);
        if (place === undefined) return;
        expect(place.path).toMatch(new RegExp(PATH_PATTERN));
        expect(place.path).toMatch(/^\/holdfast\/us\//);
        const other = flavor.cluster?.(properties, { ...context, stack: 'eu/west' });
        expect(other?.path).toBe(place.path.replace('/us/', '/eu/west/'));
      });

      it('it prepares cattle alike, however many there are', () => {
        if (allocation.kind !== 'size') return;
        const more = { kind: 'size', size: allocation.size + 2 } as const;
        expect(flavor.prepare(properties, { ...context, allocation: more })).toEqual(prepared());
      });

      it('it asks for a quorum of no more than there are members, or for none', () => {
        const quorum = flavor.quorum(properties, allocation);
        if (quorum !== undefined) {
          expect(quorum.majorityOf).toBeGreaterThan(0);
          expect(quorum.majorityOf).toBeLessThanOrEqual(members.length);
        }
      });
    });
  });
};
