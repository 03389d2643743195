import { z } from 'zod';
import { type Clock, type Instant, instant } from '../../shared/instant.ts';
import { type Severity, severitySchema } from '../../shared/policy/findings.ts';
import type { Connection, Database } from '../storage/database.ts';
import { takeWriteLock } from '../storage/write-lock.ts';
import { addDelivery, lastWritten } from './delivery-store.ts';
import { gapMs } from './due.ts';
import type { Known } from './known.ts';
import type { Channel } from './notice-store.ts';

interface GatheringParts {
  db: Database;
  clock: Clock;
  /** Takes back what somebody may not know of any more. */
  drop: Known['drop'];
  /** Whether this server sends e-mail at all; without it notices are shown, and wait. */
  mailIsOn: boolean;
}

const dueSchema = z
  .object({
    setting_id: z.string(),
    channel: z.enum(['mail', 'webhook']),
    recipient_id: z.string(),
    severity: severitySchema,
  })
  .transform((row) => ({
    settingId: row.setting_id,
    channel: row.channel,
    recipientId: row.recipient_id,
    severity: row.severity,
  }));
interface Waiting {
  settingId: string;
  channel: Channel;
  recipientId: string;
  severity: Severity;
}

/** Longer ago nobody remembers: who was written to before then is as one who never was. */
const rememberedMs = 7 * 24 * 60 * 60_000;

/**
 * Makes of everything a recipient is to be told one message, and keeps a distance between messages that grows while
 * nobody looks: a thousand findings at once are one e-mail, and so are those of the minutes after.
 */
export function createGathering({ db, clock, drop, mailIsOn }: GatheringParts) {
  /** When the recipient last looked at anything: what was sent before that was answered. */
  const answeredAt = async (connection: Connection, { channel, recipientId }: Waiting): Promise<Instant> => {
    const earliest = instant(clock.now() - rememberedMs);
    const row: unknown = await connection('notices')
      .where({ channel, recipient_id: recipientId })
      .max({ at: 'looked_at' })
      .first();
    const looked = z.object({ at: z.string().nullable() }).parse(row).at;
    return looked !== null && looked > earliest ? looked : earliest;
  };

  const mayBeWritten = async (connection: Connection, waiting: Waiting): Promise<boolean> => {
    const since = await answeredAt(connection, waiting);
    const { lastAt, count } = await lastWritten(connection, { ...waiting, since });
    // Nobody can look at a webhook's: its distance does not grow.
    const unanswered = waiting.channel === 'webhook' ? Math.min(count, 1) : count;
    return lastAt === undefined || clock.now() >= Date.parse(lastAt) + gapMs(waiting.severity, unanswered);
  };

  const make = async (connection: Connection, waiting: Waiting): Promise<void> => {
    if (!(await mayBeWritten(connection, waiting))) return;
    const at = instant(clock.now());
    if (waiting.channel === 'mail') await drop(connection, { ...waiting, personId: waiting.recipientId });
    if (!(await isWaiting(connection, waiting, at))) return;
    const id = await addDelivery(connection, { ...waiting, purpose: 'notice', at });
    if (id === undefined) return;
    const ofSetting = connection('notice_matters').where({ setting_id: waiting.settingId }).select('id');
    await connection('notices')
      .where({ channel: waiting.channel, recipient_id: waiting.recipientId, delivery_id: null, looked_at: null })
      .where('due_at', '<=', at)
      .whereIn('notice_matter_id', ofSetting)
      .update({ delivery_id: id });
  };

  return async (): Promise<void> => {
    if ((await dueNow(db, instant(clock.now()), mailIsOn)).length === 0) return;
    await db.transaction(async (transaction) => {
      await takeWriteLock(transaction);
      for (const waiting of await dueNow(transaction, instant(clock.now()), mailIsOn)) await make(transaction, waiting);
    });
  };
}

/** Whether anything of what was due is left. */
async function isWaiting(
  connection: Connection,
  { settingId, channel, recipientId }: Waiting,
  now: Instant,
): Promise<boolean> {
  const row: unknown = await connection('notices')
    .join('notice_matters', 'notice_matters.id', 'notices.notice_matter_id')
    .where({ setting_id: settingId, channel, recipient_id: recipientId, delivery_id: null, looked_at: null })
    .where('due_at', '<=', now)
    .first('notices.id');
  return row !== undefined;
}

/** Every recipient that is to be told something now, with the most severe of it. */
async function dueNow(connection: Connection, now: Instant, mailIsOn: boolean): Promise<Waiting[]> {
  const rows: unknown = await connection('notices')
    .join('notice_matters', 'notice_matters.id', 'notices.notice_matter_id')
    .where('due_at', '<=', now)
    .where({ delivery_id: null, looked_at: null })
    .whereIn('channel', mailIsOn ? ['mail', 'webhook'] : ['webhook'])
    .distinct('setting_id', 'channel', 'recipient_id', 'severity');
  const found = new Map<string, Waiting>();
  for (const each of z.array(dueSchema).parse(rows)) {
    const name = `${each.settingId} ${each.channel} ${each.recipientId}`;
    const before = found.get(name);
    if (before === undefined || rank(each.severity) > rank(before.severity)) found.set(name, each);
  }
  return [...found.values()];
}

function rank(severity: Severity): number {
  return severitySchema.options.indexOf(severity);
}
