import { expect, it } from 'vitest';
import { askFlavor } from '../../lib/app/ask-flavor.js';
import { ec2InstanceProvider } from '../../lib/aws/ec2-instance-provider.js';
import { ssmClusterParameters } from '../../lib/aws/ssm-cluster-parameters.js';
import { ssmNodeShell } from '../../lib/aws/ssm-node-shell.js';
import { revisionOf } from '../../lib/config/revision-of.js';
import { groupId, instanceId, specHash } from '../../lib/core/ids.js';
import { flavorRegistry } from '../../lib/flavors/index.js';
import { goodProperties } from '../config/group-text.js';
import { aCloud } from '../local/a-cloud.js';
import { tenant } from '../support/scenario-flavor.js';

const [QUICK, SLOW] = [instanceId('i-1'), instanceId('i-2')];

it('it waits for commands on nodes, and for ten seconds at most', async () => {
  const cloud = await aCloud();
  const { ssm, ec2 } = cloud.clients('us');
  cloud.ssm.useNodes({
    managed: () => [QUICK, SLOW].map((id) => ({ instanceId: id, pingStatus: 'Online' })),
    runOnNode: async (id) => {
      await cloud.clock.sleep(id === SLOW ? 60_000 : 4_000);
      return { exitCode: 0, stdout: '', stderr: '' };
    },
  });
  const revision = revisionOf(
    { id: groupId('web'), properties: goodProperties(), pins: { images: {}, subnets: [] } },
    { number: 1, specHash: specHash('spec-1') },
    flavorRegistry(),
  );
  const runtime = {
    stack: 'us',
    clusters: ssmClusterParameters(ssm),
    clock: cloud.clock,
    shell: ssmNodeShell(ssm),
    instances: ec2InstanceProvider({ client: ec2, stack: 'us' }),
  };
  const at = cloud.clock.now();
  const asked = cloud.clock.run(async () => {
    const { reports } = await askFlavor(runtime, tenant, revision, [{ id: QUICK }, { id: SLOW }]);
    return { reports, tookMs: cloud.clock.now() - at };
  }, 'a pass');
  await cloud.clock.advance(30_000);
  const { reports, tookMs } = await asked;
  expect([reports.get(QUICK)?.health, reports.get(SLOW)?.health]).toEqual(['healthy', 'unknown']);
  expect(tookMs).toBe(10_000);
});
