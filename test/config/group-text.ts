import { type ParsedDocument, parseDocument } from '../../lib/config/parse-document.js';
import { issueText } from '../../lib/core/issue.js';
import type { Json, JsonObject } from '../../lib/core/json.js';
import { flavorRegistry } from '../../lib/flavors/index.js';

/** What a message that names no flavor of ours tells. */
export const KNOWN_FLAVORS =
  'known: combo, containerd, etcd, kubernetes/manager, kubernetes/worker, mysql, swarm/manager, swarm/worker, vanilla, zookeeper';

/** A group with nothing wrong, to be changed by a test. */
export const goodProperties = (): JsonObject => ({
  Allocation: { Size: 3 },
  Instance: { Plugin: 'aws/ec2-instance', Properties: { RunInstancesInput: { ImageId: 'ami-0abc' } } },
  Flavor: { Plugin: 'vanilla', Properties: { Init: ['echo hello'] } },
});

export const parse = (text: string): ParsedDocument =>
  parseDocument(text, { file: 'f', flavors: flavorRegistry() });

/** Every issue as it is printed; empty for a document without any. */
export const issuesOf = (text: string): readonly string[] => {
  const parsed = parse(text);
  return parsed.ok ? [] : parsed.issues.map(issueText);
};

/** The same without the places, for a group `g` of these properties. */
export const mistakesIn = (properties: Json): readonly string[] => {
  const parsed = parse(JSON.stringify({ ID: 'g', Properties: properties }));
  return parsed.ok
    ? []
    : parsed.issues.map(({ path, message }) => `${path.replace(/^Properties\.?/, '')}: ${message}`);
};
