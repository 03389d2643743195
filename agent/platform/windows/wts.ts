import { z } from 'zod';
import { type Instant, instant } from '../../../shared/instant.ts';
import type { Session } from '../../../shared/report/sessions.ts';
import { accountName } from '../people/account-name.ts';
import { nativeReady } from './native.ts';
import { readJsonList } from './powershell-json.ts';

/** Lists every session as JSON: always an array. */
export const listSessionsScript = `${nativeReady}ConvertTo-Json -Compress -InputObject @([Hometime.Wts]::All($false))`;

/** Ends one session without waiting for it; gives the error number of Windows, 0 for none. */
export function logOffScript(id: number): string {
  return `${nativeReady}[Hometime.Wts]::LogOff(${id})`;
}

const rowSchema = z.object({
  id: z.int().min(0),
  station: z.string().nullish(),
  state: z.int(),
  /** null: it could not be asked. Empty: nobody has signed in there. */
  user: z.string().nullish(),
  domain: z.string().nullish().catch(null),
  /** The device's own name: the domain of its own accounts. */
  host: z.string().nullish().catch(null),
  logon: z.string().nullish().catch(null),
  flags: z.int().nullish().catch(null),
  protocol: z.int().nullish().catch(null),
});
type Row = z.infer<typeof rowSchema>;

/** A session with who has it: the account's SID, and whether its token holds the group of administrators (1 or 0). */
const ownerSchema = rowSchema.extend({
  sid: z
    .string()
    .regex(/^S-1(-\d{1,15}){1,20}$/)
    .nullish()
    .catch(null),
  admin: z.int().nullish().catch(null),
});
type Owner = z.infer<typeof ownerSchema>;

/** The services' own session: nobody can sign in to it. */
const servicesId = 0;
const listening = 6;

/**
 * The people in the script's JSON, or why it cannot be trusted. "Nobody"
 * needs the services' session in the list: Windows always has it.
 */
export function parseWtsRows(text: string): Session[] | 'not-understood' | 'not-told' {
  const found = withPeople(z.array(rowSchema).safeParse(readJsonList(text)).data);
  return typeof found === 'string' ? found : found.map(({ row, person }) => toSession(row, person));
}

/** One person with a session, as the account is known to Windows. */
export interface SessionOwner {
  person: string;
  sid: string | null;
  /** Whether the session's token holds the group of administrators; null: the token could not be had. */
  admin: boolean | null;
  /** The account is this device's own, and not a domain's or an organisation's; null: cannot be told. */
  isLocal: boolean | null;
}

/** Everybody with a session, from rows with owners; the same answers as `parseWtsRows` where the list cannot be trusted. */
export function readOwners(rows: unknown): SessionOwner[] | 'not-understood' | 'not-told' {
  const found = withPeople(z.array(ownerSchema).safeParse(rows).data);
  if (typeof found === 'string') return found;
  return found.map(({ row, person }) => ({
    person,
    sid: row.sid ?? null,
    admin: row.admin === 1 ? true : row.admin === 0 ? false : null,
    isLocal: row.host && row.domain ? sameWord(row.host, row.domain) : null,
  }));
}

/** The rows in which somebody is signed in. */
function withPeople<Each extends Row | Owner>(
  rows: readonly Each[] | undefined,
): { row: Each; person: string }[] | 'not-understood' | 'not-told' {
  if (rows === undefined) return 'not-understood';
  const found: { row: Each; person: string }[] = [];
  for (const row of rows.filter(({ id, state }) => id !== servicesId && state !== listening)) {
    const { user, domain, host } = row;
    if (user === null || user === undefined) return 'not-told';
    if (user === '') continue;
    const person = personOf(user, domain ?? '', host ?? '');
    if (person === undefined) return 'not-understood';
    found.push({ row, person });
  }
  const isWhole = found.length > 0 || rows.some((row) => row.id === servicesId);
  return isWhole ? found : 'not-understood';
}

/**
 * The name a person travels under: that of one of the device's own accounts as it
 * is, that of a domain's or an organisation's with the domain behind it. Without
 * the device's own name nothing tells the two apart, and the account's name stands alone.
 */
export function personOf(user: string, domain: string, host: string): string | undefined {
  const isOwn = domain === '' || domain === '.' || host === '' || sameWord(domain, host);
  return accountName(isOwn ? user : `${domain}\\${user}`);
}

/** Windows does not tell capitals from small letters in names. */
function sameWord(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function toSession(row: Row, person: string): Session {
  return {
    id: String(row.id),
    person,
    where: whereOf(row.station ?? '', row.protocol ?? null),
    since: ofFileTime(row.logon ?? ''),
    activity: activityOf(row.state),
    locked: row.flags === 0 ? true : row.flags === 1 ? false : null,
  };
}

/** The station's name and the protocol are the same in every language; a disconnected session has neither. */
export function whereOf(station: string, protocol: number | null): Session['where'] {
  if (/^(rdp|ica)-/i.test(station) || protocol === 1 || protocol === 2) return 'remote';
  return /^console$/i.test(station) ? 'graphical' : 'unknown';
}

function activityOf(state: number): Session['activity'] {
  if (state === 0 || state === 3) return 'active';
  return state === 4 ? 'disconnected' : 'unknown';
}

/** 100 nanoseconds since 1601, as digits: too large for a number. */
function ofFileTime(digits: string): Instant | null {
  if (!/^\d{17,19}$/.test(digits)) return null;
  const ms = Number(BigInt(digits) / 10_000n) - 11_644_473_600_000;
  return ms > 0 && ms < Date.UTC(2200, 0) ? instant(ms) : null;
}
