import { GetCommandInvocationCommand, SendCommandCommand } from '@aws-sdk/client-ssm';
import { bootScript } from '../../../lib/flavors/node/boot-script.js';
import { type ScriptedFaults, scriptedFaults } from '../../../lib/local/faults.js';
import type { LocalCloudOptions } from '../../../lib/local/local-cloud.js';
import { type Models, models } from '../../../lib/local/models/index.js';
import { seededRandom } from '../../../lib/local/seeded-random.js';
import { aCloud, type TestCloud } from '../a-cloud.js';

export interface Told {
  readonly status: string;
  readonly exitCode: number;
  readonly lines: readonly string[];
  readonly stderr: string;
}

/** A cloud whose machines run models, on virtual time. */
export interface TestSite {
  readonly cloud: TestCloud;
  readonly models: Models;
  readonly faults: ScriptedFaults;
  /** Launches a machine with the boot script of a flavor. @returns its id. */
  launch(flavor: string, settings?: Readonly<Record<string, string>>, more?: { privateIp?: string }): string;
  advance(seconds: number): Promise<void>;
  /** Runs a document on a machine, for as long as it takes; `status` stays InProgress when it does not end. */
  ask(
    id: string,
    document: string,
    values?: Readonly<Record<string, string>>,
    seconds?: number,
  ): Promise<Told>;
  /** A parameter's value. */
  parameter(name: string): string | undefined;
}

/** Stopped after the test. */
export const aSite = async (options: Partial<LocalCloudOptions> = {}): Promise<TestSite> =>
  siteOn(await aCloud(options));

export function siteOn(cloud: TestCloud): TestSite {
  const faults = scriptedFaults(cloud.clock, seededRandom(2));
  const machines = models(cloud, { faults });
  cloud.ssm.useNodes(machines);
  const { ssm } = cloud.clients('tester');
  return {
    cloud,
    models: machines,
    faults,
    launch: (flavor, settings = {}, more = {}) =>
      cloud.ec2.others.launchForeign({
        tags: {},
        userData: Buffer.from(bootScript(flavor, settings)).toString('base64'),
        ...more,
      }),
    advance: (seconds) => cloud.clock.advance(seconds * 1000),
    ask: async (id, document, values = {}, seconds = 200) => {
      const { Command } = await ssm.send(
        new SendCommandCommand({
          DocumentName: document,
          InstanceIds: [id],
          Parameters: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]])),
        }),
      );
      const read = () =>
        ssm.send(new GetCommandInvocationCommand({ CommandId: Command?.CommandId, InstanceId: id }));
      const isOver = async () => (await read()).Status !== 'InProgress';
      await cloud.clock.runUntil(isOver, { limitMs: seconds * 1000 }).catch(() => undefined);
      const {
        Status = '',
        ResponseCode = -1,
        StandardOutputContent = '',
        StandardErrorContent = '',
      } = await read();
      return {
        status: Status,
        exitCode: ResponseCode,
        lines: StandardOutputContent.split('\n').filter((line) => line !== ''),
        stderr: StandardErrorContent,
      };
    },
    parameter: (name) => cloud.ssm.value(name),
  };
}
