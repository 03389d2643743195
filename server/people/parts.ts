import type { Clock } from '../../shared/instant.ts';
import type { Audit } from '../audit/audit.ts';
import type { Database } from '../storage/database.ts';
import type { Passwords } from './passwords.ts';
import type { Throttle } from './throttle.ts';

/** What every part of this feature works with. */
export interface PeopleParts {
  db: Database;
  clock: Clock;
  audit: Audit;
  passwords: Passwords;
  throttle: Throttle;
  /** Told after a sign-in was ended by its person, so that open sockets of it can be closed. Not told of expiry. */
  sessionEnded?: (sessionId: string) => void;
}
