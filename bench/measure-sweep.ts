import type { Swept } from '../lib/app/sweep.js';
import { cpuOf } from './cpu.js';
import type { Measurement } from './figure.js';
import { GROUPS, SIZE, startLargeFleet } from './large-fleet.js';
import { median } from './median.js';

const RUNS = 5;

/** CPU of one sweep over a large fleet at rest. */
export const measureSweep: Measurement = {
  name: 'sweep',
  title: `A sweep over ${GROUPS} groups of ${SIZE}`,
  run: async () => {
    const fleet = await startLargeFleet();
    try {
      await fleet.clock.advance(5 * 60_000);
      await fleet.toMinute(5_000);
      const runs: number[] = [];
      let answer: unknown;
      for (let run = 0; run < RUNS; run += 1) {
        runs.push(
          await cpuOf(async () => {
            answer = await fleet.cloud.lambda.invoke(fleet.principal('sweep'), {});
          }),
        );
      }
      const { payload } = answer as { readonly payload: string };
      const { groups, woken }: Swept = JSON.parse(payload);
      return {
        figures: [
          {
            what: 'one sweep, in process',
            value: median(runs),
            unit: 'ms CPU',
            limit: { below: 2_000 },
            detail: `${groups} groups looked at, ${woken} woken; ${Math.round(Math.min(...runs))} to ${Math.round(Math.max(...runs))} in ${RUNS} runs`,
          },
        ],
        notes: [
          "The sweep: real SDK client, EC2 and store answered in process, their CPU included; reading EC2's XML is not (225 to 320 ms for 1,000 instances in the SDK).",
        ],
      };
    } finally {
      await fleet.stop();
    }
  },
};
