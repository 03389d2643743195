import { expect } from 'chai';
import type { Base } from '../../server/base.ts';
import { errorAnswerSchema } from '../../shared/api/errors.ts';
import { roleSchema } from '../../shared/api/people.ts';
import { accountRoutes } from '../../shared/api/routes/people.ts';
import { apiPrefix, type Route, type RouteName, routes } from '../../shared/api/routes.ts';
import { startTestServer, type TestServer } from '../support/in-process-server.ts';
import { makeTempFolder, removeTempFolder } from '../support/temp-folder.ts';
import { openWalkers, type Walker } from './walkers.ts';

const unknownId = '00000000-0000-4000-8000-000000000000';
/** What the edge says to whoever may not pass it. */
const refusals = ['not-signed-in', 'forbidden', 'confirm-password', 'second-factor-required', 'csrf-token-missing'];

/** Bodies of routes whose handler is to be reached: those that ask for a session a token has not. */
const bodies: Partial<Record<RouteName, unknown>> = {
  confirmSession: { password: 'not the password' },
  switchSetting: { settingId: unknownId },
  changePassword: { old: 'not the password', new: 'four words never joined' },
  proveSecondFactor: { code: '000000' },
};

/** What handlers refuse of their own, to people whom the route lets through. */
const ownRefusals: Partial<Record<RouteName, string>> = {
  // A setting the person does not belong to.
  switchSetting: 'forbidden',
  // Whoever takes part in a wipe shows a second factor, due or not.
  approveCommand: 'second-factor-required',
};

/** What a walker must be told by the route's own rule; undefined: they are let through. */
function ruleFor(name: RouteName, route: Route, walker: Walker): string | undefined {
  if (route.who === 'nobody-needed') return undefined;
  if (walker.role === undefined) return 'not-signed-in';
  if (!route.who.includes(walker.role)) return 'forbidden';
  if (walker.overdue && route.withoutSecondFactor !== true) return 'second-factor-required';
  if (walker.kind === 'token' && (route.confirmed === true || name in accountRoutes)) return 'forbidden';
  if (route.confirmed === true && !walker.confirmed) return 'confirm-password';
  return undefined;
}

describe('every route, walked as everybody', () => {
  let folder: string;
  let server: TestServer;
  let base: Base;
  let walkers: Walker[];
  let ids: Record<string, string>;

  before(async function () {
    this.timeout(240_000);
    folder = makeTempFolder();
    server = await startTestServer(folder);
    const made = await server.call('makeEnrolmentLink', { body: { name: 'Tablet 1' } });
    if (made.error) throw new Error(made.error.message);
    const opened = await openWalkers(folder);
    ({ base, walkers } = opened);
    ids = await thingsOf(base, opened.here, made.body.deviceId);
  });
  after(async () => {
    await base.close();
    await server.stop();
    removeTempFolder(folder);
  });

  async function ask(name: RouteName, { headers, id = unknownId }: { headers: Record<string, string>; id?: string }) {
    const route: Route = routes[name];
    const response = await fetch(`${server.peopleUrl}${apiPrefix}${route.path.replace('{id}', id)}`, {
      method: route.method.toUpperCase(),
      headers: { 'content-type': 'application/json', ...headers },
      ...(route.method === 'get' ? {} : { body: JSON.stringify(bodies[name] ?? {}) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      text,
      code: response.ok ? undefined : errorAnswerSchema.parse(JSON.parse(text)).error.code,
    };
  }

  const names = Object.keys(routes) as RouteName[];

  it('finds a rule at every route: nobody needed, or a list of known roles', () => {
    for (const [name, route] of Object.entries<Route>(routes)) {
      if (route.who === 'nobody-needed') expect(route.confirmed, name).to.equal(undefined);
      else expect(route.who.length, name).to.be.greaterThan(0);
      if (route.who !== 'nobody-needed') expect(roleSchema.options, name).to.include.members([...route.who]);
    }
  });

  for (const name of names) {
    it(`${name} answers nobody, six roles, six tokens, the unconfirmed and the overdue by its rule`, async () => {
      for (const walker of walkers) {
        const expected = ruleFor(name, routes[name], walker);
        const { code, status } = await ask(name, { headers: await walker.headers() });
        const said = `${name} as ${walker.name}`;
        expect(status, said).to.be.lessThan(500);
        if (expected !== undefined) expect(code, said).to.equal(expected);
        else expect(code ?? 'let through', said).not.to.be.oneOf(refusals.filter((each) => each !== ownRefusals[name]));
      }
    }).timeout(120_000);
  }

  it('wants the CSRF token for every change by cookie, whatever the role may do', async () => {
    const signedIn = walkers.filter(({ kind, at }) => kind === 'person' && at === 'here');
    for (const name of names) {
      const route: Route = routes[name];
      if (route.who === 'nobody-needed' || route.method === 'get') continue;
      for (const walker of signedIn.slice(0, 2)) {
        const { cookie = '' } = await walker.headers();
        expect((await ask(name, { headers: { cookie } })).code, `${name} as ${walker.name}`).to.equal(
          'csrf-token-missing',
        );
      }
    }
  }).timeout(240_000);

  it('shows and does nothing of one setting to the administrator and the safeguarding lead of another', async () => {
    const strangers = walkers.filter(({ at }) => at === 'elsewhere');
    expect(strangers).to.have.length(2);
    const withIds = names.filter((name) => routes[name].path.includes('{id}'));
    const asked = [
      ...withIds.flatMap((name) => Object.entries(ids).map(([what, id]) => ({ name, what, id }))),
      ...names.filter((name) => !withIds.includes(name)).map((name) => ({ name, what: 'thing', id: unknownId })),
    ];
    for (const walker of strangers) {
      for (const { name, what, id } of asked) {
        const { status, text } = await ask(name, { headers: await walker.headers(), id });
        const said = `${name} with a ${what} of another setting as ${walker.name}: ${text}`;
        expect(status, said).to.be.within(withIds.includes(name) ? 400 : 200, 499);
        // No list holds one, and no error repeats one.
        for (const leaked of Object.values(ids)) expect(text, said).not.to.include(leaked);
      }
    }
  }).timeout(240_000);
});

/** One of each thing that a route names by id, in a setting. */
async function thingsOf(base: Base, settingId: string, deviceId: string): Promise<Record<string, string>> {
  const person = await base.db('memberships').where({ setting_id: settingId }).first('person_id');
  const token = await base.db('tokens').where({ setting_id: settingId }).first('id');
  const by = { settingId, name: 'test', personId: null, origin: 'http://localhost' };
  const invitation = await base.people.makeInvitation(by, { email: 'new@example.org', role: 'staff', days: null });
  const at = '2026-01-01T00:00:00.000Z';
  const hold = {
    id: '0e0e0e0e-0e0e-4e0e-8e0e-0e0e0e0e0e0e',
    setting_id: settingId,
    reason: 'r',
    set_by: 't',
    set_at: at,
  };
  await base.db('holds').insert(hold);
  const incident = '1e1e1e1e-1e1e-4e1e-8e1e-1e1e1e1e1e1e';
  await base.db('incidents').insert({
    ...{ id: incident, setting_id: settingId, reference: 'AAAA-AAAA', source: 'person', category: 'damage' },
    ...{ severity: 'act', signed_off: false, confidential: false, state: 'open', ongoing: false, count: 1 },
    ...{ opened_at: at, known_at: at, last_at: at },
  });
  return {
    device: deviceId,
    person: person.person_id,
    token: token.id,
    invitation: invitation.id,
    hold: hold.id,
    incident,
  };
}
