import { type Envelope, envelopeSchema, type SignedOrder } from '../../shared/command/envelope.ts';
import type { OutcomeReason } from '../../shared/command/life.ts';
import { type Clock, instant } from '../../shared/instant.ts';
import { type Log, unquotedMessageOf } from '../../shared/log.ts';
import { idSchema } from '../../shared/names.ts';
import type { MoveMessage } from '../../shared/wire/messages.ts';
import type { Verdict } from './judge.ts';
import type { Persist } from './persist.ts';
import type { Runner } from './runner.ts';
import type { Journal, JournalledOrder } from './slices.ts';

interface InboxParts {
  journal: Journal;
  persist: Persist;
  runner: Runner;
  judge(envelope: Envelope): Verdict;
  /** Tells the server of a refusal that is not journalled. May be lost: the server offers the order again. */
  tell(move: MoveMessage): void;
  /** A move was journalled, or one that was settled waits again. `soon`: it is carried out at once, and more is to be told in a moment. */
  onMoved(tell: 'now' | 'soon'): void;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
}

export interface Inbox {
  /** Settles what an earlier run had started, by looking. Does not wait for it. */
  start(): void;
  /** The server was met: what was received may be carried out from now on. */
  welcomed(): void;
  /** Takes whatever came over the wire as an order. Resolves when it is journalled; never rejects. */
  take(received: unknown): Promise<void>;
  /** Resolves when nothing is being carried out. */
  idle(): Promise<void>;
}

/**
 * Takes orders and has them carried out, one at a time.
 *
 * INVARIANTS: these make "once" true.
 * 1. An order is journalled before anything is done about it, but for looking what there is to do; one that cannot be
 *    journalled is not done.
 * 2. An id that is in the journal is never carried out again, whatever comes under it; `deferred` was not carried out yet.
 * 3. Only an order whose signature is the server's gets into the journal: a forgery cannot use up an id.
 * 4. `received` may be carried out after a restart (nothing was done yet); `started` never: the device is only looked at.
 * 5. Started orders are settled before any other order is touched.
 * 6. After a start nothing is carried out before the server was met: only then is it known what time it is, and whether
 *    this journal is an old copy whose orders were carried out long ago (`journalWholeSince`).
 * 7. The journal is the queue: nothing that matters is in memory only. What comes while it is empty need not lie in
 *    it; it is carried out in the same turn as what does.
 */
export function createInbox(parts: InboxParts): Inbox {
  const { journal, persist, runner, clock, log, signal } = parts;
  let taking: Promise<void> = Promise.resolve();
  let working: Promise<void> | undefined;
  let called = false;
  let settled = false;
  let met = false;
  /** The queue was worked off, and nothing came since. */
  let emptied = false;

  function refuseUnproved(id: string, reason: OutcomeReason): void {
    log.warn('order-refused', { commandId: id, reason });
    parts.tell({ commandId: id, to: 'refused', at: instant(clock.now()), reason });
  }

  function journalled({ commandId, to, reason }: MoveMessage): void {
    log.info('order-moved', { commandId, state: to, reason: reason ?? '' });
    // What is carried out at once has more to tell in a moment.
    parts.onMoved(to === 'received' && met ? 'soon' : 'now');
  }

  async function takeOne(received: unknown): Promise<void> {
    const envelope = envelopeSchema.safeParse(received);
    const id = idSchema.safeParse(
      received !== null && typeof received === 'object' && 'id' in received ? received.id : undefined,
    );
    if (!id.success) return log.warn('order-ignored', { reason: 'not-understood' });
    const known = await persist(() => journal.find(id.data));
    if (known !== undefined) return knownOrder(known);
    if (!envelope.success) return refuseUnproved(id.data, 'not-understood');
    await takeNew(envelope.data);
  }

  async function takeNew(envelope: Envelope): Promise<void> {
    const { id } = envelope;
    const verdict = parts.judge(envelope);
    if (verdict.kind === 'unproved') return refuseUnproved(id, verdict.reason);
    const refusal = verdict.kind === 'refused' ? ({ to: 'refused', reason: verdict.reason } as const) : undefined;
    const move = { commandId: id, at: instant(clock.now()), ...(refusal ?? { to: 'received' as const }) };
    const { order } = verdict;
    if (refusal === undefined && emptied && working === undefined) return runAtOnce(envelope, order);
    await persist(() => journal.receive(envelope, order.expiresAt, move));
    journalled(move);
    work();
  }

  /**
   * The server does not know how it went: its own record may be older than ours. Or somebody plays
   * an old order again; which of the two, the server can tell. One that was put off is taken up.
   */
  async function knownOrder({ id, state }: JournalledOrder): Promise<void> {
    log.info('order-known', { commandId: id });
    if (await persist(() => journal.isSettled(id))) refuseUnproved(id, 'replayed');
    if (state === 'deferred')
      await persist(() => journal.move({ commandId: id, to: 'received', at: instant(clock.now()) }));
    else await persist(() => journal.tellAgain(id));
    parts.onMoved('now');
    work();
  }

  /** Resolves when it is journalled, or cannot be: then the server offers it again. */
  async function runAtOnce(envelope: Envelope, order: SignedOrder): Promise<void> {
    await new Promise<void>((onJournalled) => {
      work(() => runner.runNew({ envelope, order, onJournalled }).finally(onJournalled));
    });
  }

  /** `first`: before what lies in the queue. */
  async function workOff(first?: () => Promise<void>): Promise<void> {
    await first?.();
    if (!settled) {
      for (const order of await persist(() => journal.inState('started'))) await runner.settle(order);
      settled = true;
    }
    while (called) {
      called = false;
      if (!met) return;
      for (const order of await persist(() => journal.inState('received'))) {
        signal.throwIfAborted();
        await runner.run(order);
      }
    }
    emptied = true;
  }

  function work(first?: () => Promise<void>): void {
    emptied = false;
    called ||= first === undefined;
    working ??= workOff(first)
      .catch((error: unknown) => {
        called = false;
        if (!signal.aborted) log.error('orders-stopped', { error: unquotedMessageOf(error) });
      })
      .finally(() => {
        working = undefined;
        if (called && !signal.aborted) work();
      });
  }

  return {
    start: () => work(),
    welcomed() {
      met = true;
      work();
    },
    take(received) {
      taking = taking
        .then(() => takeOne(received))
        .catch((error: unknown) => {
          if (!signal.aborted) log.error('order-not-taken', { error: unquotedMessageOf(error) });
        });
      return taking;
    },
    async idle() {
      await taking;
      await working;
    },
  };
}
