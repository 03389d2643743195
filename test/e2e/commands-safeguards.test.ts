import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { io } from 'socket.io-client';
import { enrol } from '../../agent/identity/enrol.ts';
import type { Identity } from '../../agent/identity/identity.ts';
import type { SecurityEventView } from '../../shared/api/safeguards.ts';
import type { Envelope } from '../../shared/command/envelope.ts';
import { isReleaseCode } from '../../shared/command/release-code.ts';
import { instant, systemClock } from '../../shared/instant.ts';
import { silentLog } from '../../shared/log.ts';
import { openCapsule } from '../../shared/policy/capsule.ts';
import type { Capsule } from '../../shared/policy/device-settings.ts';
import { known } from '../../shared/reading.ts';
import { socketPath } from '../../shared/wire/events.ts';
import type { MoveMessage } from '../../shared/wire/messages.ts';
import {
  ask,
  connected,
  greet,
  helloOf,
  openThinAgent,
  startTestServer,
  type TestServer,
  type ThinAgent,
} from '../support/in-process-server.ts';
import { pause, until } from '../support/processes.ts';
import { type SignedInPerson, signInAs } from '../support/signed-in.ts';
import { makeTempFolder, removeTempFolder } from '../support/temp-folder.ts';

const reason = 'stolen from the car park';
const minute = 60_000;

