import type { Role } from '../../shared/api/people.ts';

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
}
