import { z } from 'zod';
import type { InstanceId } from '../core/ids.js';
import type { HealthReport } from '../core/instance.js';
import type { Json } from '../core/json.js';
import type { Flavor, ProbeAnswer } from '../ports/flavor.js';
import type { CheckStatus, StatusChecks } from '../ports/instance-provider.js';
import { propertyIssues } from './property-issues.js';

const refused = (reason: string) => z.never({ error: reason }).optional().describe(`Refused: ${reason}`);

/** InfraKit's properties of `vanilla`, all optional. */
export const vanillaSchema = z
  .strictObject({
    Init: z
      .array(z.string())
      .meta({
        description: 'Lines of the boot script',
        absent: 'none',
        examples: [['#!/bin/sh', 'apt-get install -y nginx']],
      })
      .optional(),
    Tags: z
      .record(z.string(), z.string())
      .meta({
        description: 'Tags of each instance, over those of Instance',
        absent: 'none',
        examples: [{ tier: 'web' }],
      })
      .optional(),
    InitScriptTemplateURL: refused('is not fetched: put the lines of the script in Init'),
    Attachments: refused('is not supported: list volumes as BlockDeviceMappings of the instance'),
  })
  .meta({
    description: 'Instances with a boot script and nothing else',
    examples: [{ Init: ['#!/bin/sh', 'apt-get install -y nginx'] }],
  });

const parsed = (properties: Json) => vanillaSchema.parse(properties ?? {});

/**
 * InfraKit's flavor for instances that only boot a script. Healthy means that EC2's two status checks pass; InfraKit's
 * always says healthy. Nothing to drain, no quorum.
 */
export const vanilla: Flavor = {
  name: 'vanilla',

  documents: [],

  validate: propertyIssues(vanillaSchema),

  prepare(properties) {
    const { Init = [], Tags = {} } = parsed(properties);
    return { init: Init.join('\n'), tags: Tags };
  },

  probe: () => ({ kind: 'status-checks' }),

  judge(_properties, _context, members, answer) {
    return new Map(members.map(({ id }) => [id, reportOf(id, answer)]));
  },

  members: () => undefined,

  drain: () => undefined,

  quorum: () => undefined,
};

const reportOf = (id: InstanceId, answer: ProbeAnswer): HealthReport => {
  if (answer.kind !== 'status-checks') return { health: 'unknown', reason: 'status checks were not asked' };
  const checks = answer.checks.get(id);
  if (checks === undefined) return { health: 'unknown', reason: 'EC2 reports no status checks' };
  return verdict(checks);
};

/** Impaired outweighs not known yet, and that outweighs passing. */
const verdict = (checks: StatusChecks): HealthReport => {
  const all = [
    { name: 'instance', status: checks.instance },
    { name: 'system', status: checks.system },
  ];
  const impaired = all.filter(({ status }) => status === 'impaired');
  if (impaired.length > 0) {
    return { health: 'unhealthy', reason: `${namesOf(impaired)} impaired` };
  }
  const open = all.filter(({ status }) => !PASSES[status]);
  if (open.length > 0) {
    return {
      health: 'unknown',
      reason: open.map(({ name, status }) => `${name} status check ${WORDS[status]}`).join(', '),
    };
  }
  return { health: 'healthy', reason: 'status checks pass' };
};

const namesOf = (checks: readonly { readonly name: string }[]): string => {
  const names = checks.map(({ name }) => name).join(' and ');
  return `${names} status ${checks.length === 1 ? 'check' : 'checks'}`;
};

const PASSES: Readonly<Record<CheckStatus, boolean>> = {
  ok: true,
  'not-applicable': true,
  impaired: false,
  initializing: false,
  'insufficient-data': false,
};

const WORDS: Readonly<Record<CheckStatus, string>> = {
  ok: 'passes',
  'not-applicable': 'does not apply',
  impaired: 'impaired',
  initializing: 'is initializing',
  'insufficient-data': 'has insufficient data',
};
