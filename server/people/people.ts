import type { SetUp, SignIn } from '../../shared/api/people.ts';
import { instant } from '../../shared/instant.ts';
import type { Asker, SignedIn } from '../http/asker.ts';
import { addAdministrator, addToken, ensureSetting, type NewAdministrator, type NewToken } from './administrators.ts';
import type { PeopleParts } from './parts.ts';
import { administratorExists } from './people-store.ts';
import { digestOf } from './secrets.ts';
import { type FoundSession, foundSession, type NewSession } from './sessions.ts';
import { issueSetUpToken, type SetUpToken, setUp } from './set-up.ts';
import { type From, signIn, signOut } from './sign-in.ts';
import { findSignIn } from './sign-ins-store.ts';
import { findToken } from './tokens-store.ts';

/** The people of the settings on this server and the ways they prove who they are. Errors are `StatedError`s, told at each function. */
export interface People {
  /** For the command line. `not-valid`, `conflict`, `not-found`. */
  addAdministrator(typed: NewAdministrator, by: string): Promise<{ personId: string; settingId: string }>;
  /** For the command line; the secret is shown this once. `not-valid`, `not-found`. */
  addToken(typed: NewToken, by: string): Promise<{ tokenId: string; secret: string }>;
  /** The only setting's id; made when there is none. */
  ensureSetting(by: string): Promise<string>;
  /** Whether the first administrator is still to be made. */
  setUpNeeded(): Promise<boolean>;
  /** At each start: a fresh token while no administrator exists, else undefined. */
  issueSetUpToken(): Promise<SetUpToken | undefined>;
  setUp(asked: SetUp, from: From): Promise<NewSession>;
  signIn(typed: SignIn, from: From): Promise<NewSession>;
  signOut(session: SignedIn): Promise<void>;
  /** The session in force that a cookie opens. */
  findSession(secret: string): Promise<FoundSession | undefined>;
  /** The asker an API token stands for. */
  findToken(secret: string): Promise<Asker | undefined>;
}

export function createPeople(parts: PeopleParts): People {
  return {
    addAdministrator: (typed, by) => addAdministrator(parts, typed, by),
    addToken: (typed, by) => addToken(parts, typed, by),
    ensureSetting: (by) => ensureSetting(parts, by),
    setUpNeeded: async () => !(await administratorExists(parts.db)),
    issueSetUpToken: () => issueSetUpToken(parts),
    setUp: (asked, from) => setUp(parts, asked, from),
    signIn: (typed, from) => signIn(parts, typed, from),
    signOut: (session) => signOut(parts, session),
    async findSession(secret) {
      const row = await findSignIn(parts.db, digestOf(secret), instant(parts.clock.now()));
      return row === undefined ? undefined : foundSession(row);
    },
    async findToken(secret) {
      const row = await findToken(parts.db, digestOf(secret));
      return row === undefined ? undefined : { kind: 'token', ...row };
    },
  };
}
