import type { peopleRoutes as table } from '../../shared/api/routes/people.ts';
import type { Handlers } from '../http/handlers.ts';
import { answerWithCookies, fromOf, originOf, sayingHowLong } from './cookies.ts';
import { byAsker } from './invitations.ts';
import type { People } from './people.ts';

/** The people of a setting, invitations to it, and its API tokens. */
export function peopleRoutes(people: People): Pick<Handlers, keyof typeof table> {
  return {
    listPeople: async ({ asker }) => ({ items: await people.peopleOf(asker) }),
    changePerson: ({ asker, params, body }) => people.changePerson(asker, params.id ?? '', body),
    leavePerson: ({ asker, params, body }) =>
      people.leavePerson(asker, { personId: params.id ?? '', reason: body.reason }),
    resetPerson: ({ asker, params, http }) =>
      people.resetPerson(byAsker(asker, originOf(http.request)), params.id ?? ''),
    listInvitations: async ({ asker }) => ({ items: await people.invitationsOf(asker) }),
    makeInvitation: ({ asker, body, http }) => people.makeInvitation(byAsker(asker, originOf(http.request)), body),
    revokeInvitation: async ({ asker, params }) => {
      await people.revokeInvitation(asker, params.id ?? '');
      return {};
    },
    lookAtInvitation: ({ body, http }) =>
      sayingHowLong(http, people.lookAtInvitation(body.token, fromOf(http.request))),
    acceptInvitation: async ({ body, http }) =>
      await answerWithCookies(http, people.acceptInvitation(body, fromOf(http.request))),
    listTokens: async ({ asker }) => ({ items: await people.tokensOf(asker) }),
    makeToken: ({ asker, body }) => people.makeToken(asker, body),
    revokeToken: async ({ asker, params }) => {
      await people.revokeToken(asker, params.id ?? '');
      return {};
    },
  };
}
