import { once } from 'node:events';
import { connect } from 'node:net';
import { expect } from 'chai';
import { sessionViewSchema } from '../../../shared/api/people.ts';
import { auditOf, hour, owner, type Rig, rightPassword, startRig } from './people-rig.ts';
import { refused, signInOver, startWeb, type Web } from './web-rig.ts';

describe('the routes of people', () => {
  let rig: Rig;
  let web: Web;
  const right = { email: owner.email, password: rightPassword };

  beforeEach(async () => {
    rig = await startRig();
    web = await startWeb(rig);
  });
  afterEach(async () => {
    await web.stop();
    await rig.stop();
  });

  async function withOwner() {
    await rig.people.addAdministrator(owner, 'command line');
    return await signInOver(web, right);
  }

  it('set up the first administrator and sign in', async () => {
    const needed = async () => (await web.ask('GET', '/set-up')).json();
    expect(await needed()).to.deep.equal({ needed: true });
    const token = (await rig.people.issueSetUpToken())?.secret;
    const body = { token, settingName: 'Acorns', ...owner };
    const answer = await web.ask('POST', '/set-up', {}, body);
    expect(answer.status).to.equal(201);
    expect(sessionViewSchema.parse(await answer.json()).settingName).to.equal('Acorns');
    const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
    expect((await web.ask('GET', '/session', { cookie })).status).to.equal(200);
    expect(await needed()).to.deep.equal({ needed: false });
    expect(await refused(web.ask('POST', '/set-up', {}, body))).to.equal('409 set-up-done');
  });

  it('set a cookie that scripts and other sites cannot use, for twelve hours', async () => {
    const { setCookie } = await withOwner();
    expect(setCookie).to.match(/^hometime_session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/);
  });

  it('set a cookie for TLS only when the request came over TLS', async () => {
    await rig.people.addAdministrator(owner, 'command line');
    const { setCookie } = await signInOver(web, right, { 'x-forwarded-proto': 'https' });
    expect(setCookie).to.include('; Secure');
  });

  it('show the session to its person, without a CSRF token', async () => {
    const { cookie, view } = await withOwner();
    const answer = await web.ask('GET', '/session', { cookie });
    expect(await answer.json()).to.deep.equal(view);
  });

  it('refuse a wrong password', async () => {
    await rig.people.addAdministrator(owner, 'command line');
    const asking = web.ask('POST', '/session', {}, { ...right, password: 'wrong' });
    expect(await refused(asking)).to.equal('401 wrong-credentials');
  });

  it('say in Retry-After how long to wait after too many wrong passwords', async () => {
    const wrong = () => web.ask('POST', '/session', {}, { ...right, password: 'wrong' });
    for (let n = 0; n < 5; n += 1) await wrong();
    const answer = await wrong();
    expect(answer.headers.get('retry-after')).to.equal('2');
    expect(await refused(Promise.resolve(answer))).to.equal('429 too-many-tries');
  });

  it('keep no text that a proxy forwards in place of an address', async () => {
    await rig.people.addAdministrator(owner, 'command line');
    await signInOver(web, right, { 'x-forwarded-for': 'not an address' });
    await signInOver(web, right, { 'x-forwarded-for': '2001:db8::7' });
    const addresses = (await auditOf(rig, 'sign-in.done')).map((entry) => entry.data.address);
    expect(addresses).to.deep.equal(['unknown', '2001:db8::7']);
  });

  for (const [what, header] of [
    ['no token', undefined],
    ['an empty token', ''],
    ['a wrong token', 'x'.repeat(43)],
  ] as const) {
    it(`refuse a change by cookie with ${what} of the session, put it on record, and change nothing`, async () => {
      const { cookie, view } = await withOwner();
      const headers = { cookie, ...(header === undefined ? {} : { 'x-csrf-token': header }) };
      expect(await refused(web.ask('DELETE', '/session', headers))).to.equal('403 csrf-token-missing');
      expect((await auditOf(rig, 'csrf.refused'))[0]).to.include({ actor: owner.name, subject: view.personId });
      expect((await web.ask('GET', '/session', { cookie })).status).to.equal(200);
    });
  }

  it('refuse a change with the token of another session of the same person', async () => {
    const one = await withOwner();
    const other = await signInOver(web, right);
    const headers = { cookie: one.cookie, 'x-csrf-token': other.view.csrfToken };
    expect(await refused(web.ask('DELETE', '/session', headers))).to.equal('403 csrf-token-missing');
  });

  it('sign out: the cookie is taken back and opens nothing any more', async () => {
    const { cookie, view } = await withOwner();
    const answer = await web.ask('DELETE', '/session', { cookie, 'x-csrf-token': view.csrfToken });
    expect(answer.status).to.equal(200);
    expect(answer.headers.get('set-cookie')).to.match(
      /^hometime_session=; Max-Age=0; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    expect(await refused(web.ask('GET', '/session', { cookie }))).to.equal('401 not-signed-in');
  });

  it('end the session the browser carried when it signs in again', async () => {
    const { cookie } = await withOwner();
    await signInOver(web, right, { cookie });
    expect(await refused(web.ask('GET', '/session', { cookie }))).to.equal('401 not-signed-in');
  });

  it('know a session no more after twelve hours', async () => {
    const { cookie } = await withOwner();
    rig.time.now += 12 * hour;
    expect(await refused(web.ask('GET', '/session', { cookie }))).to.equal('401 not-signed-in');
  });

  for (const cookie of [
    'hometime_session=',
    `hometime_session=${'x'.repeat(43)}`,
    `hometime_session=${'x'.repeat(8_000)}`,
    'hometime_session=%E0%A4%A; hometime_session',
    'hometime_session=__proto__',
    "hometime_session=' or 1=1 --",
    ';;;===',
  ]) {
    it(`take a garbage cookie for nobody: ${cookie.slice(0, 40)}`, async () => {
      await withOwner();
      expect(await refused(web.ask('GET', '/session', { cookie }))).to.equal('401 not-signed-in');
    });
  }

  it('let an API token in by its role, without a CSRF token, and tell it that it has no session', async () => {
    const { secret } = await rig.people.addToken({ name: 'report', role: 'manager' }, 'command line');
    const headers = { authorization: `Bearer ${secret}` };
    expect((await web.ask('GET', '/devices', headers)).status).to.equal(200);
    expect(await refused(web.ask('GET', '/session', headers))).to.equal('403 forbidden');
    expect(await refused(web.ask('DELETE', '/session', headers))).to.equal('403 forbidden');
    expect(await refused(web.ask('POST', '/enrolment-links', headers, {}))).to.equal('403 forbidden');
  });

  for (const authorization of ['Bearer', 'Bearer ht_', `Bearer ht_${'x'.repeat(43)}`, 'Basic YTpi', '']) {
    it(`do not let a good cookie make up for a wrong token: "${authorization.slice(0, 14)}"`, async () => {
      const { cookie } = await withOwner();
      expect(await refused(web.ask('GET', '/session', { cookie, authorization }))).to.equal('401 not-signed-in');
    });
  }

  it('do not take a session’s secret for a token, nor a token for a session', async () => {
    const { cookie } = await withOwner();
    const { secret } = await rig.people.addToken({ name: 'report', role: 'manager' }, 'command line');
    const bare = cookie.replace('hometime_session=', '');
    for (const headers of [
      { authorization: `Bearer ht_${bare}` },
      { authorization: `Bearer ${bare}` },
      { cookie: `hometime_session=${secret}` },
      { cookie: `hometime_session=${secret.slice(3)}` },
    ]) {
      expect(await refused(web.ask('GET', '/devices', headers))).to.equal('401 not-signed-in');
    }
  });

  it('know the person behind a socket’s upgrade, and when their session ends', async () => {
    const { cookie, view } = await withOwner();
    const upgraded = once(web.server, 'upgrade');
    const socket = connect(web.port, '127.0.0.1');
    socket.write(
      `GET /live HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nCookie: a=b; ${cookie}\r\n\r\n`,
    );
    const [request, serverEnd] = await upgraded;
    serverEnd.destroy();
    socket.destroy();
    const found = await rig.authenticator.authenticate(request.headers);
    expect(found?.asker.id).to.equal(view.personId);
    expect(found?.expiresAt).to.equal('2026-11-02T20:00:00.000Z');
  });
});
