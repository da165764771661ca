/** A deliberate breakage of the code that keeps a promise; the simulation has to notice it. */
export interface Mutant {
  /** What is broken. */
  readonly name: string;
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
}

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'drop the fencing number from writes of a pass',
    file: 'lib/app/pass-state.ts',
    find: 'asIntended ? { fence, intent } : { fence },',
    replace: 'asIntended ? { intent } : {},',
  },
  {
    name: 'drop the intent from the condition of orders',
    file: 'lib/app/pass-state.ts',
    find: 'asIntended ? { fence, intent } : { fence },',
    replace: '{ fence },',
  },
  {
    name: 'forget the launches on the ledger',
    file: 'lib/core/situation.ts',
    find: 'launchOrders(situation).reduce((sum, order) => sum + order.count, 0);',
    replace: '0;',
  },
  {
    name: 'treat an empty read as proof',
    file: 'lib/core/merge-observation.ts',
    find: 'if (now >= goneFrom(record, absentSince)) return',
    replace: 'if (true) return',
  },
  {
    name: 'call gone what is young',
    file: 'lib/core/timers.ts',
    find: 'Math.max(absentSince + ABSENT_TO_GONE_MS, launchedAt + OLDEST_READ_MS);',
    replace: 'absentSince + ABSENT_TO_GONE_MS + 0 * launchedAt;',
  },
  {
    name: 'ignore the budget when healthy members go',
    file: 'lib/core/plan-removals.ts',
    find: 'const guarded =',
    replace: 'const guarded = false &&',
  },
  {
    name: 'repair what cannot be asked',
    file: 'lib/core/classify.ts',
    find: "return member.health === 'unhealthy' ? 'unhealthy' : 'unknown';",
    replace: "return 'unhealthy';",
  },
  {
    name: 'send an order again under another token',
    file: 'lib/app/launch.ts',
    find: 'const { id: token, count, subnet, instanceType } = order;',
    replace:
      'const { count, subnet, instanceType } = order; const token = mine ? order.id : runtime.random.id();',
  },
  {
    name: 'abandon an order that was not answered',
    file: 'lib/app/launch.ts',
    find: "return { kind: 'open', reason: error.message, throttled: false, ...doubt };",
    replace: "return { kind: 'refused', reason: error.message + String(doubt), why: 'no-room' };",
  },
  {
    name: 'order under a freeze',
    file: 'lib/core/plan-group.ts',
    find: 'const held = heldBack(group, now);',
    replace: 'const held = [heldBack(group, now)].at(1);',
  },
  {
    name: 'launch one more than the ceiling',
    file: 'lib/core/plan-launches.ts',
    find: 'Math.min(size + standIns - filled, situation.budget.ceiling - alive);',
    replace:
      'Math.min(size + standIns - filled, situation.budget.ceiling - alive) + (filled < size ? 1 : 0);',
  },
  {
    name: 'let any member of a quorum go',
    file: 'lib/core/quorum.ts',
    find: 'if (quorum === undefined) return {',
    replace: 'if (quorum !== null) return {',
  },
  {
    name: 'let an ending instance come back to life in an old read',
    file: 'lib/core/merge-observation.ts',
    find: "RANK[read] < RANK[known] || (read === 'pending' && known === 'running');",
    replace: 'RANK[read] < RANK[known] && read === known;',
  },
  {
    name: 'hold the lease no longer than now',
    file: 'lib/app/run-pass.ts',
    find: 'until: invocation.deadline + LEASE_MARGIN_MS };',
    replace: 'until: runtime.clock.now() };',
  },
  {
    name: 'tell of no order',
    file: 'lib/app/write-orders.ts',
    find: 'const untold = state.group.orders.filter((order) => !order.told);',
    replace: "const untold = state.group.orders.filter((order) => !order.told && order.kind === 'launch');",
  },
  {
    name: 'wake nobody whose fleet looks otherwise',
    file: 'lib/app/sweep.ts',
    find: 'runtime.wakes.sendAll(wakes)',
    replace: 'runtime.wakes.sendAll([])',
  },
  {
    name: 'forget executions that died',
    file: 'lib/app/release.ts',
    find: 'isRolling(rollout) ? rollout.beatBy + DEAD_AFTER_MS : FAR_AWAY;',
    replace: 'isRolling(rollout) ? FAR_AWAY + 0 * DEAD_AFTER_MS : FAR_AWAY;',
  },
  {
    name: 'leave untold what a pass that died had ordered',
    file: 'lib/app/settle-orders.ts',
    find: '  await tellOrders(state);\n',
    replace: '',
  },
  {
    name: 'grow a quorum of two last',
    file: 'lib/app/commit-groups.ts',
    find: 'return growsFirst ? undefined : basis;',
    replace: 'return growsFirst ? basis : basis;',
  },
  {
    name: 'fail a command whose wake was not queued',
    file: 'lib/app/wake-group.ts',
    find: '} catch (error) {',
    replace: '} catch (error) { throw error;',
  },
  {
    name: 'believe what is on record of health for ever',
    file: 'lib/app/run-pass.ts',
    find: 'if (isFresh(state) || !disrupts',
    replace: 'if (true || !disrupts',
  },
  {
    name: 'keep what was held when a group was destroyed',
    file: 'lib/app/commit-groups.ts',
    find: "record?.watch === 'destroyed' ? forgotten",
    replace: "record?.watch === 'never' ? forgotten",
  },
  {
    name: 'give up a new member that nobody has asked',
    file: 'lib/core/merge-observation.ts',
    find: '    unanswered: true,\n',
    replace: '',
  },
  {
    name: 'launch before the order is on the ledger',
    file: 'lib/app/write-orders.ts',
    find: 'orders: [...state.group.orders, ...orders],',
    replace: 'orders: state.group.orders,',
  },
  {
    name: 'take the token of an earlier order for a new one',
    file: 'lib/app/write-orders.ts',
    find: 'id: orderId(state.runtime.random.id()),\n    launch,',
    replace: 'id: orderId([state.group.id, slot, state.group.revision].join()),\n    launch,',
  },
  {
    name: 'fill the place of what is merely absent',
    file: 'lib/core/classify.ts',
    find: "if (member.absentSince !== undefined) return 'absent';",
    replace: "if (member.absentSince !== undefined) return 'gone';",
  },
  {
    name: 'call a member healthy while it boots',
    file: 'lib/core/classify.ts',
    find: "if (!served && !isOver) return 'booting';",
    replace: "if (!served && !isOver) return 'healthy';",
  },
  {
    name: 'adopt instances of another owner',
    file: 'lib/aws/describe.ts',
    find: 'ours(instance) || instance.tags[STACK_TAG] === undefined',
    replace: 'ours(instance) || !ours(instance)',
  },
  {
    name: 'plan for a group that is not watched',
    file: 'lib/core/plan-group.ts',
    find: "if (watch !== 'watched') return { actions: [], undone: [] };",
    replace: '',
  },
  {
    name: 'take an end that was not answered for done',
    file: 'lib/aws/terminate.ts',
    find: "return { id, kind: 'later', reason };",
    replace: "return { id, kind: 'ending', state: 'shutting-down' };",
  },
  {
    name: 'look again at no time of its own',
    file: 'lib/core/timers.ts',
    find: 'for (const entry of situation.members) consider(memberTime(situation, entry));',
    replace: '',
  },
];
