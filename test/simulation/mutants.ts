/** A deliberate breakage of the code that keeps a promise; the simulation has to notice it. */
export interface Mutant {
  /** What is broken. */
  readonly name: string;
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
}

/** Each was noticed within 500 stories; docs/simulation.md has the table, and tells of those that cannot be. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'drop the fencing number from writes of a pass',
    file: 'lib/app/pass-state.ts',
    find: 'asIntended ? { fence, intent } : { fence },',
    replace: 'asIntended ? { intent } : {},',
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
    name: 'send an order again under another token',
    file: 'lib/app/launch.ts',
    find: 'const { id: token, count, subnet, instanceType } = order;',
    replace:
      'const { count, subnet, instanceType } = order; const token = mine ? order.id : runtime.random.id();',
  },
  {
    name: 'reuse a token across passes',
    file: 'lib/app/write-orders.ts',
    find: 'id: orderId(state.runtime.random.id()),\n    launch,',
    replace: 'id: orderId("launch " + state.group.id + revision.number),\n    launch,',
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
    name: 'tell of no order',
    file: 'lib/app/write-orders.ts',
    find: 'const untold = state.group.orders.filter((order) => !order.told);',
    replace: "const untold = state.group.orders.filter((order) => !order.told && order.kind === 'launch');",
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
    name: 'launch before the order is on the ledger',
    file: 'lib/app/write-orders.ts',
    find: 'orders: [...state.group.orders, ...orders],',
    replace: 'orders: state.group.orders,',
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
    name: 'plan for a group that is not watched',
    file: 'lib/core/plan-group.ts',
    find: "if (watch !== 'watched') return { actions: [], undone: [] };",
    replace: '',
  },
  {
    name: 'look again at no time of its own',
    file: 'lib/core/timers.ts',
    find: 'for (const entry of situation.members) consider(memberTime(situation, entry));',
    replace: '',
  },
  {
    name: 'close an order without putting its instances on record',
    file: 'lib/app/launch.ts',
    find: 'await saveRecords(state, fresh);',
    replace: '',
  },
  {
    name: 'round the budget up where it has to be rounded down',
    file: 'lib/core/amount.ts',
    find: "resolveAmount(spec.updating.maxUnavailable, size, 'down');",
    replace: "resolveAmount(spec.updating.maxUnavailable, size, 'up');",
  },
  {
    name: 'let one more go than the budget allows',
    file: 'lib/core/amount.ts',
    find: 'floor: Math.max(0, size - maxUnavailable), ceiling,',
    replace: 'floor: Math.max(0, size - maxUnavailable - 1), ceiling,',
  },
  {
    name: 'decide by the revision that a warm function remembers',
    file: 'lib/app/load-revision.ts',
    find: 'const warm = known.get(key);',
    replace: 'const warm = [...known.values()].find((it) => it.spec.id === group.id);',
  },
];
