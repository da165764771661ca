import { describe, expect, it } from 'vitest';
import type { Allocation } from '../../lib/core/group-spec.js';
import { groupId, type InstanceId, instanceId, type LogicalId } from '../../lib/core/ids.js';
import type { Json } from '../../lib/core/json.js';
import type { Flavor, FlavorMember, NodeCommand, Probe, ProbeAnswer } from '../../lib/ports/flavor.js';

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

      it('it runs its own documents only, with a value that fits each parameter and a limit of time', () => {
        const tasks = [
          ...members.flatMap((member) => [
            flavor.drain(properties, context, member, false),
            flavor.drain(properties, context, member, true),
            flavor.recover?.(properties, context, member),
          ]),
          flavor.rotate?.(properties, context),
        ];
        const commands = [...commandsOf(probe), ...tasks.flatMap((task) => task?.command ?? [])];
        for (const { document, parameters, timeoutSeconds } of commands) {
          expect(timeoutSeconds).toBeGreaterThan(0);
          const known = flavor.documents.find(({ name: one }) => one === document);
          if (known === undefined) throw new Error(`no document "${document}"`);
          expect(Object.keys(parameters).sort()).toEqual(Object.keys(known.parameters).sort());
          for (const [key, value] of Object.entries(parameters))
            expect(value).toMatch(new RegExp(known.parameters[key]?.pattern ?? 'none'));
        }
        for (const { document } of commandsOf(probe))
          expect(flavor.documents.find(({ name: one }) => one === document)?.kind).toBe('look');
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
