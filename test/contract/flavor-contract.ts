import { describe, expect, it } from 'vitest';
import type { Allocation } from '../../lib/core/group-spec.js';
import { groupId, type InstanceId, instanceId, type LogicalId } from '../../lib/core/ids.js';
import type { Json } from '../../lib/core/json.js';
import type { Flavor, FlavorMember, Probe, ProbeAnswer } from '../../lib/ports/flavor.js';

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

const nothingCameBack = (probe: Probe): ProbeAnswer =>
  probe.kind === 'status-checks'
    ? { kind: 'status-checks', checks: new Map() }
    : { kind: 'output', byInstance: new Map() };

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

    describe.each(cases.good)('with $title', ({ properties, allocation }) => {
      const members = membersOf(allocation);
      const probe = flavor.probe(properties, members);
      const judge = (answer: ProbeAnswer) => flavor.judge(properties, members, answer);

      it('it prepares the same instance the same way each time, and changes nothing that it was given', () => {
        const before = JSON.stringify(properties);
        const slot = members[0]?.logicalId;
        const context = { group: groupId('g'), allocation, ...(slot === undefined ? {} : { slot }) };
        expect(flavor.prepare(properties, context)).toEqual(flavor.prepare(properties, context));
        expect(JSON.stringify(properties)).toBe(before);
      });

      it('it writes no tag that is not its own to write', () => {
        const { tags } = flavor.prepare(properties, { group: groupId('g'), allocation });
        for (const key of Object.keys(tags)) {
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

      it('it calls members unknown, never unhealthy, when nothing came back', () => {
        const reports = judge(nothingCameBack(probe));
        expect(reports.size).toBe(members.length);
        for (const { health, reason } of reports.values()) {
          expect(health).toBe('unknown');
          expect(reason).not.toBe('');
        }
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
        expect(flavor.judge(properties, [], answer)).toEqual(new Map<InstanceId, never>());
      });

      it('it limits the time of every command that it runs', () => {
        const commands = members.map((member) => flavor.drain(properties, member));
        if (probe.kind !== 'status-checks') commands.push(probe.command);
        for (const command of commands) {
          if (command === undefined) continue;
          expect(command.timeoutSeconds).toBeGreaterThan(0);
          expect(command.document).not.toBe('');
        }
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
