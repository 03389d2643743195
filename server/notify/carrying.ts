import type { WebhookBody } from '../../shared/api/notify.ts';
import type { Connection, Database } from '../storage/database.ts';
import { type Delivery, noticeIdsOf } from './delivery-store.ts';
import { weekOf } from './digests.ts';
import type { Known } from './known.ts';
import { mailWords } from './mail-words.ts';
import { countNotices } from './notice-store.ts';
import { timeZoneOf } from './preferences-store.ts';
import type { Member, MembersOf } from './recipients.ts';
import type { SendLetter, SendResult } from './smtp.ts';
import type { PostWebhook } from './webhook-post.ts';
import { findWebhook } from './webhook-store.ts';
import { type WeeklyCounts, weeklyWords } from './weekly-words.ts';

interface CarryingParts {
  db: Database;
  /** Where people open the dashboard. */
  url: string;
  /** undefined: this server sends no e-mail. */
  sendLetter: SendLetter | undefined;
  postWebhook: PostWebhook;
  unseal: (owner: string, sealed: string) => string;
  membersOf: MembersOf;
  /** What somebody may know of now. */
  conditionOf: Known['conditionOf'];
  settingName: (connection: Connection, settingId: string) => Promise<string>;
  devicesOf: (connection: Connection, settingId: string) => Promise<WeeklyCounts['devices']>;
}

/** Brings one message to whom it is for: who that is, and where they are reached, is looked up at this very time. */
export function createCarrying(parts: CarryingParts) {
  const { db, url, sendLetter, postWebhook, unseal, membersOf } = parts;

  /** One thing to look at has a link of its own; several are on the list. */
  const linkOf = async ({ id, purpose }: Delivery): Promise<string> => {
    const [only, second] = purpose === 'notice' ? await noticeIdsOf(db, id) : [];
    return only === undefined || second !== undefined ? `${url}/notices` : `${url}/look/${only}`;
  };

  const weekly = async ({ settingId, createdAt }: Delivery, { id: personId, name }: Member) => {
    const { since, until, words } = weekOf(createdAt, await timeZoneOf(db, settingId));
    const devices = await parts.devicesOf(db, settingId);
    const known = await parts.conditionOf(db, { settingId, personId });
    const notices = await countNotices(db, { settingId, personId, known, since, until });
    const settingName = await parts.settingName(db, settingId);
    return weeklyWords({ name, settingName, week: words, link: `${url}/notices`, counts: { devices, notices } });
  };

  const mail = async (delivery: Delivery): Promise<SendResult> => {
    if (sendLetter === undefined) return { outcome: 'not-set-up', status: null };
    const { id, settingId, recipientId, purpose, severity } = delivery;
    const member = (await membersOf(db, settingId)).find((each) => each.id === recipientId);
    if (member === undefined) return { outcome: 'recipient-gone', status: null };
    const { name, email: address } = member;
    const words =
      purpose === 'weekly'
        ? await weekly(delivery, member)
        : mailWords({ purpose, severity, name, link: await linkOf(delivery) });
    return sendLetter({ id, to: { name, address }, ...words });
  };

  const webhook = async (delivery: Delivery): Promise<SendResult> => {
    const { id, settingId, recipientId, purpose, severity, createdAt } = delivery;
    const found = await findWebhook(db, recipientId);
    if (found === undefined) return { outcome: 'recipient-gone', status: null };
    const body: WebhookBody = {
      id,
      at: createdAt,
      purpose: purpose === 'test' ? 'test' : 'notice',
      settingId,
      severity,
      link: `${url}/notices`,
    };
    return postWebhook({
      id,
      url: unseal(`webhook url ${recipientId}`, found.sealedUrl),
      secret: unseal(`webhook secret ${recipientId}`, found.sealedSecret),
      body: JSON.stringify(body),
    });
  };

  return async (delivery: Delivery): Promise<SendResult> => {
    try {
      return await (delivery.channel === 'mail' ? mail(delivery) : webhook(delivery));
    } catch {
      // What cannot be read or unsealed is a fault of this server's: tried again, and in the log of deliveries.
      return { outcome: 'failed', status: null };
    }
  };
}
