import { join } from 'node:path';
import { openBase } from '../../server/base.ts';
import { readConfig } from '../../server/config.ts';
import type { Role } from '../../shared/api/people.ts';
import { type AnswerOf, apiPrefix, type RouteName, routes } from '../../shared/api/routes.ts';
import { systemClock } from '../../shared/instant.ts';
import { silentLog } from '../../shared/log.ts';
import { type Answered, callRoute, type TestServer } from './in-process-server.ts';

const password = 'a long enough password of a test';

/** A person at the dashboard of a running server: every call carries their cookie and its token. */
export interface SignedInPerson {
  headers: Record<string, string>;
  call<Name extends RouteName>(
    name: Name,
    options?: { params?: Record<string, string>; query?: Record<string, string>; body?: unknown },
  ): Promise<Answered<AnswerOf<Name>>>;
  /** Gives the password again. */
  confirm(): Promise<void>;
}

/** Adds a person with a role to the server's setting and signs them in, as the page does. */
export async function signInAs(server: TestServer, role: Role, name: string): Promise<SignedInPerson> {
  const email = `${name.toLowerCase()}@nursery.example`;
  await addPerson(server.folder, { role, name, email });
  const answer = await fetch(`${server.peopleUrl}${apiPrefix}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  if (!answer.ok) throw new Error(await answer.text());
  const { csrfToken } = routes.signIn.answer.parse(await answer.json());
  const cookie = answer.headers
    .getSetCookie()
    .map((set) => set.split(';')[0])
    .join('; ');
  const headers = { cookie, 'x-csrf-token': csrfToken };
  const person: SignedInPerson = {
    headers,
    call: (route, options = {}) => callRoute(server.peopleUrl, route, { ...options, headers }),
    confirm: async () => {
      const confirmed = await person.call('confirmSession', { body: { password } });
      if (confirmed.error) throw new Error(confirmed.error.message);
    },
  };
  return person;
}

async function addPerson(folder: string, { role, name, email }: { role: Role; name: string; email: string }) {
  const base = await openBase(readConfig({}, join(folder, 'server')), { clock: systemClock, log: silentLog });
  const { personId } = await base.people.addAdministrator({ email, name, password }, 'test');
  if (role !== 'administrator') await base.db('memberships').where({ person_id: personId }).update({ role });
  await base.close();
}
