import type { AcceptInvitation, SetUp, SignIn } from '../../shared/api/people.ts';
import { instant } from '../../shared/instant.ts';
import type { SignedIn } from '../http/asker.ts';
import type { Connection } from '../storage/database.ts';
import { acceptInvitation, lookAtInvitation } from './accept.ts';
import {
  addAdministrator,
  addSetting,
  addToken,
  ensureSetting,
  type NewAdministrator,
  type NewToken,
} from './administrators.ts';
import { invitationsOf, makeInvitation, resetByEmail, resetPerson, revokeInvitation } from './invitations.ts';
import { changePerson, leavePerson, peopleOf } from './members.ts';
import {
  changePassword,
  confirmSession,
  endOwnSessions,
  ownSessions,
  switchSetting,
  useUpConfirmation,
} from './own-account.ts';
import type { PeopleParts } from './parts.ts';
import { administratorExists } from './people-store.ts';
import { endSecondFactor, offerSecondFactor, proveSecondFactor, renewRecoveryCodes } from './second-factor.ts';
import { digestOf } from './secrets.ts';
import { type From, findSession, showSession } from './sessions.ts';
import { issueSetUpToken, setUp } from './set-up.ts';
import { signIn, signOut } from './sign-in.ts';
import { makeToken, revokeToken, tokensOf } from './tokens.ts';
import { findToken, type TokenRow } from './tokens-store.ts';

/** The people of the settings on this server and the ways they prove who they are. Errors are `StatedError`s, told at each function. */
export type People = ReturnType<typeof createPeople>;

export function createPeople(parts: PeopleParts) {
  return {
    /** For the command line. `not-valid`, `conflict`, `not-found`. */
    addAdministrator: (typed: NewAdministrator, by: string) => addAdministrator(parts, typed, by),
    /** For the command line; the secret is shown this once. `not-valid`, `not-found`. */
    addToken: (typed: NewToken, by: string) => addToken(parts, typed, by),
    /** The id of the setting given, or of the only one; made when there is none. */
    ensureSetting: (by: string, wanted?: string) => ensureSetting(parts, by, wanted),
    /** For the command line: a further setting, with a known person as its administrator. `not-valid`, `not-found`. */
    addSetting: (typed: Parameters<typeof addSetting>[1], by: string) => addSetting(parts, typed, by),
    /** For the command line: a link for who lost their password. `not-found`. */
    resetByEmail: (of: { email: string; by: string; origin: string }) => resetByEmail(parts, of),
    /** Whether the first administrator is still to be made. */
    setUpNeeded: async () => !(await administratorExists(parts.db)),
    /** At each start: a fresh token while no administrator exists, else undefined. */
    issueSetUpToken: () => issueSetUpToken(parts),
    setUp: (asked: SetUp, from: From) => setUp(parts, asked, from),
    signIn: (typed: SignIn, from: From) => signIn(parts, typed, from),
    signOut: (session: SignedIn) => signOut(parts, session),
    /** The session in force that a cookie opens. */
    findSession: (secret: string) => findSession(parts.db, parts.clock, secret),
    /** What its person is told of it. */
    showSession: (secret: string) => showSession(parts.db, parts.clock, secret),
    /** The API token in force of a secret. */
    findToken: (secret: string): Promise<TokenRow | undefined> =>
      findToken(parts.db, digestOf(secret), instant(parts.clock.now())),
    /** Inside the transaction of an order that destroys: the next one needs the password again. `confirm-password`. */
    useUpConfirmation: (connection: Connection, session: SignedIn | undefined) =>
      useUpConfirmation(parts, connection, session),
    confirmSession: (session: SignedIn, typed: Parameters<typeof confirmSession>[2]) =>
      confirmSession(parts, session, typed),
    switchSetting: (session: SignedIn, settingId: string, from: From) => switchSetting(parts, session, settingId, from),
    ownSessions: (session: SignedIn) => ownSessions(parts, session),
    endOwnSessions: (session: SignedIn, which: { id: string } | 'others') => endOwnSessions(parts, session, which),
    changePassword: (session: SignedIn, typed: Parameters<typeof changePassword>[2]) =>
      changePassword(parts, session, typed),
    offerSecondFactor: (session: SignedIn) => offerSecondFactor(parts, session),
    proveSecondFactor: (session: SignedIn, code: string) => proveSecondFactor(parts, session, code),
    renewRecoveryCodes: (session: SignedIn) => renewRecoveryCodes(parts, session),
    endSecondFactor: (session: SignedIn) => endSecondFactor(parts, session),
    peopleOf: (asker: Parameters<typeof peopleOf>[1]) => peopleOf(parts, asker),
    changePerson: (...asked: AfterParts<typeof changePerson>) => changePerson(parts, ...asked),
    leavePerson: (...asked: AfterParts<typeof leavePerson>) => leavePerson(parts, ...asked),
    resetPerson: (...asked: AfterParts<typeof resetPerson>) => resetPerson(parts, ...asked),
    makeInvitation: (...asked: AfterParts<typeof makeInvitation>) => makeInvitation(parts, ...asked),
    invitationsOf: (...asked: AfterParts<typeof invitationsOf>) => invitationsOf(parts, ...asked),
    revokeInvitation: (...asked: AfterParts<typeof revokeInvitation>) => revokeInvitation(parts, ...asked),
    lookAtInvitation: (token: string, from: From) => lookAtInvitation(parts, token, from),
    acceptInvitation: (asked: AcceptInvitation, from: From) => acceptInvitation(parts, asked, from),
    tokensOf: (...asked: AfterParts<typeof tokensOf>) => tokensOf(parts, ...asked),
    makeToken: (...asked: AfterParts<typeof makeToken>) => makeToken(parts, ...asked),
    revokeToken: (...asked: AfterParts<typeof revokeToken>) => revokeToken(parts, ...asked),
  };
}

/** What a function of this feature is asked besides its parts. */
type AfterParts<Asked extends (parts: PeopleParts, ...rest: never[]) => unknown> =
  Parameters<Asked> extends [PeopleParts, ...infer Rest] ? Rest : never;
