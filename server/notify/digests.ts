import { z } from 'zod';
import type { Preferences } from '../../shared/api/notify.ts';
import { type Weekday, weekdaySchema } from '../../shared/calendar/opening.ts';
import { type Clock, type Instant, instant, instantSchema } from '../../shared/instant.ts';
import { type Severity, severitySchema } from '../../shared/policy/findings.ts';
import type { Connection, Database } from '../storage/database.ts';
import { addDelivery, wasMade } from './delivery-store.ts';
import { reachOf } from './due.ts';
import { dayAfter, localDate, minutesOf, minutesOfDay, momentOf, weekdayOf } from './local-hours.ts';
import { preferencesOf, timeZoneOf } from './preferences-store.ts';
import { type Member, type MembersOf, readsSummaries } from './recipients.ts';

interface DigestsParts {
  db: Database;
  clock: Clock;
  membersOf: MembersOf;
  settingIds: () => Promise<string[]>;
}

/** What was written about within this is not repeated by the daily e-mail. */
const freshMs = 12 * 60 * 60_000;

/**
 * The daily e-mail, for who has something to look at, and the weekly summary. Each has a name by person and day, and
 * the outbox takes a name once: whatever is restarted, nobody gets a second one.
 */
export function createDigests({ db, clock, membersOf, settingIds }: DigestsParts) {
  const daily = async (connection: Connection, of: Of): Promise<void> => {
    if (await wasMade(connection, nameOf('daily', of))) return;
    const severity = await worthADay(connection, of, clock.now());
    if (severity !== undefined) await add(connection, of, { purpose: 'daily', severity });
  };

  const weekly = async (connection: Connection, of: Of): Promise<void> => {
    if (await wasMade(connection, nameOf('weekly', of))) return;
    await add(connection, of, { purpose: 'weekly', severity: 'check' });
  };

  const add = async (connection: Connection, of: Of, made: Made): Promise<void> => {
    const { settingId, member } = of;
    const recipient = { settingId, channel: 'mail', recipientId: member.id } as const;
    await addDelivery(connection, { ...recipient, ...made, at: instant(clock.now()), once: nameOf(made.purpose, of) });
  };

  const lookAt = async (settingId: string): Promise<void> => {
    const timeZone = await timeZoneOf(db, settingId);
    const date = localDate(clock.now(), timeZone);
    for (const member of await membersOf(db, settingId)) {
      const preferences = await preferencesOf(db, { settingId, personId: member.id });
      if (!isTime(preferences, clock.now(), timeZone)) continue;
      const from = instant(momentOf(date, preferences.dailyAt, timeZone));
      const of: Of = { settingId, member, date, from, preferences };
      await daily(db, of);
      if (preferences.weekly && readsSummaries(member.role) && weekdayOf(date) === firstDay(preferences))
        await weekly(db, of);
    }
  };

  return async (): Promise<void> => {
    for (const settingId of await settingIds()) await lookAt(settingId);
  };
}

interface Of {
  settingId: string;
  member: Member;
  date: string;
  /** When this day's e-mail is for: what was told after it is for the next day's. */
  from: Instant;
  preferences: Preferences;
}

/** A message of a person and a day. */
function nameOf(purpose: Made['purpose'], { settingId, member, date }: Of): string {
  return `${purpose}:${settingId}:${member.id}:${date}`;
}

interface Made {
  purpose: 'daily' | 'weekly';
  severity: Severity;
}

/** On which day of the week the summary comes: Monday, or the first after it on which the person may be written to. */
function firstDay({ hours }: Preferences): Weekday {
  return weekdaySchema.options.find((day) => hours === null || hours.days.includes(day)) ?? 'mon';
}

/** Whether the daily e-mail's time has come, on a day and within hours at which the person may be written to. */
function isTime({ dailyAt, hours }: Preferences, now: number, timeZone: string): boolean {
  const minutes = minutesOfDay(now, timeZone);
  if (minutes < minutesOf(dailyAt)) return false;
  if (hours === null) return true;
  return (
    hours.days.includes(weekdayOf(localDate(now, timeZone))) &&
    minutes < Math.max(minutesOf(hours.to), minutesOf(dailyAt) + 60)
  );
}

const openSchema = z.object({ severity: severitySchema, last_at: instantSchema, sent_at: instantSchema.nullable() });

/**
 * The most severe of what a day's e-mail is for: what waits for it, and what is more than a look and was not looked at
 * since it was sent. What is only to be looked at is named on one day, and then stays on the page.
 */
async function worthADay(connection: Connection, of: Of, now: number): Promise<Severity | undefined> {
  const rows: unknown = await connection('notices')
    .join('notice_matters', 'notice_matters.id', 'notices.notice_matter_id')
    .leftJoin('deliveries', 'deliveries.id', 'notices.delivery_id')
    .where({ 'notice_matters.setting_id': of.settingId, 'notices.channel': 'mail' })
    .where({ 'notices.recipient_id': of.member.id, looked_at: null })
    .where('last_at', '<', of.from)
    .select('notice_matters.severity', 'last_at', 'deliveries.created_at as sent_at');
  const before = await lastDaily(connection, of);
  const worth = z
    .array(openSchema)
    .parse(rows)
    .filter(({ severity }) => reachOf(severity, of.preferences) !== 'page-only')
    .filter(({ sent_at }) => sent_at === null || sent_at < instant(now - freshMs))
    .filter(({ severity, last_at }) => severity !== 'check' || before === undefined || last_at > before)
    .map(({ severity }) => severity);
  return severitySchema.options.findLast((severity) => worth.includes(severity));
}

async function lastDaily(connection: Connection, { settingId, member }: Of): Promise<Instant | undefined> {
  const row: unknown = await connection('deliveries')
    .where({ setting_id: settingId, channel: 'mail', recipient_id: member.id, purpose: 'daily' })
    .orderBy('number', 'desc')
    .first('created_at');
  return row === undefined ? undefined : z.object({ created_at: instantSchema }).parse(row).created_at;
}

/** The Monday of a date's week. */
function weekBegins(date: string): string {
  return dayAfter(date, -weekdaySchema.options.indexOf(weekdayOf(date)));
}

const dayWords = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' });

/** The week before the one in which a summary was made: from Monday to Sunday by the setting's own days. */
export function weekOf(madeAt: Instant, timeZone: string): { since: Instant; until: Instant; words: string } {
  const ends = weekBegins(localDate(Date.parse(madeAt), timeZone));
  const begins = dayAfter(ends, -7);
  const said = (date: string) => dayWords.format(Date.parse(`${date}T00:00:00Z`));
  return {
    since: instant(momentOf(begins, '00:00', timeZone)),
    until: instant(momentOf(ends, '00:00', timeZone)),
    words: `${said(begins)} to ${said(dayAfter(ends, -1))}`,
  };
}
