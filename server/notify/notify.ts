import { type Clock, instant } from '../../shared/instant.ts';
import type { Log } from '../../shared/log.ts';
import type { Audit } from '../audit/audit.ts';
import type { Connection, Database } from '../storage/database.ts';
import { takeWriteLock } from '../storage/write-lock.ts';
import { createCarrying } from './carrying.ts';
import { createDigests } from './digests.ts';
import { createGathering } from './gathering.ts';
import { createKnown, type KnownTo } from './known.ts';
import { mattersToEscalate } from './matter-store.ts';
import { createNotices, type Notices } from './notices.ts';
import type { MembersOf } from './recipients.ts';
import { notifyRoutes } from './routes.ts';
import { createSending } from './sending.ts';
import type { SendLetter } from './smtp.ts';
import { createTelling } from './telling-timer.ts';
import { createWebhookPost } from './webhook-post.ts';
import { webhooksFor } from './webhook-store.ts';
import { createWebhooks } from './webhooks.ts';
import type { WeeklyCounts } from './weekly-words.ts';

interface NotifyParts {
  db: Database;
  clock: Clock;
  log: Log;
  audit: Audit;
  /** Where people open the dashboard, without a slash at its end. */
  url: string;
  /** undefined: this server sends no e-mail. */
  mail: { from: string; send: SendLetter } | undefined;
  /** Whether a webhook may go to an address. */
  mayReach: (address: string) => boolean;
  /** Encrypts and decrypts for one owner alone, with a key that is not in the database. */
  secrets: { seal: (owner: string, text: string) => string; unseal: (owner: string, sealed: string) => string };
  membersOf: MembersOf;
  /** Of which matters somebody may know now; the composition asks the features that own them. */
  knownTo: KnownTo;
  settingIds: () => Promise<string[]>;
  settingName: (connection: Connection, settingId: string) => Promise<string>;
  devicesOf: (connection: Connection, settingId: string) => Promise<WeeklyCounts['devices']>;
  /** Milliseconds that only ever rise. */
  elapsed: () => number;
  random?: () => number;
  /** For tests: another way to call webhooks. */
  webhooks?: Partial<Parameters<typeof createWebhookPost>[0]>;
}

export type Notify = ReturnType<typeof createNotify>;

/** Telling people: who, when and by which way; what is sent, and that it was. */
export function createNotify(parts: NotifyParts) {
  const { db, clock, log, audit, url, mail, mayReach, secrets, membersOf, elapsed, random = Math.random } = parts;
  const notices: Notices = createNotices({ clock, log, membersOf, webhooksFor });
  const known = createKnown({ db, membersOf, knownTo: parts.knownTo, askInstead: notices.askInstead });
  const postWebhook = createWebhookPost({ now: () => clock.now(), mayReach, ...parts.webhooks });
  const { settingName, devicesOf } = parts;
  const carry = createCarrying({
    db,
    url,
    sendLetter: mail?.send,
    postWebhook,
    unseal: secrets.unseal,
    membersOf,
    conditionOf: known.conditionOf,
    settingName,
    devicesOf,
  });
  const { isStillMeant } = known;
  const sending = createSending({ db, clock, log, audit, tell: notices.tell, carry, isStillMeant, random, elapsed });
  const gather = createGathering({ db, clock, drop: known.drop, mailIsOn: mail !== undefined });
  const digest = createDigests({ db, clock, membersOf, settingIds: parts.settingIds });
  const webhooks = createWebhooks({ db, clock, audit, seal: secrets.seal, mayReach });

  const escalate = async (): Promise<void> => {
    const now = () => instant(clock.now());
    if ((await mattersToEscalate(db, now())).length === 0) return;
    await db.transaction(async (transaction) => {
      await takeWriteLock(transaction);
      for (const matter of await mattersToEscalate(transaction, now())) await notices.escalate(transaction, matter);
    });
  };

  const timer = createTelling({
    log,
    elapsed,
    escalate,
    gather,
    digest: async () => {
      await known.sweep();
      if (mail !== undefined) await digest();
    },
    send: sending.round,
  });

  const { conditionOf } = known;
  return {
    /** For whoever has something to tell: to be called in the transaction of what it tells of. */
    notices,
    routes: notifyRoutes({ db, clock, audit, url, mailFrom: mail?.from, notices, conditionOf, webhooks, sending }),
    /** One look now, all of it; for the timer, and for tests. */
    look: timer.look,
    start: timer.start,
    stop: timer.stop,
  };
}
