import type { CommandView } from '../../../../shared/api/commands.ts';
import { furthest } from './furthest.ts';

const settleMs = 200;

/**
 * The orders of each batch as the socket told of them. Ten thousand devices tell
 * sixty thousand things: who looks is told five times a second at most.
 */
export interface Batches {
  note: (order: CommandView) => void;
  /** The same list until something changed. */
  of: (batchId: string) => readonly CommandView[];
  subscribe: (listener: () => void) => () => void;
}

const none: readonly CommandView[] = [];

export function createBatches(): Batches {
  const held = new Map<string, Map<string, CommandView>>();
  const shown = new Map<string, readonly CommandView[]>();
  const stale = new Set<string>();
  const listeners = new Set<() => void>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const settle = () => {
    timer = undefined;
    for (const batchId of stale) shown.set(batchId, [...(held.get(batchId)?.values() ?? [])]);
    stale.clear();
    for (const listener of listeners) listener();
  };
  return {
    note: (order) => {
      if (order.batchId === null) return;
      const orders = held.get(order.batchId) ?? new Map<string, CommandView>();
      held.set(order.batchId, orders);
      const before = orders.get(order.id);
      orders.set(order.id, before === undefined ? order : furthest(before, order));
      stale.add(order.batchId);
      if (timer === undefined) timer = setTimeout(settle, settleMs);
    },
    of: (batchId) => shown.get(batchId) ?? none,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
