import { StatedError } from '../../shared/api/errors.ts';
import type { accountRoutes as table } from '../../shared/api/routes/people.ts';
import type { SignedIn } from '../http/asker.ts';
import type { Handlers } from '../http/handlers.ts';
import { cookieSecret } from './authenticate.ts';
import { answerWithCookies, fromOf, type Http, sayingHowLong, takeBackSessionCookie } from './cookies.ts';
import type { People } from './people.ts';

/** Set-up, signing in and out, and what a person does with their own account. An API token has neither: it is told `forbidden`. */
export function accountRoutes(people: People): Pick<Handlers, keyof typeof table> {
  return {
    showSetUp: async () => ({ needed: await people.setUpNeeded() }),
    setUp: async ({ body, http }) => await answerWithCookies(http, people.setUp(body, fromOf(http.request))),
    signIn: async ({ body, http }) => await answerWithCookies(http, people.signIn(body, fromOf(http.request))),
    showSession: async ({ session, http }) => {
      const { secret } = own(session, http);
      return (await people.showSession(secret)) ?? ended();
    },
    signOut: async ({ session, http }) => {
      await people.signOut(own(session, http).session);
      takeBackSessionCookie(http);
      return {};
    },
    confirmSession: async ({ session, body, http }) => {
      const { secret, session: mine } = own(session, http);
      return await sayingHowLong(http, people.confirmSession(mine, { password: body.password, secret }));
    },
    switchSetting: async ({ session, body, http }) => {
      const mine = own(session, http).session;
      return await answerWithCookies(http, people.switchSetting(mine, body.settingId, fromOf(http.request)));
    },
    listOwnSessions: async ({ session, http }) => ({ items: await people.ownSessions(own(session, http).session) }),
    endOwnSession: async ({ session, params, http }) => {
      await people.endOwnSessions(own(session, http).session, { id: params.id ?? '' });
      return {};
    },
    endOtherSessions: async ({ session, http }) => ({
      ended: await people.endOwnSessions(own(session, http).session, 'others'),
    }),
    changePassword: async ({ session, body, http }) => {
      await sayingHowLong(http, people.changePassword(own(session, http).session, body));
      return {};
    },
    offerSecondFactor: async ({ session, http }) => await people.offerSecondFactor(own(session, http).session),
    proveSecondFactor: async ({ session, body, http }) => ({
      recoveryCodes: await sayingHowLong(http, people.proveSecondFactor(own(session, http).session, body.code)),
    }),
    renewRecoveryCodes: async ({ session, http }) => ({
      recoveryCodes: await people.renewRecoveryCodes(own(session, http).session),
    }),
    endSecondFactor: async ({ session, http }) => {
      await people.endSecondFactor(own(session, http).session);
      return {};
    },
  };
}

/** The session of a person, and the secret it came with. */
function own(session: SignedIn | undefined, { request }: Http): { session: SignedIn; secret: string } {
  const secret = cookieSecret(request.headers);
  if (session !== undefined && secret !== undefined) return { session, secret };
  throw new StatedError('forbidden', 'An API token has no session and no account: there is none to show or to change.');
}

function ended(): never {
  throw new StatedError('not-signed-in', 'Your session has ended. Sign in again.');
}
