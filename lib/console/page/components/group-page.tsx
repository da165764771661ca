import type { GroupDetail } from '../../protocol.js';
import { countsText } from '../format/bucket.js';
import { groupStatus } from '../format/group-status.js';
import { detail, selected, world } from '../state/store.js';
import { Attention } from './attention.js';
import { Bones } from './bones.js';
import { CellGrid } from './cell-grid.js';
import { ClusterPanel } from './cluster-panel.js';
import { DivergenceChart } from './divergence-chart.js';
import { GroupActions } from './group-actions.js';
import { InstancePanel } from './instance-panel.js';
import { Limits } from './limits.js';
import { RolloutPanel } from './rollout-panel.js';
import { Side } from './side.js';
import { Status } from './status.js';

/** One group: its picture first, then what goes on, then what happened. */
export const GroupPage = () => {
  const group = detail.value;
  const { unknown } = world.value;
  if (group === undefined && unknown !== undefined && unknown.id === selected.value)
    return <UnknownGroup message={unknown.message} />;
  if (group === undefined) return <Bones label={`loading ${selected.value}`} />;
  return (
    <div class="group-page">
      <div class="group-main">
        <Head group={group} />
        <Attention group={group} />
        <CellGrid cells={group.cells} label={group.id} />
        <p class="soft counts">{countsText(group.counts)}</p>
        <InstancePanel group={group} />
        <RolloutPanel group={group} />
        <Limits group={group} />
        <ClusterPanel group={group} />
        <section class="block" aria-labelledby="group-divergence">
          <h2 id="group-divergence">Divergence</h2>
          <DivergenceChart points={world.value.pointsOf === group.id ? world.value.groupPoints : []} />
        </section>
      </div>
      <Side group={group} />
    </div>
  );
};

const Head = ({ group }: { readonly group: GroupDetail }) => (
  <header class="group-head">
    <div class="group-title">
      <h1>{group.id}</h1>
      <Status {...groupStatus(group)} />
    </div>
    <p class="soft">
      {group.flavor === undefined ? null : <>{group.flavor} · </>}
      revision {group.revision} · config <span class="code">{group.configHash.slice(0, 8)}</span>
    </p>
    <dl class="figures">
      <Figure name="declared" value={group.declared} />
      <Figure name="present" value={group.instances} />
      <Figure name="healthy" value={group.healthy} />
      <Figure name="up to date" value={group.upToDate} />
    </dl>
    <GroupActions group={group} />
  </header>
);

const Figure = ({ name, value }: { readonly name: string; readonly value: number }) => (
  <div class="figure">
    <dt class="soft">{name}</dt>
    <dd>{value}</dd>
  </div>
);

const UnknownGroup = ({ message }: { readonly message: string }) => (
  <div class="empty">
    <h1>No group {selected.value}</h1>
    <p>{message}</p>
    <a class="button" href="#/">
      All groups
    </a>
  </div>
);
