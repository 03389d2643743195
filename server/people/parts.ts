import type { Clock } from '../../shared/instant.ts';
import type { Audit } from '../audit/audit.ts';
import type { Connection, Database } from '../storage/database.ts';
import type { KnownBrowsers } from './known-browsers.ts';
import type { Passwords } from './passwords.ts';
import type { Throttle } from './throttle.ts';

/** What every part of this feature works with. */
export interface PeopleParts {
  db: Database;
  clock: Clock;
  audit: Audit;
  passwords: Passwords;
  throttle: Throttle;
  knownBrowsers: KnownBrowsers;
  /** Encrypts the secrets of second factors: 32 bytes, in no table. */
  keys: { sealing: Buffer };
  /**
   * Told after a sign-in was ended, or what it may do was changed, so that open
   * sockets of it can be closed and opened anew. Not told of expiry.
   */
  sessionEnded?: (sessionId: string) => void;
  /** Told, inside the transaction of it, that somebody has another role in a setting, joined it, left, or has another password by a link. */
  rolesChanged?: ((connection: Connection, settingId: string, resetPerson?: string) => Promise<void>) | undefined;
  /** The open orders a person asked for in a setting, oldest first. */
  openOrdersOf?: (connection: Connection, settingId: string, personId: string) => Promise<string[]>;
}
