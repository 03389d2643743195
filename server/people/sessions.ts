import { randomUUID } from 'node:crypto';
import type { Role, SessionView } from '../../shared/api/people.ts';
import { type Clock, type Instant, instant } from '../../shared/instant.ts';
import type { SignedIn } from '../http/asker.ts';
import type { Connection } from '../storage/database.ts';
import { noteSignIn, settingsOf } from './memberships-store.ts';
import { unusedRecoveryDigests } from './second-factor-store.ts';
import { digestOf, newSecret } from './secrets.ts';
import { deleteExpiredSignIns, findSignIn, insertSignIn, noteUse, type SignInRow } from './sign-ins-store.ts';

/** A working day. Absolute: use does not lengthen it. */
export const sessionLifetimeMs = 12 * 60 * 60_000;
/** A new administrator may begin at once, and has so long to set up a second factor. */
const secondFactorWithinMs = 24 * 60 * 60_000;
/** When a sign-in was last used is told no finer than this: it is for its owner, not a record of their day. */
const useGrainMs = 5 * 60_000;
/** How long what needs the password again may be done after it was given. */
export const confirmedMs = 5 * 60_000;
const mostOfBrowser = 120;

/** Where a sign-in comes from. */
export interface From {
  /** The client's address, as the socket or the trusted proxy tells it. */
  address: string;
  /** The cookie the browser already carried: a new sign-in takes its place. */
  oldSecret?: string | undefined;
  /** The browser's own words about itself. */
  browser?: string | undefined;
  /** The cookie of a browser that signed in before. */
  knownBrowser?: string | undefined;
}

/** The person and the setting a sign-in is for. */
export interface SessionOf {
  personId: string;
  settingId: string;
}

/** A sign-in just made. The secret exists here and in the browser's cookie only. */
export interface NewSession {
  secret: string;
  view: SessionView;
}

/** Opens a session with a secret of its own; run it in the transaction that says why. */
export async function openSession(
  connection: Connection,
  clock: Clock,
  { personId, settingId }: SessionOf,
  from: From,
): Promise<NewSession> {
  const now = clock.now();
  const at = instant(now);
  const secret = newSecret();
  await deleteExpiredSignIns(connection, at);
  await insertSignIn(connection, {
    id: randomUUID(),
    secretDigest: digestOf(secret),
    csrfToken: newSecret(),
    personId,
    settingId,
    createdAt: at,
    expiresAt: instant(now + sessionLifetimeMs),
    browser: shortened(from.browser ?? ''),
    address: from.address,
  });
  await noteSignIn(connection, { personId, settingId, at });
  const row = await findSignIn(connection, digestOf(secret), at);
  if (row === undefined) throw new Error('a session was opened for nobody of the setting');
  return { secret, view: await viewOf(connection, row, now) };
}

/** One line of what the browser says, without what could be mistaken for more than words. */
function shortened(browser: string): string {
  return browser.replaceAll(/\p{C}/gu, '').slice(0, mostOfBrowser);
}

/** What a person is told about their own session. */
export async function viewOf(connection: Connection, row: SignInRow, now: number): Promise<SessionView> {
  const { personId, name, email, role, settingId, settingName, csrfToken } = row;
  const dueAt = secondFactorDueAt(row);
  const codes = row.secondFactorSince === null ? [] : await unusedRecoveryDigests(connection, personId);
  return {
    ...{ personId, name, email, role, settingId, settingName, csrfToken },
    settings: await settingsOf(connection, personId, instant(now)),
    secondFactor: { on: row.secondFactorSince !== null, dueAt, recoveryCodesLeft: codes.length },
    approvesFrom: row.approvesFrom,
    confirmedUntil: confirmedUntil(row, now),
  };
}

/** Until when an administrator may go on without a second factor; null: it is on, or not demanded. */
function secondFactorDueAt({ role, secondFactorSince, administratorSince }: DueOf): Instant | null {
  if (role !== 'administrator' || secondFactorSince !== null) return null;
  return instant(Date.parse(administratorSince ?? instant(0)) + secondFactorWithinMs);
}

interface DueOf {
  role: Role;
  secondFactorSince: Instant | null;
  administratorSince: Instant | null;
}

/** Of a clock that was put back the password would hold for as long as that: what ends later than one given now is none. */
function confirmedUntil({ confirmedUntil: until }: SignInRow, now: number): Instant | null {
  return until !== null && until > instant(now) && until <= instant(now + confirmedMs) ? until : null;
}

/** A session found by its cookie. */
export interface FoundSession {
  signedIn: SignedIn;
  /** From then on the cookie opens nothing, or less; a socket opened with it should close. */
  expiresAt: Instant;
}

/** The session in force that a cookie's secret opens. */
export async function findSession(
  connection: Connection,
  clock: Clock,
  secret: string,
): Promise<FoundSession | undefined> {
  const now = clock.now();
  const row = await findSignIn(connection, digestOf(secret), instant(now));
  if (row === undefined) return undefined;
  if (now - Date.parse(row.lastUsedAt) >= useGrainMs) {
    await noteUse(connection, row.id, instant(now - (now % useGrainMs)));
  }
  const { personId: id, name, role, settingId, approvesFrom } = row;
  const dueAt = secondFactorDueAt(row);
  const overdue = dueAt !== null && dueAt <= instant(now);
  const ends = [row.expiresAt, row.until, overdue ? null : dueAt].filter((end) => end !== null);
  return {
    signedIn: {
      asker: { kind: 'person', id, name, role, settingId },
      sessionId: row.id,
      csrfToken: row.csrfToken,
      confirmedUntil: confirmedUntil(row, now),
      secondFactor: { on: row.secondFactorSince !== null, overdue },
      approvesFrom,
    },
    expiresAt: ends.reduce((first, end) => (end < first ? end : first)),
  };
}

/** What the person of a session is told about it; undefined when it has ended. */
export async function showSession(
  connection: Connection,
  clock: Clock,
  secret: string,
): Promise<SessionView | undefined> {
  const row = await findSignIn(connection, digestOf(secret), instant(clock.now()));
  return row === undefined ? undefined : await viewOf(connection, row, clock.now());
}