describe('orders that destroy, over the wire', function () {
  this.timeout(60_000);
  let folder: string;
  let server: TestServer;
  let ada: SignedInPerson;
  let lena: SignedInPerson;
  let passed = 0;
  const open: { disconnect(): unknown }[] = [];

  before(async () => {
    folder = makeTempFolder();
    const clock = { now: () => systemClock.now() + passed };
    server = await startTestServer(folder, clock, () => performance.now() + passed);
    ada = await signInAs(server, 'administrator', 'Ada');
    lena = await signInAs(server, 'safeguarding-lead', 'Lena');
  });
  afterEach(() => {
    for (const socket of open.splice(0)) socket.disconnect();
  });
  after(async () => {
    await server.stop();
    removeTempFolder(folder);
  });

  const must = <Body>(answer: { status: number; body?: Body; error?: { message: string } | undefined }): Body => {
    if (answer.error !== undefined || answer.body === undefined) throw new Error(answer.error?.message ?? 'no body');
    return answer.body;
  };
  const come = async (identity: Identity): Promise<{ socket: ThinAgent; offered: Envelope[]; capsules: Capsule[] }> => {
    const [offered, capsules]: [Envelope[], Capsule[]] = [[], []];
    const socket = openThinAgent(identity);
    open.push(socket);
    socket.on('command', (envelope) => offered.push(envelope));
    socket.on('capsule', (capsule) => capsules.push(capsule));
    await connected(socket);
    await ask(socket, 'hello', helloOf(identity));
    return { socket, offered, capsules };
  };
  const say = (socket: ThinAgent, commandId: string, to: MoveMessage['to'], more: Partial<MoveMessage> = {}) =>
    ask(socket, 'move', { commandId, to, at: instant(Date.now()), ...more });
  const order = (id: string, body: Record<string, unknown>, by = ada) =>
    by.call('orderCommand', { params: { id }, body: { args: {}, reason, ...body } });
  const stateOf = async (id: string) => must(await ada.call('showCommand', { params: { id } })).state;
  const events = async (): Promise<SecurityEventView[]> => must(await ada.call('listSecurityEvents')).items;
  const eventOf = async (code: SecurityEventView['code'], deviceId: string): Promise<SecurityEventView> => {
    const found = async () => (await events()).find((event) => event.code === code && event.deviceId === deviceId);
    return (await until(code, found)).value;
  };
  const refusedAtTheDoor = (identity: Identity) =>
    connected(openThinAgent(identity)).then(
      () => false,
      () => true,
    );

  it('want the password again each time, a person, and the right name', async () => {
    const { deviceId: id } = await server.enrolDevice('Guarded');
    const wipe = { kind: 'wipe', args: { level: 'device' }, deviceName: 'Guarded' };
    expect((await order(id, wipe)).error?.code).to.equal('confirm-password');
    const body = { ...wipe, reason };
    expect((await server.call('orderCommand', { params: { id }, body })).error?.code).to.equal('forbidden');
    await ada.confirm();
    expect((await order(id, { ...wipe, deviceName: 'Guard' })).error?.code).to.equal('not-valid');
    const cleared = must(await order(id, { kind: 'clear-photos' }));
    expect(cleared.state).to.equal('queued');
    expect((await order(id, { kind: 'clear-photos' })).error?.code).to.equal('confirm-password');
    const link = await ada.call('makeEnrolmentLink', { body: { name: 'Guarded' } });
    expect(link.error?.code).to.equal('conflict');
    await ada.call('cancelCommand', { params: { id: cleared.id }, body: {} });
    expect((await ada.call('makeEnrolmentLink', { body: { name: 'Guarded' } })).status).to.equal(201);
  });

  it('keep their device from being enrolled anew with a link that was made before', async () => {
    const { deviceId: id } = await server.enrolDevice('Taken over');
    const { link } = must(await ada.call('makeEnrolmentLink', { body: { name: 'Taken over' } }));
    await ada.confirm();
    const cleared = must(await order(id, { kind: 'clear-photos' }));
    const again = () => enrol({ link, dataFolder: makeTempFolder(), platform: 'simulated', log: silentLog });
    const refusal = await again().then(
      () => 'enrolled',
      (error: Error) => error.message,
    );
    expect(refusal).to.include('clear-photos');
    expect(await stateOf(cleared.id)).to.equal('queued');
    await ada.call('cancelCommand', { params: { id: cleared.id }, body: {} });
    expect((await again()).epoch).to.equal(2);
  });

  it('wipe: receipt, silence, and it is gone; it cannot come back as itself, and is told of when it tries', async () => {
    const identity = await server.enrolDevice('Stolen');
    const { deviceId: id } = identity;
    const { socket, offered } = await come(identity);
    await ada.confirm();
    const wipe = must(await order(id, { kind: 'wipe', args: { level: 'device' }, deviceName: 'Stolen' }));
    await until('the order', async () => (offered.length === 1 ? true : undefined));
    await say(socket, wipe.id, 'received');
    const receipt = { level: 'device', volumes: 2, people: 1 } as const;
    await say(socket, wipe.id, 'started', { evidence: { receipt } });
    socket.disconnect();
    await pause(100);
    passed += 10 * minute + 1_000;
    await until('its silence to count', async () => ((await stateOf(wipe.id)) === 'verified' ? true : undefined), {
      withinMs: 20_000,
    });
    const moves = must(await ada.call('showCommand', { params: { id: wipe.id } })).moves;
    expect(moves.at(-1)).to.have.deep.nested.property('evidence.receipt', receipt);
    const fleet = must(await ada.call('listDevices')).items.map((device) => device.name);
    expect(fleet).not.to.include('Stolen');
    expect(must(await ada.call('showDevice', { params: { id } })).retiredAt).to.be.a('string');
    expect(await refusedAtTheDoor(identity)).to.equal(true);
    expect(await eventOf('wiped-device-came-back', id)).to.include({ deviceName: 'Stolen', count: 1 });
    expect((await server.enrolDevice('Stolen')).deviceId).to.not.equal(id);
  });

  it('wipe: one that comes after its receipt and is not understood is not verified by silence either: it lives', async () => {
    const identity = await server.enrolDevice('Newer');
    const { socket } = await come(identity);
    await ada.confirm();
    const body = { kind: 'wipe', args: { level: 'device' }, deviceName: 'Newer' };
    const wipe = must(await order(identity.deviceId, body));
    await until('it to be sent', async () => ((await stateOf(wipe.id)) === 'sent' ? true : undefined));
    await say(socket, wipe.id, 'received');
    await say(socket, wipe.id, 'started', { evidence: { receipt: { level: 'device', volumes: 1, people: 2 } } });
    socket.disconnect();
    const newer = openThinAgent(identity);
    open.push(newer);
    await connected(newer);
    expect((await ask(newer, 'hello', helloOf(identity, { protocol: 99 as never }))).ok).to.equal(false);
    newer.disconnect();
    passed += 11 * minute;
    await pause(17_000);
    expect(await stateOf(wipe.id)).to.equal('started');
  });

  it('wipe: one that says hello after its receipt is not verified by silence, also over a restart of the server', async () => {
    const identity = await server.enrolDevice('Alive');
    const first = await come(identity);
    await ada.confirm();
    const body = { kind: 'wipe', args: { level: 'device' }, deviceName: 'Alive' };
    const wipe = must(await order(identity.deviceId, body));
    await until('the order', async () => (first.offered.length === 1 ? true : undefined));
    await say(first.socket, wipe.id, 'received');
    const evidence = { receipt: { level: 'device', volumes: 1, people: 0 } } as const;
    await say(first.socket, wipe.id, 'started', { evidence });
    first.socket.disconnect();
    const second = await come(identity);
    second.socket.disconnect();
    await pause(100);
    await server.restart();
    passed += 30 * minute;
    await pause(16_000);
    expect(await stateOf(wipe.id)).to.equal('started');
    const third = await come(identity);
    await say(third.socket, wipe.id, 'failed', { reason: 'interrupted' });
    expect(await stateOf(wipe.id)).to.equal('failed');
  });

  it('retire: its last word is acknowledged, then its connection ends and its certificate with it', async () => {
    const identity = await server.enrolDevice('Old laptop');
    const { socket, offered } = await come(identity);
    await ada.confirm();
    const body = { kind: 'retire', deviceName: 'Old laptop' };
    const retire = must(await order(identity.deviceId, body));
    await until('the order', async () => (offered.length === 1 ? true : undefined));
    await say(socket, retire.id, 'received');
    await say(socket, retire.id, 'started');
    const cut = new Promise((resolve) => socket.once('disconnect', resolve));
    const answer = await say(socket, retire.id, 'verified', { evidence: { removes: ['identity', 'settings'] } });
    expect(answer.ok).to.equal(true);
    await cut;
    expect(await refusedAtTheDoor(identity)).to.equal(true);
    await eventOf('retired-device-came-back', identity.deviceId);
  });

  it('retire: a device that will not come back goes by its name, with the password, its history kept', async () => {
    const { deviceId: id } = await server.enrolDevice('Lost');
    const body = { deviceName: 'Lost', reason };
    const params = { id };
    expect((await ada.call('retireDevice', { params, body })).error?.code).to.equal('confirm-password');
    await ada.confirm();
    const gone = must(await ada.call('retireDevice', { params, body }));
    expect(gone.retiredAt).to.be.a('string');
    expect((await order(id, { kind: 'logout' })).error?.code).to.equal('conflict');
    expect((await ada.call('listCommands', { params })).status).to.equal(200);
    const patch = { name: 'Found' };
    expect((await ada.call('changeDevice', { params, body: patch })).error?.code).to.equal('conflict');
  });

  it('what a device forbids and what is held there is shown, and refused', async () => {
    const identity = await server.enrolDevice('Its own mind');
    const socket = openThinAgent(identity);
    open.push(socket);
    await connected(socket);
    await ask(socket, 'hello', helloOf(identity, { forbids: ['lock'] }));
    const params = { id: identity.deviceId };
    expect((await order(identity.deviceId, { kind: 'lock' })).error?.code).to.equal('conflict');
    const held = { deviceId: identity.deviceId, reason: 'a case' };
    expect((await ada.call('setHold', { body: held })).error?.code).to.equal('forbidden');
    must(await lena.call('setHold', { body: held }));
    const shown = must(await ada.call('showDevice', { params }));
    expect(shown.forbids).to.deep.equal(['lock']);
    expect(shown.hold).to.include({ reason: 'a case', setBy: 'Lena' });
    await ada.confirm();
    expect((await order(identity.deviceId, { kind: 'clear-photos' })).error?.code).to.equal('held');
    await ask(socket, 'hello', helloOf(identity));
    expect(must(await ada.call('showDevice', { params })).forbids).to.deep.equal([]);
  });

  it('the code that is read out opens the lock of the device whose key travelled in its settings', async () => {
    const identity = await server.enrolDevice('Locked');
    const { capsules } = await come(identity);
    await until('its settings', async () => (capsules.length > 0 ? true : undefined));
    const settings = openCapsule(capsules[0] as Capsule, identity.commandKey)?.settings;
    const { deviceId, epoch } = identity;
    const challenge = 'K7QM-2XVD';
    const body = { challenge: 'k7qm 2xvd', reason };
    const { code } = must(await ada.call('answerReleaseChallenge', { params: { id: deviceId }, body }));
    expect(isReleaseCode(settings?.releaseKey ?? '', { deviceId, epoch, challenge }, code)).to.equal(true);
    const asLead = await lena.call('answerReleaseChallenge', { params: { id: deviceId }, body });
    expect(asLead.error?.code).to.equal('forbidden');
  });

  it('a lock that was opened by code, or tried with wrong ones, is told by the device’s next report', async () => {
    const identity = await server.enrolDevice('Tried');
    const { socket } = await come(identity);
    const at = instant(Date.now());
    const lock = { locked: true, since: at, releasedBy: null, triesLeft: 3 };
    const health = {
      startedAt: at,
      starts: 1,
      clockSkewSeconds: 0,
      lastFullCycleAt: null,
      memoryMb: 80,
      cpuPercent: 0,
    };
    const report = (sequence: number, now: typeof lock | { releasedBy: 'code' }) => ({
      epoch: identity.epoch,
      sequence,
      at,
      sections: { agent: known({ ...health, failures: [], lock: { ...lock, ...now } }, at) },
    });
    expect((await ask(socket, 'report', report(1, lock))).ok).to.equal(true);
    await eventOf('release-codes-wrong', identity.deviceId);
    const released = { ...lock, locked: false, releasedBy: 'code' as const, triesLeft: 5 };
    expect((await ask(socket, 'report', { ...report(2, released as never) })).ok).to.equal(true);
    await eventOf('released-by-code', identity.deviceId);
  });

  it('a move that cannot be read fails its order, and the next one goes out', async () => {
    const identity = await server.enrolDevice('Garbled');
    const { socket, offered } = await come(identity);
    const first = must(await order(identity.deviceId, { kind: 'refresh' }));
    await until('the first', async () => (offered.length === 1 ? true : undefined));
    const second = must(await order(identity.deviceId, { kind: 'logout' }));
    await say(socket, first.id, 'received');
    const garbled = { commandId: first.id, to: 'verified', at: 'yesterday', evidence: { path: '/home/a' } };
    expect(await ask(socket, 'move', garbled)).to.have.nested.property('error.code', 'not-valid');
    expect(await stateOf(first.id)).to.equal('failed');
    await until('the second', async () => (offered[1]?.id === second.id ? true : undefined));
  });

  it('two servers’ answers crossed: each refuses the other’s order by name, notices it, and moves nothing', async () => {
    const identity = await server.enrolDevice('Between two');
    const { deviceId: id } = identity;
    await server.stop();
    const copy = makeTempFolder();
    cpSync(join(folder, 'server'), join(copy, 'server'), { recursive: true });
    await server.restart().catch(() => {});
    const other = await startTestServer(copy);
    const body = { kind: 'refresh', args: {}, reason };
    const here = must(await server.call('orderCommand', { params: { id }, body }));
    const there = must(await other.call('orderCommand', { params: { id }, body }));
    const toThere = { ...identity, server: { ...identity.server, port: other.agentPort } };
    const evidence = { sections: [], unknown: [] };
    for (const [at, about] of [
      [identity, there],
      [toThere, here],
    ] as const) {
      const { socket } = await greet(at);
      open.push(socket);
      expect(await say(socket, about.id, 'verified', { evidence })).to.have.nested.property('error.code', 'not-found');
    }
    expect((await eventOf('order-unknown', id)).commandId).to.equal(there.id);
    expect(await stateOf(here.id)).to.equal('sent');
    const seen = must(await other.call('showCommand', { params: { id: there.id } }));
    expect(seen.state).to.equal('sent');
    await other.stop();
    removeTempFolder(copy);
  });

  it('somebody who guesses passwords, or sends what their page did not, is told of', async () => {
    const body = JSON.stringify({ email: 'ada@nursery.example', password: 'wrong' });
    const headers = { 'content-type': 'application/json' };
    const guess = async () =>
      (await fetch(`${server.peopleUrl}/api/v1/session`, { method: 'POST', headers, body })).status;
    for (let tries = 0; tries < 12 && (await guess()) !== 429; tries += 1);
    const { cookie = '' } = lena.headers;
    const path = `${server.peopleUrl}/api/v1/holds`;
    await fetch(path, { method: 'POST', headers: { ...headers, cookie }, body: '{}' });
    const codes = async () => (await events()).map(({ code }) => code);
    await until('both', async () => {
      const seen = await codes();
      return seen.includes('sign-in-throttled') && seen.includes('csrf-refused') ? true : undefined;
    });
  });

  it('are told live to those whom the rule of the event names, and to nobody else', async () => {
    const sam = await signInAs(server, 'staff', 'Sam');
    const heard = async (person: SignedInPerson): Promise<string[]> => {
      const names: string[] = [];
      const socket = io(`${server.peopleUrl}/console`, {
        path: socketPath,
        transports: ['websocket'],
        reconnection: false,
        forceNew: true,
        extraHeaders: { cookie: person.headers.cookie ?? '', origin: server.peopleUrl },
      });
      open.push(socket);
      socket.onAny((name: string) => names.push(name));
      await connected(socket);
      return names;
    };
    const [reader, staff] = [await heard(lena), await heard(sam)];
    const identity = await server.enrolDevice('Watched');
    const { socket } = await come(identity);
    must(await order(identity.deviceId, { kind: 'refresh' }));
    await say(socket, '0b0f4f1e-0f0a-4b7e-8d64-000000000001', 'refused', { reason: 'bad-signature' });
    await until('the lead to hear', async () => (new Set(reader).size === 3 ? true : undefined));
    expect(new Set(reader)).to.deep.equal(new Set(['device', 'command', 'security']));
    await until('staff to hear', async () => (staff.length > 0 ? true : undefined));
    expect(new Set(staff)).to.deep.equal(new Set(['device']));
  });
});
