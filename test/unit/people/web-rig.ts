import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect } from 'chai';
import type { Handlers } from '../../../server/http/handlers.ts';
import { createWeb } from '../../../server/http/web.ts';
import { accountRoutes } from '../../../server/people/account-routes.ts';
import { peopleRoutes } from '../../../server/people/routes.ts';
import { errorAnswerSchema, StatedError } from '../../../shared/api/errors.ts';
import { sessionViewSchema } from '../../../shared/api/people.ts';
import { apiPrefix, routes } from '../../../shared/api/routes.ts';
import { silentLog } from '../../../shared/log.ts';
import type { Rig } from './people-rig.ts';

/** What other features answer is not part of these tests. */
function elsewhereAll(): Handlers {
  const elsewhere = () => Promise.reject(new StatedError('not-found', 'Not part of this test.'));
  // Built from the table, so its type is only known to whoever reads this.
  return Object.fromEntries(Object.keys(routes).map((name) => [name, elsewhere])) as unknown as Handlers;
}

/** The real edge on a loopback port, with the people's routes behind it. */
export async function startWeb(rig: Rig) {
  const app = createWeb({
    handlers: {
      ...elsewhereAll(),
      ...accountRoutes(rig.people),
      ...peopleRoutes(rig.people),
      listDevices: () => Promise.resolve({ items: [], nextCursor: null }),
    },
    gatekeeper: rig.authenticator,
    ready: () => Promise.resolve(true),
    trustedProxy: '127.0.0.1',
    dashboardFolder: '/nonexistent',
    version: '0.0.0',
    log: silentLog,
  });
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const { port } = address;
  return {
    server,
    port,
    ask: (method: string, path: string, headers: Record<string, string> = {}, body?: unknown) =>
      fetch(`http://127.0.0.1:${port}${apiPrefix}${path}`, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export type Web = Awaited<ReturnType<typeof startWeb>>;

/** Status and code of a refused answer, in the one error shape. */
export async function refused(asking: Promise<Response>): Promise<string> {
  const answer = await asking;
  return `${answer.status} ${errorAnswerSchema.parse(await answer.json()).error.code}`;
}

/** Signs in over HTTP: the Cookie header to send, the raw Set-Cookie, and the view. */
export async function signInOver(web: Web, body: unknown, headers: Record<string, string> = {}) {
  const answer = await web.ask('POST', '/session', headers, body);
  expect(answer.status).to.equal(201);
  const [setCookie = ''] = answer.headers.getSetCookie();
  const cookie = setCookie.split(';')[0] ?? '';
  return { cookie, setCookie, view: sessionViewSchema.parse(await answer.json()) };
}
