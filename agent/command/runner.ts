import { setTimeout as sleep } from 'node:timers/promises';
import type { Envelope, SignedOrder } from '../../shared/command/envelope.ts';
import { type CommandOrder, commandKinds } from '../../shared/command/kinds.ts';
import type { OutcomeReason } from '../../shared/command/life.ts';
import { type Clock, instant } from '../../shared/instant.ts';
import { type Log, messageOf, unquotedMessageOf } from '../../shared/log.ts';
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
  judge(order: { envelope: Envelope }): Verdict;
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
  /** How long the receipt of a new order waits for what there is to do. */
  momentMs?: number;
  /** Fires when the agent ends. */
  signal: AbortSignal;
}

export interface Runner {
  /** Carries out one order that was received. */
  run(order: JournalledOrder): Promise<void>;
  /** Carries out one that was judged just now and is in no journal yet. Rejects when it cannot be journalled. */
  runNew(order: NewOrder): Promise<void>;
  /** Settles an order that an earlier run of the agent had started. Never acts. */
  settle(order: JournalledOrder): Promise<void>;
}

interface NewOrder {
  envelope: Envelope;
  order: SignedOrder;
  /** From now on it is known. */
  onJournalled(): void;
}

/** What there is to do, or why nothing is done. */
type Found = Task | { outcome: Outcome };

/** What is found out within this is journalled with the receipt, in one commit: on a slow disk each costs as much. */
const defaultMomentMs = 25;

/**
 * Carries out one order.
 *
 * INVARIANTS
 * - `started`, with the plan, is committed before `act`: whatever happens after,
 *   no later run acts for this id again.
 * - An order is judged again, signature and all, right before `started`: time has passed,
 *   the agent may have been started in observe mode, and the journal's text lay on a disk.
 * - The outcome is what a look said after acting; no answer is never a success.
 * - What nothing can undo is not begun before the server has its receipt.
 */
export function createRunner(parts: RunnerParts): Runner {
  const { journal, persist, executors, clock, log, signal, momentMs = defaultMomentMs } = parts;

  async function move(id: string, said: Pick<MoveMessage, 'to' | 'reason' | 'evidence'>, plan?: string): Promise<void> {
    const message = { commandId: id, at: instant(clock.now()), ...said };
    await persist(() => journal.move(message, plan));
    log.info('order-moved', { commandId: id, state: said.to, reason: said.reason ?? '' });
    parts.onMoved('now');
  }

  /** Changes nothing on the device. Rejects when the agent ends. */
  async function lookInto(order: CommandOrder): Promise<Found> {
    if (commandKinds[order.kind].loss !== 'nothing' && (await parts.isBusy()))
      return { outcome: { to: 'deferred', reason: 'busy' } };
    try {
      const reason = await parts.refusal?.(order.kind);
      if (reason !== undefined) return { outcome: { to: 'refused', reason } };
      return await prepareOrder(executors, order, signal);
    } catch (error) {
      signal.throwIfAborted();
      log.error('order-not-prepared', { kind: order.kind, error: unquotedMessageOf(error) });
      return { outcome: { to: 'failed', reason: 'action-failed' } };
    }
  }

  /** Commits `started`; the reason when the order ran out while the disk was full. */
  async function start(envelope: Envelope, task: Task): Promise<OutcomeReason | undefined> {
    const refusal = await persist(async () => {
      const verdict = parts.judge({ envelope });
      if (verdict.kind !== 'accepted') return verdict.reason;
      await journal.move(startedNow(envelope.id, task), task.plan);
      return undefined;
    });
    if (refusal === undefined) tellStarted(envelope.id, task);
    return refusal;
  }

  /** Commits `received` and `started` together; false when the disk takes nothing now, or the order holds no more. */
  async function startNew({ envelope, order }: NewOrder, task: Task): Promise<boolean> {
    const { id, expiresAt } = order;
    // A lid may have been shut while the device was looked at.
    if (parts.judge({ envelope }).kind !== 'accepted') return false;
    const begun = { move: startedNow(id, task), plan: task.plan };
    try {
      await journal.receive(envelope, expiresAt, receivedNow(id), begun);
    } catch (error) {
      signal.throwIfAborted();
      log.error('journal-not-written', { error: messageOf(error) });
      return false;
    }
    log.info('order-moved', { commandId: id, state: 'received' });
    tellStarted(id, task);
    return true;
  }

  function receivedNow(id: string): MoveMessage {
    return { commandId: id, at: instant(clock.now()), to: 'received' };
  }

  function startedNow(id: string, { receipt }: Task): MoveMessage {
    const started = { commandId: id, at: instant(clock.now()), to: 'started' } as const;
    return receipt === undefined ? started : { ...started, evidence: receipt };
  }

  function tellStarted(id: string, { receipt }: Task): void {
    log.info('order-moved', { commandId: id, state: 'started' });
    // Its receipt is what acting waits for.
    parts.onMoved(receipt === undefined ? 'soon' : 'now');
  }

  /** Acts, unless the server has to have the receipt first and has it not. */
  async function act(id: string, task: Task): Promise<boolean> {
    if (task.receipt !== undefined && !(await parts.isTold(id, signal))) return false;
    signal.throwIfAborted();
    await task.act().catch((error: unknown) => {
      log.error('order-not-carried-out', { commandId: id, error: unquotedMessageOf(error) });
    });
    return true;
  }

  async function concluded(id: string, look: () => Promise<Outcome>): Promise<void> {
    const outcome = await look().catch((error: unknown): Outcome => {
      signal.throwIfAborted();
      log.error('order-not-looked-at', { commandId: id, error: unquotedMessageOf(error) });
      return { to: 'failed', reason: 'cannot-look' };
    });
    await move(id, outcome);
  }

  async function carryOut(envelope: Envelope, found: Found): Promise<void> {
    const { id } = envelope;
    if ('outcome' in found) return move(id, found.outcome);
    const refusal = await start(envelope, found);
    if (refusal !== undefined) return move(id, { to: 'refused', reason: refusal });
    await goThrough(id, found);
  }

  async function goThrough(id: string, task: Task): Promise<void> {
    if (!(await act(id, task))) return move(id, { to: 'failed', reason: 'no-answer' });
    await concluded(id, () => task.conclude(signal));
  }

  return {
    async run(order) {
      const verdict = parts.judge(order);
      if (verdict.kind !== 'accepted') return move(order.id, { to: 'refused', reason: verdict.reason });
      await carryOut(order.envelope, await lookInto(verdict.order.order));
    },
    async runNew(fresh) {
      const { id, expiresAt, order } = fresh.order;
      const looking = lookInto(order);
      // It may end with the agent while nobody waits for it.
      looking.catch(() => {});
      const found = await Promise.race([looking, sleep(momentMs, undefined, { signal })]);
      if (found !== undefined && !('outcome' in found) && (await startNew(fresh, found))) {
        fresh.onJournalled();
        return goThrough(id, found);
      }
      let tries = 0;
      await persist(() => {
        tries += 1;
        return journal.receive(fresh.envelope, expiresAt, receivedNow(id));
      });
      log.info('order-moved', { commandId: id, state: 'received' });
      fresh.onJournalled();
      parts.onMoved('soon');
      // A disk that was full for long made the look an old one.
      await carryOut(fresh.envelope, tries === 1 ? await looking : await lookInto(order));
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
