import type { GroupDetail } from '../../protocol.js';
import { plural } from '../format/plural.js';
import { untilText } from '../format/time.js';
import { now } from '../state/store.js';
import { Status } from './status.js';

/** How much may be taken at once, and what stops repair. */
export const Limits = ({ group }: { readonly group: GroupDetail }) => {
  const { budget, breaker, instances } = group;
  const spare = budget.healthy - budget.floor;
  return (
    <section class="block limits" aria-labelledby="limits">
      <h2 id="limits">Budget and breaker</h2>
      <dl class="pairs">
        <div>
          <dt>Budget</dt>
          <dd>
            <Gauge floor={budget.floor} ceiling={budget.ceiling} healthy={budget.healthy} />
            {spare > 0 ? `${spare} may go now` : 'none may go now'}
            <span class="soft">
              : {budget.healthy} healthy, {budget.floor} must stay
            </span>
          </dd>
        </div>
        <div>
          <dt>At most</dt>
          <dd>
            {budget.maxUnavailable} unavailable at once
            <span class="soft">
              , {plural(budget.ceiling, 'instance')} in all ({instances} now)
            </span>
          </dd>
        </div>
        <div>
          <dt>Breaker</dt>
          <dd>
            {breaker.open ? (
              <Status sign="alert" tone="bad" word="open" />
            ) : (
              <Status sign="check" tone="good" word="closed" />
            )}
            {breaker.limit === undefined ? null : (
              <span class="soft">
                {breaker.open ? ', opened by ' : ', opens when '}more than {breaker.limit}{' '}
                {breaker.open ? 'failing' : 'fail'} within 10 m
              </span>
            )}
            {breaker.overrideUntil !== undefined && breaker.overrideUntil > now.value ? (
              <span class="doubt"> overridden, ends {untilText(breaker.overrideUntil, now.value)}</span>
            ) : null}
          </dd>
        </div>
      </dl>
    </section>
  );
};

interface GaugeProps {
  readonly floor: number;
  readonly ceiling: number;
  readonly healthy: number;
}

/** Healthy instances on a scale up to the ceiling, with the floor marked. */
const Gauge = ({ floor, ceiling, healthy }: GaugeProps) => {
  const share = (count: number) => `${(100 * Math.min(count, ceiling)) / Math.max(1, ceiling)}%`;
  return (
    <span class={healthy < floor ? 'gauge is-below' : 'gauge'} aria-hidden="true">
      <span class="gauge-full" style={{ width: share(healthy) }} />
      <span class="gauge-floor" style={{ left: share(floor) }} />
    </span>
  );
};
