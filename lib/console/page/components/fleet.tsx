import type { GroupSummary } from '../../protocol.js';
import { groupStatus } from '../format/group-status.js';
import { headline } from '../format/headline.js';
import { hashOf } from '../state/place.js';
import { sortedGroups, world } from '../state/store.js';
import { DivergenceChart } from './divergence-chart.js';
import { EmptyFleet } from './empty-fleet.js';
import { SmallPicture } from './small-picture.js';
import { Status } from './status.js';

/** Every group, the ones that need someone first. */
export const Fleet = () => {
  const groups = sortedGroups.value;
  const { title, more } = headline(groups);
  if (groups.length === 0) return <EmptyFleet />;
  return (
    <>
      <div class="headline">
        <h1>{title}</h1>
        <p>{more}</p>
      </div>
      <ul class="bands">
        {groups.map((group) => (
          <li key={group.id}>
            <Band group={group} />
          </li>
        ))}
      </ul>
      <section class="fleet-chart" aria-labelledby="fleet-divergence">
        <h2 id="fleet-divergence">Divergence of the fleet</h2>
        <DivergenceChart points={world.value.fleetPoints} />
      </section>
    </>
  );
};

const Band = ({ group }: { readonly group: GroupSummary }) => (
  <a class="band" href={hashOf({ group: group.id })}>
    <span class="band-name">
      <strong>{group.id}</strong>
      <Status {...groupStatus(group)} />
    </span>
    {group.picture === undefined ? (
      <span class="soft">not looked at yet</span>
    ) : (
      <SmallPicture zones={group.picture} />
    )}
    <span class="figures">
      <Figure value={`${group.healthy}/${group.declared}`} name="healthy" />
      <Figure value={String(group.upToDate)} name="up to date" />
      <Figure value={String(group.divergence)} name="divergence" />
    </span>
  </a>
);

const Figure = ({ value, name }: { readonly value: string; readonly name: string }) => (
  <span class="figure">
    <b>{value}</b> <span class="soft">{name}</span>
  </span>
);
