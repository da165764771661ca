import { RefusedError } from '../../core/errors.js';
import type { HealthReport } from '../../core/instance.js';
import type { Issue } from '../../core/issue.js';
import { parsePath, pathText } from '../../core/issue-path.js';
import type { Json } from '../../core/json.js';
import { nearest } from '../../core/nearest.js';
import { listed, quoted } from '../../core/schema-issues.js';
import type { Flavor, FlavorRegistry, ProbeAnswer } from '../../ports/flavor.js';
import { propertyIssues } from '../property-issues.js';
import { merged } from './merge.js';
import { type Part, partsOf } from './parts.js';
import { togetherIssues } from './rules.js';
import { partsSchema } from './schema.js';

const shapeIssues = propertyIssues(partsSchema);

/**
 * InfraKit's flavor that composes others: the instances are for all of them, and healthy when all say so. What only one
 * can do for a group (form a cluster, drain) only one of them may do.
 */
export const combo = (known: FlavorRegistry): Flavor => {
  const parts = (properties: Json) => partsOf(properties, known);

  /** What the first flavor that has an answer says. */
  const first = <T>(properties: Json, ask: (part: Part, index: number) => T | undefined): T | undefined => {
    for (const [index, part] of parts(properties).entries()) {
      const said = ask(part, index);
      if (said !== undefined) return said;
    }
    return undefined;
  };

  return {
    name: 'combo',

    documents: documentsOf(known),

    validate(properties, allocation) {
      const shape = shapeIssues(properties ?? []);
      if (shape.length > 0) return shape;
      const named = partsSchema.parse(properties);
      const own = named.flatMap(({ Plugin, Properties = null }, index) => {
        const flavor = known.find(Plugin);
        if (flavor === undefined) return [notHere(Plugin, index, known)];
        return flavor.validate(Properties, allocation).map(({ path, message }) => ({
          path: pathText([index, 'Properties', ...parsePath(path)]),
          message,
        }));
      });
      return own.length > 0 ? own : togetherIssues(parts(properties), allocation);
    },

    prepare: (properties, context, slot) => merged(parts(properties), context, slot),

    probe: (properties, context, members) => ({
      kind: 'several',
      probes: parts(properties).map((part) => part.flavor.probe(part.properties, context, members)),
    }),

    judge(properties, context, members, answer) {
      const all = parts(properties).map((part, index) =>
        part.flavor.judge(part.properties, context, members, answerTo(answer, index)),
      );
      return new Map(members.map(({ id }) => [id, verdict(all.flatMap((reports) => reports.get(id) ?? []))]));
    },

    members: (properties, context, answer) =>
      first(properties, (part, index) =>
        part.flavor.members(part.properties, context, answerTo(answer, index)),
      ),

    drain: (properties, context, member, ending) =>
      first(properties, (part) => part.flavor.drain(part.properties, context, member, ending)),

    tidy: (properties, context, ghosts) =>
      first(properties, (part) => part.flavor.tidy?.(part.properties, context, ghosts)),

    recover(properties, context, survivor) {
      const task = first(properties, (part) => part.flavor.recover?.(part.properties, context, survivor));
      return task ?? refuse('none of these flavors can be recovered');
    },

    rotate(properties, context) {
      const task = first(properties, (part) => part.flavor.rotate?.(part.properties, context));
      return task ?? refuse('none of these flavors has join tokens');
    },

    quorum: (properties, allocation) =>
      first(properties, (part) => part.flavor.quorum(part.properties, allocation)),

    cluster: (properties, context) =>
      first(properties, (part) => part.flavor.cluster?.(part.properties, context)),
  };
};

/** All documents of these flavors, each once. */
export const documentsOf = (flavors: FlavorRegistry): Flavor['documents'] => {
  const all = flavors.known.flatMap((name) => flavors.find(name)?.documents ?? []);
  return [...new Map(all.map((document) => [document.name, document])).values()];
};

const notHere = (plugin: string, index: number, known: FlavorRegistry): Issue => {
  const path = `[${index}].Plugin`;
  if (/^(?:flavor-|infrakit\/)?combo(?:\/combo)?$/.test(plugin))
    return { path, message: 'a combo cannot hold another: list its flavors in this one' };
  const meant = nearest(plugin, known.known);
  const hint = meant === undefined ? '' : `did you mean ${quoted(meant)}? `;
  return { path, message: `no flavor plugin ${quoted(plugin)}; ${hint}known: ${listed(known.known)}` };
};

/** Another question's answer is none. */
const answerTo = (answer: ProbeAnswer, index: number): ProbeAnswer =>
  (answer.kind === 'several' ? answer.answers[index] : undefined) ?? { kind: 'several', answers: [] };

/** As in InfraKit, the first that is not healthy has the word. */
const verdict = (reports: readonly HealthReport[]): HealthReport => {
  const unwell = reports.find(({ health }) => health !== 'healthy');
  if (unwell !== undefined) return leading(unwell, reports);
  const reason = [...new Set(reports.map((report) => report.reason))].join('; ');
  return leading({ health: 'healthy', reason }, reports);
};

const leading = (report: HealthReport, reports: readonly HealthReport[]): HealthReport =>
  reports.some(({ leader }) => leader) ? { ...report, leader: true } : report;

const refuse = (message: string): never => {
  throw new RefusedError(message);
};
