import { type CommandOrder, commandKinds } from '../../shared/command/kinds.ts';
import type { OutcomeReason } from '../../shared/command/life.ts';
import { type Clock, instant } from '../../shared/instant.ts';
import { type Log, messageOf } from '../../shared/log.ts';
import type { MoveMessage } from '../../shared/wire/messages.ts';
import type { Actions } from '../platform/actions.ts';
import { type Executors, type Outcome, prepareOrder, type Task } from './executor.ts';
import type { Verdict } from './judge.ts';
import type { Persist } from './persist.ts';
import type { Journal, JournalledOrder } from './slices.ts';

interface RunnerParts {
  journal: Journal;
  persist: Persist;
  executors: Executors;
  /** Judges an order by what holds now. */
  judge(order: JournalledOrder): Verdict;
  /** A move was journalled. `soon`: more is to be told in a moment. */
  onMoved(tell: 'now' | 'soon'): void;
  /** Why the device cannot carry out orders of a kind at all. */
  refusal?: Actions['refusal'];
  /** Whether the device had better not be disturbed now: it installs updates or shuts down. */
  isBusy(): Promise<boolean>;
  /** Resolves once the server has every move of the order; false when it has not within the time. */
  isTold(id: string, signal: AbortSignal): Promise<boolean>;
  clock: Clock;
  log: Log;
  /** Fires when the agent ends. */
  signal: AbortSignal;
}

export interface Runner {
  /** Carries out one order that was received. */
  run(order: JournalledOrder): Promise<void>;
  /** Settles an order that an earlier run of the agent had started. Never acts. */
  settle(order: JournalledOrder): Promise<void>;
}

/**
 * Carries out one order.
 *
 * INVARIANTS
 * - `started`, with the plan, is committed before `act`: whatever happens after,
 *   no later run acts for this id again.
 * - An order is judged again, signature and all, right before `started`: time has
 *   passed, the agent may have been started in observe mode, and the journal's
 *   text lay on a disk.
 * - The outcome is what a look said after acting; no answer is never a success.
 * - What nothing can undo is not begun before the server has its receipt.
 */
export function createRunner(parts: RunnerParts): Runner {
  const { journal, persist, executors, clock, log, signal } = parts;

  async function move(id: string, said: Pick<MoveMessage, 'to' | 'reason' | 'evidence'>, plan?: string): Promise<void> {
    const message = { commandId: id, at: instant(clock.now()), ...said };
    await persist(() => journal.move(message, plan));
    log.info('order-moved', { commandId: id, state: said.to, reason: said.reason ?? '' });
    parts.onMoved('now');
  }

  async function prepare(order: CommandOrder): Promise<Task | { outcome: Outcome }> {
    try {
      const reason = await parts.refusal?.(order.kind);
      if (reason !== undefined) return { outcome: { to: 'refused', reason } };
      return await prepareOrder(executors, order, signal);
    } catch (error) {
      signal.throwIfAborted();
      log.error('order-not-prepared', { kind: order.kind, error: messageOf(error) });
      return { outcome: { to: 'failed', reason: 'action-failed' } };
    }
  }

  /** Commits `started`; the reason when the order ran out while the disk was full. */
  async function start(order: JournalledOrder, { plan, receipt }: Task): Promise<OutcomeReason | undefined> {
    const refusal = await persist(async () => {
      const verdict = parts.judge(order);
      if (verdict.kind !== 'accepted') return verdict.reason;
      const started = { commandId: order.id, at: instant(clock.now()), to: 'started' } as const;
      await journal.move(receipt === undefined ? started : { ...started, evidence: receipt }, plan);
      return undefined;
    });
    if (refusal !== undefined) return refusal;
    log.info('order-moved', { commandId: order.id, state: 'started' });
    // Its receipt is what acting waits for.
    parts.onMoved(receipt === undefined ? 'soon' : 'now');
    return undefined;
  }

  /** Acts, unless the server has to have the receipt first and has it not. */
  async function act(id: string, task: Task): Promise<boolean> {
    if (task.receipt !== undefined && !(await parts.isTold(id, signal))) return false;
    signal.throwIfAborted();
    await task.act().catch((error: unknown) => {
      log.error('order-not-carried-out', { commandId: id, error: messageOf(error) });
    });
    return true;
  }

  async function concluded(id: string, look: () => Promise<Outcome>): Promise<void> {
    const outcome = await look().catch((error: unknown): Outcome => {
      signal.throwIfAborted();
      log.error('order-not-looked-at', { commandId: id, error: messageOf(error) });
      return { to: 'failed', reason: 'cannot-look' };
    });
    await move(id, outcome);
  }

  return {
    async run(order) {
      const verdict = parts.judge(order);
      if (verdict.kind !== 'accepted') return move(order.id, { to: 'refused', reason: verdict.reason });
      const { order: wanted } = verdict.order;
      if (commandKinds[wanted.kind].loss !== 'nothing' && (await parts.isBusy()))
        return move(order.id, { to: 'deferred', reason: 'busy' });
      const task = await prepare(wanted);
      if ('outcome' in task) return move(order.id, task.outcome);
      const refusal = await start(order, task);
      if (refusal !== undefined) return move(order.id, { to: 'refused', reason: refusal });
      if (!(await act(order.id, task))) return move(order.id, { to: 'failed', reason: 'no-answer' });
      await concluded(order.id, () => task.conclude(signal));
    },
    async settle(order) {
      const verdict = parts.judge(order);
      // Too late or observing now, it may have acted all the same: what the device looks like is the answer.
      const kind = 'order' in verdict ? verdict.order.order.kind : undefined;
      const plan = order.plan;
      if (kind === undefined || plan === null) return move(order.id, { to: 'failed', reason: 'interrupted' });
      await concluded(order.id, () => executors[kind].lookOnly(plan, signal));
    },
  };
}
