import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { createServer, type Server } from 'node:https';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import type { Asker } from '../../../server/http/asker.ts';
import { createWebhookPost } from '../../../server/notify/webhook-post.ts';
import { createAddressRule, readNetworks } from '../../../server/notify/webhook-target.ts';
import { newWebhookSchema, webhookBodySchema } from '../../../shared/api/notify.ts';
import { freePort } from '../../support/ports.ts';
import { asked, codeOf } from '../commands/orders-rig.ts';
import { certificate } from './mail-server.ts';
import { day, hour, minute, type NotifyRig, startNotifyRig } from './notify-rig.ts';

interface Call {
  body: string;
  headers: IncomingMessage['headers'];
}

/** A real receiver over TLS that proves each call by its signature, as its manual says. */
async function startReceiver() {
  const calls: Call[] = [];
  const answers: (number | 'silence')[] = [];
  const port = await freePort();
  const server: Server = createServer({ ...certificate }, (request, response) => {
    text(request).then(
      (body) => {
        calls.push({ body, headers: request.headers });
        const answer = answers.shift() ?? 200;
        if (answer === 'silence') return;
        response.writeHead(answer, answer === 302 ? { Location: `https://127.0.0.1:${port}/elsewhere` } : {});
        response.end('x'.repeat(100_000));
      },
      () => {},
    );
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `https://127.0.0.1:${port}/hook?key=opens`,
    calls,
    answers,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What a receiver does with the header before it believes the body; `nowSeconds`: a call older than five minutes is refused. */
function isGenuine({ body, headers }: Call, secret: string, nowSeconds: number): boolean {
  const [, seconds = '', hex = ''] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['hometime-signature'])) ?? [];
  const expected = createHmac('sha256', secret).update(`${seconds}.${body}`).digest();
  return (
    Math.abs(nowSeconds - Number(seconds)) <= 300 && timingSafeEqual(expected, Buffer.from(hex.padEnd(64, '0'), 'hex'))
  );
}

describe('webhooks', () => {
  let receiver: Awaited<ReturnType<typeof startReceiver>>;
  let rig: NotifyRig;
  let admin: Asker;
  beforeEach(async () => {
    receiver = await startReceiver();
    rig = await startNotifyRig();
    admin = await rig.person('administrator', 'Ada Bell');
  });
  afterEach(async () => {
    await rig.stop();
    await receiver.stop();
  });

  const by = (asker: Asker) => ({ asker, session: undefined });
  const make = (url = receiver.url) =>
    rig.notify.routes.makeWebhook(asked(by(admin), {}, { name: 'Our alarm', url, severities: ['urgent'] }));
  const log = async () =>
    (await rig.notify.routes.listDeliveries(asked(by(admin), {}, undefined, { limit: 50 }))).items;
  const nowSeconds = () => Math.floor(rig.clock.now() / 1_000);

  it('are called once for a flood, with a signature that proves body and time, and nothing of what it is about', async () => {
    const { secret } = await make();
    for (let index = 0; index < 50; index += 1) await rig.tell();
    await rig.tell({ severity: 'act' });
    await rig.notify.look();
    expect(receiver.calls).to.have.length(1);
    const [call] = receiver.calls;
    if (call === undefined) throw new Error('nothing came');
    expect(isGenuine(call, secret, nowSeconds())).to.equal(true);
    expect(isGenuine(call, secret, nowSeconds() + 301), 'kept and sent again').to.equal(false);
    expect(isGenuine({ ...call, body: call.body.replace('urgent', 'check') }, secret, nowSeconds())).to.equal(false);
    expect(isGenuine(call, 'another secret', nowSeconds())).to.equal(false);
    const body = webhookBodySchema.parse(JSON.parse(call.body));
    expect(body).to.include({ severity: 'urgent', purpose: 'notice', link: 'https://hometime.example/notices' });
    expect(call.headers['hometime-delivery']).to.equal(body.id);
    expect((await log()).map(({ state, to }) => [state, to])).to.deep.equal([['sent', 'Our alarm']]);
  });

  it('are called of what is urgent no later for having been called often: nobody can look at a webhook’s notices', async () => {
    await make();
    for (let calls = 0; calls < 8; calls += 1) {
      await rig.tell();
      await rig.notify.look();
      rig.pass(6 * minute);
    }
    expect(receiver.calls).to.have.length(8);
  });

  it('are tried again with growing waits under the same id, each attempt on record', async () => {
    await make();
    receiver.answers.push(500, 429, 'silence', 302);
    await rig.tell();
    await rig.notify.look();
    for (const wait of [minute, 3 * minute, 6 * minute, 16 * minute]) {
      rig.pass(wait);
      await rig.notify.look();
    }
    expect(new Set(receiver.calls.map(({ headers }) => headers['hometime-delivery'])).size).to.equal(1);
    const [delivery] = await log();
    expect(delivery?.state).to.equal('sent');
    expect(delivery?.attempts.map(({ outcome, status }) => [outcome, status])).to.deep.equal([
      ['refused-for-now', 500],
      ['refused-for-now', 429],
      ['no-answer', null],
      ['redirected', 302],
      ['accepted', 200],
    ]);
  }).timeout(10_000);

  it('are given up after a day, loudly: an administrator is told, and it is in the audit log', async () => {
    const other = await rig.person('administrator', 'Otto Vane');
    await make();
    await receiver.stop();
    await rig.tell();
    for (let hours = 0; hours < 36; hours += 1) {
      await rig.notify.look();
      rig.pass(hour);
    }
    await rig.notify.look();
    const [delivery] = await log();
    expect(delivery?.state).to.equal('given-up');
    expect(delivery?.attempts).to.have.length.within(8, 11);
    expect(delivery?.nextAt).to.equal(null);
    const told = await rig.notify.routes.listNotices(asked(by(other), {}, undefined, { limit: 9, which: 'open' }));
    expect(told.items.map(({ matter }) => matter.kind)).to.include('delivery');
    const entries = await rig.db('audit_entries').where({ action: 'delivery.given-up' });
    expect(entries).to.have.length(1);
  });

  it('are not told of what is confidential (INC4)', async () => {
    await make();
    await rig.tell({ confidential: true });
    await rig.notify.look();
    expect(receiver.calls).to.deep.equal([]);
  });

  it('keep their address and secret sealed, show neither, and end for good', async () => {
    const { id, secret } = await make();
    const kept = JSON.stringify(await rig.db('webhooks'));
    expect(kept).not.to.include(secret).and.not.to.include('key=opens');
    const { items } = await rig.notify.routes.listWebhooks(asked(by(admin), {}, undefined));
    expect(JSON.stringify(items)).not.to.include(secret).and.not.to.include('key=opens');
    await rig.tell();
    receiver.answers.push(500);
    await rig.notify.look();
    await rig.notify.routes.removeWebhook(asked(by(admin), { id }, undefined));
    rig.pass(day);
    await rig.notify.look();
    expect(receiver.calls).to.have.length(1);
    expect((await log()).map(({ state }) => state)).to.deep.equal(['dropped']);
    const foreign: Asker = { ...admin, settingId: '5e771e00-0000-4000-8000-000000000002' };
    const { id: other } = await make();
    expect(await codeOf(rig.notify.routes.removeWebhook(asked(by(foreign), { id: other }, undefined)))).to.equal(
      'not-found',
    );
  });

  it('answer a test at once, with how it went', async () => {
    const { id } = await make();
    const test = () => rig.notify.routes.testWebhook(asked(by(admin), { id }, {}));
    expect((await test()).attempts.map(({ outcome }) => outcome)).to.deep.equal(['accepted']);
    receiver.answers.push(404);
    const { state, attempts, nextAt } = await test();
    expect([state, attempts.length, nextAt]).to.deep.equal(['given-up', 1, null]);
    expect(await rig.db('notices')).to.deep.equal([]);
  });

  it('may not be made for this computer or its own network', async () => {
    for (const url of [
      'https://10.0.0.5/x',
      'https://[::1]/',
      'https://2130706434/',
      'https://localhost/',
      'https://nas.local/',
    ])
      expect(await codeOf(make(url)), url).to.equal('not-valid');
    for (const url of ['http://example.org/', 'https://me:pw@example.org/', 'ftp://x', 'x'])
      expect(newWebhookSchema.safeParse({ name: 'x', url, severities: ['act'] }).success, url).to.equal(false);
  });
});

describe('where a webhook may go', () => {
  it('is the internet: no spelling of an inward address passes', () => {
    const mayReach = createAddressRule([]);
    const inward = [
      '127.0.0.1',
      '127.9.9.9',
      '0.0.0.0',
      '10.1.2.3',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.0.1',
      '169.254.169.254',
      '100.64.0.1',
      '224.0.0.1',
      '255.255.255.255',
      '::1',
      '::',
      'fe80::1',
      'fe80::1%eth0',
      'fd00::1',
      'ff02::1',
      '::ffff:127.0.0.1',
      '::ffff:7f00:1',
      '::FFFF:10.0.0.1',
      '0:0:0:0:0:ffff:c0a8:0001',
      '64:ff9b::7f00:1',
      '2002:7f00:1::',
      '::127.0.0.1',
      '::7f00:1',
      'fec0::1',
      '2001:0:4136:e378:8000:63bf:80ff:fffe',
      'not an address',
      '',
    ];
    expect(inward.filter(mayReach)).to.deep.equal([]);
    const outward = ['1.1.1.1', '172.32.0.1', '192.169.0.1', '2606:4700::1111', '::ffff:1.1.1.1', '11.0.0.1'];
    expect(outward.filter((address) => !mayReach(address))).to.deep.equal([]);
  });

  it('is widened by what the operator allows, and by no more', () => {
    const mayReach = createAddressRule(readNetworks('192.168.1.20, 10.7.0.0/16'));
    expect(['192.168.1.20', '10.7.3.4', '::ffff:10.7.0.1'].filter((address) => !mayReach(address))).to.deep.equal([]);
    expect(['192.168.1.21', '10.8.0.1'].filter(mayReach)).to.deep.equal([]);
    for (const wrong of ['10.0.0.0/33', 'nas', '10.0.0.0/x', '10.0.0.0/-1'])
      expect(() => readNetworks(wrong)).to.throw('must be');
  });

  it('is judged by what a name means when the connection is made (INC4)', async () => {
    const asks: string[] = [];
    const post = createWebhookPost({
      now: Date.now,
      mayReach: createAddressRule([]),
      resolve: (name, _options, done) => {
        asks.push(name);
        done(null, [{ address: '127.0.0.1', family: 4 }]);
      },
    });
    const call = { id: 'x', secret: 's', body: '{}', url: 'https://hooks.example/' };
    expect(await post(call)).to.deep.equal({ outcome: 'target-not-allowed', status: null });
    expect(await post({ ...call, url: 'https://127.0.0.1/' })).to.deep.equal({
      outcome: 'target-not-allowed',
      status: null,
    });
    expect(asks).to.deep.equal(['hooks.example']);
  });
});
