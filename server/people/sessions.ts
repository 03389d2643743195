import { randomUUID } from 'node:crypto';
import type { Role, SessionView } from '../../shared/api/people.ts';
import { type Clock, type Instant, instant } from '../../shared/instant.ts';
import type { SignedIn } from '../http/asker.ts';
import type { Connection } from '../storage/database.ts';
import { digestOf, newSecret } from './secrets.ts';
import { deleteExpiredSignIns, insertSignIn, type SignInRow } from './sign-ins-store.ts';

/** A working day. Absolute: use does not lengthen it. */
export const sessionLifetimeMs = 12 * 60 * 60_000;

/** The person and the setting a sign-in is for. */
export interface SessionOf {
  personId: string;
  name: string;
  email: string;
  role: Role;
  settingId: string;
  settingName: string;
}

/** A sign-in just made. The secret exists here and in the browser's cookie only. */
export interface NewSession {
  secret: string;
  view: SessionView;
}

/** Opens a session with a secret of its own; run it in the transaction that says why. */
export async function openSession(connection: Connection, clock: Clock, of: SessionOf): Promise<NewSession> {
  const now = clock.now();
  const secret = newSecret();
  const csrfToken = newSecret();
  await deleteExpiredSignIns(connection, instant(now));
  await insertSignIn(connection, {
    id: randomUUID(),
    secretDigest: digestOf(secret),
    csrfToken,
    personId: of.personId,
    settingId: of.settingId,
    createdAt: instant(now),
    expiresAt: instant(now + sessionLifetimeMs),
  });
  return { secret, view: viewOf({ ...of, csrfToken }) };
}

/** What a person is told about their own session. */
export function viewOf(session: SessionOf & { csrfToken: string }): SessionView {
  const { personId, name, email, role, settingId, settingName, csrfToken } = session;
  return {
    ...{ personId, name, email, role, settingId, settingName, csrfToken },
    settings: [{ id: settingId, name: settingName, role }],
    secondFactor: { on: false, dueAt: null, recoveryCodesLeft: 0 },
    confirmedUntil: null,
  };
}

/** A session found by its cookie. */
export interface FoundSession {
  signedIn: SignedIn;
  view: SessionView;
  /** From then on the cookie opens nothing; a socket opened with it should close. */
  expiresAt: Instant;
}

export function foundSession(row: SignInRow): FoundSession {
  const { personId: id, name, role, settingId } = row;
  return {
    signedIn: {
      asker: { kind: 'person', id, name, role, settingId },
      sessionId: row.id,
      csrfToken: row.csrfToken,
      confirmedUntil: null,
      secondFactor: { on: false, overdue: false },
    },
    view: viewOf(row),
    expiresAt: row.expiresAt,
  };
}
