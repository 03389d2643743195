import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { join } from 'node:path';
import { expect } from 'chai';
import { io } from 'socket.io-client';
import { openBase } from '../../server/base.ts';
import { readConfig } from '../../server/config.ts';
import { errorAnswerSchema } from '../../shared/api/errors.ts';
import { routes } from '../../shared/api/routes.ts';
import { systemClock } from '../../shared/instant.ts';
import { silentLog } from '../../shared/log.ts';
import { socketPath } from '../../shared/wire/events.ts';
import { callRoute, connected, startTestServer, type TestServer } from '../support/in-process-server.ts';
import { makeTempFolder, removeTempFolder } from '../support/temp-folder.ts';

const password = 'a long enough password';

describe('REST', () => {
  let folder: string;
  let server: TestServer;

  before(async () => {
    folder = makeTempFolder();
    server = await startTestServer(folder);
    const base = await openBase(readConfig({}, join(folder, 'server')), { clock: systemClock, log: silentLog });
    await base.people.addAdministrator({ email: 'admin@example.org', name: 'Ada', password }, 'test');
    await base.close();
  });
  after(async () => {
    await server.stop();
    removeTempFolder(folder);
  });

  const raw = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${server.peopleUrl}${path}`, {
      ...init,
      headers: { 'content-type': 'application/json', ...init.headers },
    });
    return {
      status: response.status,
      error: errorAnswerSchema.parse(await response.json()).error,
      headers: response.headers,
    };
  };
  const signIn = async () => {
    const response = await fetch(`${server.peopleUrl}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'admin@example.org', password }),
    });
    const { csrfToken } = routes.signIn.answer.parse(await response.json());
    return {
      cookie: response.headers.getSetCookie()[0]?.split(';')[0] ?? '',
      csrfToken,
      setCookie: response.headers.getSetCookie()[0] ?? '',
    };
  };

  it('answers every fault with the one error shape and a sentence', async () => {
    const auth = { authorization: `Bearer ${server.token}` };
    const faults = [
      await raw('/api/v1/devices'),
      await raw('/api/v1/devices', { headers: { authorization: 'Bearer ht_wrong' } }),
      await raw('/api/v1/nothing', { headers: auth }),
      await raw('/api/v1/devices/not-an-id', { headers: auth }),
      await raw('/api/v1/devices?limit=0', { headers: auth }),
      await raw('/api/v1/devices?cursor=garbage', { headers: auth }),
      await raw('/api/v1/devices?unknown=1', { headers: auth }),
      await raw('/api/v1/session', { method: 'POST', body: '{"email":' }),
      await raw('/api/v1/session', { method: 'POST', body: '[]' }),
      await raw('/api/v1/session', { method: 'POST', body: 'xx', headers: { 'content-encoding': 'gzip' } }),
      await raw('/api/v1/session', { method: 'POST', body: '{}', headers: { 'content-type': 'text/plain' } }),
      await raw('/api/v1/session', { method: 'POST', body: `{"email":"${'x'.repeat(300_000)}"}` }),
      await raw('/api/v1/session', { method: 'POST', body: JSON.stringify({ email: 7, password: null }) }),
      await raw('/api/v1/session', {
        method: 'POST',
        body: JSON.stringify({ email: 'admin@example.org', password: 'wrong' }),
      }),
      await raw('/api/v1/devices/%E0%A4%A', { headers: auth }),
      await raw('/api/v1/devices', { method: 'PUT', headers: auth }),
      await raw('/api/v1/session', { method: 'PATCH', body: '{}' }),
    ];
    expect(faults.map((fault) => [fault.status, fault.error.code])).to.deep.equal([
      [401, 'not-signed-in'],
      [401, 'not-signed-in'],
      [404, 'not-found'],
      [404, 'not-found'],
      [400, 'not-valid'],
      [400, 'not-valid'],
      [400, 'not-valid'],
      [400, 'not-json'],
      [400, 'not-valid'],
      [400, 'not-valid'],
      [400, 'not-json'],
      [413, 'too-large'],
      [400, 'not-valid'],
      [401, 'wrong-credentials'],
      [400, 'not-valid'],
      [405, 'method-not-allowed'],
      [405, 'method-not-allowed'],
    ]);
    for (const fault of faults) expect(fault.error.message).to.match(/^[A-Z].{10,}[.!]$/s);
    expect(Object.keys(faults[12]?.error.fields ?? {})).to.have.members(['email', 'password']);
  });

  it('takes an order for ten thousand devices by their ids, the most that the page can tick, and no larger body elsewhere', async () => {
    const ids = Array.from({ length: 10_000 }, () => randomUUID());
    const body = { filter: { ids }, order: { kind: 'logout', args: {} } };
    const preview = await server.call('previewBatch', { body });
    if (preview.error) throw new Error(preview.error.message);
    expect(preview.body).to.include({ now: 0, later: 0, refused: 0 });
    const tooMany = { ...body, filter: { ids: Array.from({ length: 30_000 }, () => ids[0]) } };
    expect(await server.call('previewBatch', { body: tooMany })).to.have.nested.property('error.code', 'too-large');
  });

  it('says which methods a path takes to whoever tries another', async () => {
    const answer = await fetch(`${server.peopleUrl}/api/v1/devices/any`, { method: 'DELETE' });
    expect([answer.status, answer.headers.get('allow')]).to.deep.equal([405, 'GET, PATCH']);
  });

  it('wants the CSRF token of the session for every change that comes by cookie', async () => {
    const { cookie, csrfToken, setCookie } = await signIn();
    expect(setCookie)
      .to.match(/HttpOnly/)
      .and.to.match(/SameSite=Strict/);
    const body = { name: 'Tablet 3' };
    const without = await callRoute(server.peopleUrl, 'makeEnrolmentLink', { body, headers: { cookie } });
    expect(without).to.have.nested.property('error.code', 'csrf-token-missing');
    const wrong = await callRoute(server.peopleUrl, 'makeEnrolmentLink', {
      body,
      headers: { cookie, 'x-csrf-token': 'wrong' },
    });
    expect(wrong).to.have.nested.property('error.code', 'csrf-token-missing');
    const right = await callRoute(server.peopleUrl, 'makeEnrolmentLink', {
      body,
      headers: { cookie, 'x-csrf-token': csrfToken },
    });
    expect(right.status).to.equal(201);
  });

  it('gives devices page by page until the cursor is null, in order, each once', async () => {
    for (const name of ['Zebra', 'apple', 'Bear', 'Bear 2']) await server.call('makeEnrolmentLink', { body: { name } });
    const seen: string[] = [];
    let cursor: string | null | undefined;
    do {
      const query: Record<string, string> = { limit: '2', ...(cursor ? { cursor } : {}) };
      const page = await server.call('listDevices', { query });
      if (page.error) throw new Error(page.error.message);
      seen.push(...page.body.items.map((device) => device.name));
      cursor = page.body.nextCursor;
    } while (cursor !== null);
    expect(seen).to.have.length(new Set(seen).size);
    expect(seen).to.include.members(['Zebra', 'apple', 'Bear', 'Bear 2']);
    expect(seen).to.deep.equal([...seen].sort());
  });

  it('keeps what belongs to one setting from the others', async () => {
    const link = await server.call('makeEnrolmentLink', { body: { name: 'Ours' } });
    const id = link.error ? '' : link.body.deviceId;
    const base = await openBase(readConfig({}, join(folder, 'server')), { clock: systemClock, log: silentLog });
    const settingId = '7c1f7a55-8f3e-4b57-9d8e-3a4f5b6c7d8e';
    const setting = {
      id: settingId,
      name: 'Other',
      time_zone: 'Europe/London',
      created_at: '2026-01-01T00:00:00.000Z',
    };
    await base.db('settings').insert(setting);
    const { secret } = await base.people.addToken({ name: 'other', role: 'administrator', settingId }, 'test');
    await base.close();
    const headers = { authorization: `Bearer ${secret}` };
    expect(await callRoute(server.peopleUrl, 'listDevices', { headers })).to.have.nested.property(
      'body.items.length',
      0,
    );
    for (const name of ['showDevice', 'listChanges', 'listCommands'] as const) {
      expect((await callRoute(server.peopleUrl, name, { headers, params: { id } })).status, name).to.equal(404);
    }
    const order = { kind: 'logout', args: {}, reason: 'not theirs' };
    expect(
      (await callRoute(server.peopleUrl, 'orderCommand', { headers, params: { id }, body: order })).status,
    ).to.equal(404);
  });

  it('describes every route in OpenAPI', async () => {
    const response = await fetch(`${server.peopleUrl}/api/openapi.json`);
    const document = (await response.json()) as {
      openapi: string;
      paths: Record<string, Record<string, { operationId: string }>>;
    };
    expect(document.openapi).to.equal('3.1.0');
    const described = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).map((method) => method.operationId),
    );
    expect(described).to.have.members(Object.keys(routes));
  });

  it('opens its live socket to the signed-in page of its own origin, and to nobody else', async () => {
    const { cookie } = await signIn();
    const attempt = async (extraHeaders: Record<string, string>) => {
      const socket = io(`${server.peopleUrl}/console`, {
        path: socketPath,
        transports: ['websocket'],
        reconnection: false,
        forceNew: true,
        extraHeaders,
      });
      const result = await connected(socket).then(
        () => 'in',
        () => 'out',
      );
      socket.disconnect();
      return result;
    };
    expect(await attempt({ cookie, origin: server.peopleUrl })).to.equal('in');
    expect(await attempt({ cookie, origin: 'https://elsewhere.example' })).to.equal('out');
    expect(await attempt({ cookie })).to.equal('out');
    expect(await attempt({ origin: server.peopleUrl })).to.equal('out');
    expect(await attempt({ authorization: `Bearer ${server.token}` })).to.equal('in');
  });

  it('takes nothing on the live socket: unknown, wrong and oversized messages change nothing and harm nobody', async () => {
    const open = async () => {
      const socket = io(`${server.peopleUrl}/console`, {
        path: socketPath,
        transports: ['websocket'],
        reconnection: false,
        forceNew: true,
        extraHeaders: { authorization: `Bearer ${server.token}` },
      });
      await connected(socket);
      return socket;
    };
    const [noisy, watching] = [await open(), await open()];
    for (const message of [null, 7, 'x', { kind: 'logout' }, [[[]]], Buffer.from([0, 255])]) {
      for (const event of ['device', 'command', 'no-such-thing']) noisy.emit(event, message);
    }
    const told = new Promise((resolve) => watching.once('device', resolve));
    const link = await server.call('makeEnrolmentLink', { body: { name: 'Watched' } });
    const id = link.error ? '' : link.body.deviceId;
    await server.call('changeDevice', { params: { id }, body: { childFacing: true } });
    expect(await told).to.include({ id, childFacing: true });
    const cut = new Promise((resolve) => noisy.once('disconnect', resolve));
    noisy.emit('device', 'x'.repeat(100_000));
    await cut;
    expect(watching.connected).to.equal(true);
    expect((await fetch(`${server.peopleUrl}/healthz`)).status).to.equal(200);
    watching.disconnect();
  });

  it('survives a request that breaks off and one that is no HTTP at all', async () => {
    await new Promise<void>((resolve) => {
      const broken = request(`${server.peopleUrl}/api/v1/session`, {
        method: 'POST',
        headers: { 'content-length': '100', 'content-type': 'application/json' },
      });
      broken.on('error', () => {});
      broken.on('close', () => resolve());
      broken.write('{"email"');
      setTimeout(() => broken.destroy(), 50);
    });
    expect((await fetch(`${server.peopleUrl}/healthz`)).status).to.equal(200);
  });
});
