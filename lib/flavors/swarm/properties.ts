import { z } from 'zod';
import { parseDuration } from '../../core/duration.js';
import type { Json } from '../../core/json.js';
import { CLUSTER_NAME } from '../node/boot-script.js';

const refused = (reason: string) => z.never({ error: reason }).optional().describe(`Refused: ${reason}`);

/** Labels that we set ourselves. */
const OWN_LABELS: ReadonlySet<string> = new Set(['instance', 'group']);
/** The engine does not start with one of these. */
const DOCKERS_LABELS = /^(?:com\.docker|io\.docker|org\.dockerproject)\./;

const labelKey = z
  .string()
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9._/-]{0,126}[A-Za-z0-9])?$/, {
    error: 'must be 1 to 128 of letters, digits, ".", "_", "/" and "-", with a letter or digit at both ends',
  })
  .refine((key) => !OWN_LABELS.has(key), {
    error: 'is a label that each node gets with its instance ID and its group: choose another',
  })
  .refine((key) => !DOCKERS_LABELS.test(key), { error: "is kept for Docker's own labels: choose another" });

const labelValue = z
  .string()
  .max(512)
  .regex(/^[^'\p{Cc}]*$/u, { error: 'must have no single quote and no control character' });

const HEARTBEAT = 'must be a duration from "1s" to "60s"';

const shared = {
  Cluster: z
    .string()
    .regex(new RegExp(CLUSTER_NAME), {
      error:
        'must be a name that managers and workers share: 1 to 64 of letters, digits, ".", "_" and "-", with a letter or digit first',
    })
    .meta({
      description:
        "Names the swarm, and its parameters; the same for all of its managers' and workers' groups",
      examples: ['shop'],
    }),
  EngineLabels: z
    .record(labelKey, labelValue)
    .meta({
      description: 'Labels of each engine, for constraints such as engine.labels.tier==web',
      absent: 'none',
      examples: [{ tier: 'web' }],
    })
    .optional(),
  SwarmJoinIP: refused(
    'is not needed: who boots first founds the swarm, and the others find its managers in the parameters of Cluster',
  ),
  Docker: refused('is not needed: managers are asked on the node itself, so that no Docker port is open'),
  InitScriptTemplateURL: refused(
    'is not fetched: put lines of your own into a vanilla flavor, and compose both with combo',
  ),
  Attachments: refused('is not supported: list volumes as BlockDeviceMappings of the instance'),
};

export const swarmManagerSchema = z
  .strictObject({
    ...shared,
    Heartbeat: z
      .string({ error: HEARTBEAT })
      .refine((text) => isHeartbeat(parseDuration(text)), { error: HEARTBEAT })
      .meta({
        description: 'How often nodes report to the managers, from 1s to 60s; one that misses three is down',
        absent: "Docker's 5s",
        shape: 'duration',
        examples: ['10s'],
      })
      .optional(),
  })
  .meta({
    description: 'Managers of a Docker swarm, an odd number of them',
    examples: [{ Cluster: 'shop' }],
  });

export const swarmWorkerSchema = z
  .strictObject({
    ...shared,
    Heartbeat: refused('is what managers ask for: set it in the group of swarm/manager'),
  })
  .meta({ description: 'Workers of a Docker swarm', examples: [{ Cluster: 'shop' }] });

const isHeartbeat = (milliseconds: number | undefined): boolean =>
  milliseconds !== undefined && milliseconds >= 1_000 && milliseconds <= 60_000;

export interface SwarmProperties {
  readonly cluster: string;
  readonly engineLabels: Readonly<Record<string, string>>;
  readonly heartbeatMs?: number;
}

/** Of properties that have passed `validate`. */
export const swarmProperties = (properties: Json): SwarmProperties => {
  const { Cluster, EngineLabels = {}, Heartbeat } = readSchema.parse(properties);
  const heartbeatMs = Heartbeat === undefined ? undefined : parseDuration(Heartbeat);
  return {
    cluster: Cluster,
    engineLabels: EngineLabels,
    ...(heartbeatMs === undefined ? {} : { heartbeatMs }),
  };
};

const readSchema = z.union([swarmManagerSchema, swarmWorkerSchema]);
