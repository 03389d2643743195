import { randomUUID } from 'node:crypto';
import type { Outcome } from '../../shared/api/notify.ts';
import { type Clock, instant } from '../../shared/instant.ts';
import { type Log, messageOf } from '../../shared/log.ts';
import type { Audit } from '../audit/audit.ts';
import type { Connection, Database } from '../storage/database.ts';
import { addAttempt, claimDue, claimOne, type Delivery, noticeIdsOf, settleDelivery } from './delivery-store.ts';
import { escalateNow } from './matter-store.ts';
import type { Notices } from './notices.ts';
import { waitAfter } from './retry.ts';
import type { SendResult } from './smtp.ts';

interface SendingParts {
  db: Database;
  clock: Clock;
  log: Log;
  audit: Audit;
  tell: Notices['tell'];
  /** Brings one message to its recipient; never throws. */
  carry: (delivery: Delivery) => Promise<SendResult>;
  /** Whether an e-mail is for whom it was made, now that it is sent. */
  isStillMeant: (delivery: Delivery) => Promise<boolean>;
  /** From 0 to 1. */
  random: () => number;
  elapsed: () => number;
}

const atOnce = 10;
/** Longer than the longest attempt: nobody else may take a message while it is under way. */
const leaseMs = 2 * 60_000;

export type Sending = ReturnType<typeof createSending>;

/**
 * Brings messages from the outbox to their recipients.
 *
 * INVARIANTS: a message is sent by whoever claimed it, and what became of it is stored before it is anyone else's again;
 * a process that ends in between leaves it to be sent once more under the same id, never not at all.
 */
export function createSending({ db, clock, log, audit, tell, carry, isStillMeant, random, elapsed }: SendingParts) {
  const by = randomUUID();
  const lease = () => instant(clock.now() + leaseMs);

  const giveUp = async (connection: Connection, delivery: Delivery, outcome: Outcome): Promise<void> => {
    const { id, settingId, channel, recipientId } = delivery;
    log.error('delivery.given-up', { settingId, kind: channel, code: outcome });
    await audit(connection, {
      settingId,
      actor: 'server',
      action: 'delivery.given-up',
      subject: id,
      data: { outcome },
    });
    await escalateNow(connection, id, instant(clock.now()));
    const matter = { kind: 'delivery', id: `${channel}:${recipientId}` } as const;
    await tell(connection, { settingId, matter, severity: 'act', excluded: [recipientId] });
  };

  /** Makes one attempt and stores what became of it; none where all that it was about was taken back, goes out in a later one, or is not for them any more. */
  const attempt = async (delivery: Delivery, { again }: { again: boolean }): Promise<void> => {
    const isMeant = delivery.channel === 'webhook' || (await isStillMeant(delivery));
    if (!isMeant || (delivery.purpose === 'notice' && (await noticeIdsOf(db, delivery.id)).length === 0)) {
      await settleDelivery(db, { id: delivery.id, by, state: 'dropped', nextAt: null });
      return;
    }
    const began = elapsed();
    const { outcome, status } = await carry(delivery);
    const ms = Math.max(0, Math.round(elapsed() - began));
    const at = instant(clock.now());
    const wait = outcome === 'accepted' || !again ? undefined : waitAfter(outcome, delivery.tries + 1, random());
    const state = outcome === 'accepted' ? 'sent' : wait === undefined ? 'given-up' : 'waiting';
    await db.transaction(async (transaction) => {
      await addAttempt(transaction, delivery.id, { at, outcome, status, ms });
      const nextAt = wait === undefined ? null : instant(clock.now() + wait);
      const mine = await settleDelivery(transaction, { id: delivery.id, by, state, nextAt });
      // A test's outcome is told to whoever asked for it, and is nobody else's matter.
      if (mine && state === 'given-up' && delivery.purpose !== 'test') await giveUp(transaction, delivery, outcome);
    });
  };

  return {
    /** Sends what is due, some at a time; answers how many there were. */
    round: async (): Promise<number> => {
      const now = instant(clock.now());
      const claimed = await claimDue(db, { by, now, until: lease(), most: atOnce });
      const ended = await Promise.allSettled(claimed.map((delivery) => attempt(delivery, { again: true })));
      for (const each of ended) {
        // The database could not take it: the claim runs out, and the message is sent again under the same id.
        if (each.status === 'rejected') log.error('delivery.not-stored', { error: messageOf(each.reason) });
      }
      return claimed.length;
    },
    /** Sends one message that was just made, once. */
    sendNow: async (id: string): Promise<void> => {
      const delivery = await claimOne(db, id, { by, until: lease() });
      if (delivery !== undefined) await attempt(delivery, { again: false });
    },
  };
}
