import type { Allocation, Repair, Updating } from '../core/group-spec.js';
import { logicalId } from '../core/ids.js';
import type { AllocationProperties, RepairProperties, UpdatingProperties } from './group-schema.js';
import { durationSeconds, parseAmount } from './values.js';

/** Cattle unless there are LogicalIDs: InfraKit prints the unused one as `Size: 0` or `LogicalIDs: null`. */
export const toAllocation = ({ Size, LogicalIDs }: AllocationProperties): Allocation =>
  LogicalIDs && LogicalIDs.length > 0
    ? { kind: 'logicalIds', logicalIds: LogicalIDs.map(logicalId) }
    : { kind: 'size', size: Size ?? 0 };

export const toRepair = (repair: RepairProperties): Repair => ({
  enabled: repair.Enabled ?? true,
  graceSeconds: durationSeconds(repair.Grace ?? '10m'),
  maxUnhealthy: parseAmount(repair.MaxUnhealthy ?? '20%'),
  launchFirst: repair.LaunchFirst ?? false,
});

/** InfraKit's one at a time when nothing is said; a zero Duration or Count is none, as in InfraKit. */
export const toUpdating = (updating: UpdatingProperties): Updating => {
  const duration = durationSeconds(updating.Duration ?? '0s');
  const count = updating.Count ?? 0;
  return {
    maxUnavailable: parseAmount(updating.MaxUnavailable ?? 1),
    maxSurge: parseAmount(updating.MaxSurge ?? 0),
    ...(duration > 0 ? { durationSeconds: duration } : {}),
    ...(count > 0 ? { count } : {}),
    skipDrain: updating.SkipBeforeInstanceDestroy === 'drain',
    drainTimeoutSeconds: durationSeconds(updating.DrainTimeout ?? '5m'),
    healthTimeoutSeconds: durationSeconds(updating.HealthTimeout ?? '15m'),
    ...(updating.Canary === undefined
      ? {}
      : {
          canary: {
            size: parseAmount(updating.Canary.Size),
            bakeSeconds: durationSeconds(updating.Canary.Bake ?? '0s'),
          },
        }),
    checkpoints: (updating.Checkpoints ?? []).map(({ At, Wait }) => ({
      atPercent: Number(At.slice(0, -1)),
      wait: Wait === 'approval' ? { kind: 'approval' } : { kind: 'seconds', seconds: durationSeconds(Wait) },
    })),
    bakeSeconds: durationSeconds(updating.Bake ?? '0s'),
    maxFailures: updating.MaxFailures ?? 0,
    onFailure: updating.OnFailure ?? 'pause',
    alarms: updating.Alarms ?? [],
    ...(updating.Deadline === undefined ? {} : { deadlineSeconds: durationSeconds(updating.Deadline) }),
    maintenanceWindows: (updating.MaintenanceWindows ?? []).map((window) => ({
      cron: window.Cron,
      durationSeconds: durationSeconds(window.Duration),
      timeZone: window.TimeZone ?? 'UTC',
    })),
    allowQuorumLoss: updating.AllowQuorumLoss ?? false,
    strategy: updating.Strategy ?? 'rolling',
  };
};
