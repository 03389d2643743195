import type { Role } from '../../shared/api/people.ts';
import type { Instant } from '../../shared/instant.ts';

/** Who is behind a request: a person with a session, or a program with a token. Scoped to one setting. */
export interface Asker {
  kind: 'person' | 'token';
  id: string;
  name: string;
  role: Role;
  settingId: string;
}

/** A person's sign-in as the cookie proves it. */
export interface SignedIn {
  asker: Asker;
  sessionId: string;
  csrfToken: string;
  /** Until when what needs the password again may be done; null: it was not given, or that time has passed. */
  confirmedUntil: Instant | null;
  secondFactor: {
    on: boolean;
    /** An administrator without one past the time they had: nothing but their own account is open to them. */
    overdue: boolean;
  };
  /**
   * From when on an administrator may approve what another asks for: a day after they were made one or came by a
   * link, so that nobody can be their own second person by way of a link. null: is no administrator.
   */
  approvesFrom: Instant | null;
}
