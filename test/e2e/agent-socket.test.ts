import { expect } from 'chai';
import fc from 'fast-check';
import type { Identity } from '../../agent/identity/identity.ts';
import { instant } from '../../shared/instant.ts';
import { known } from '../../shared/reading.ts';
import type { ChangedSections } from '../../shared/report/report.ts';
import { maxMessageBytes } from '../../shared/wire/events.ts';
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
import { pause } from '../support/processes.ts';
import { makeTempFolder, removeTempFolder } from '../support/temp-folder.ts';

const ago = (ms: number) => instant(Date.now() - ms);
const signedIn = (person: string): ChangedSections => ({
  sessions: known(
    {
      sessions: [
        { id: '1', person, where: 'console' as const, since: ago(9_000), activity: 'active' as const, locked: null },
      ],
    },
    ago(1_000),
  ),
});

describe('the agents’ socket', () => {
  let folder: string;
  let server: TestServer;
  let identity: Identity;
  const open: ThinAgent[] = [];

  before(async () => {
    folder = makeTempFolder();
    server = await startTestServer(folder);
    identity = await server.enrolDevice('Tablet 1');
  });
  afterEach(() => {
    for (const socket of open.splice(0)) socket.disconnect();
  });
  after(async () => {
    await server.stop();
    removeTempFolder(folder);
  });
  const greeted = async (of: Identity) => {
    const { socket, welcome } = await greet(of);
    open.push(socket);
    return { socket, welcome };
  };
  const refusedFor = async (of: Identity, options: Record<string, unknown>): Promise<string> => {
    const socket = openThinAgent(of, options);
    open.push(socket);
    return connected(socket).then(
      () => 'connected',
      (error: Error) => error.message,
    );
  };
  const shown = async (id: string) => {
    const answer = await server.call('showDevice', { params: { id } });
    if (answer.error) throw new Error(answer.error.message);
    return answer.body;
  };

  it('lets nobody in who has no certificate', async () => {
    expect(await refusedFor(identity, { cert: undefined, key: undefined })).to.match(/websocket error/);
  });

  it('lets nobody in with a certificate of another authority', async () => {
    const other = makeTempFolder();
    const impostor = await startTestServer(other);
    const foreign = await impostor.enrolDevice('Tablet 1');
    await impostor.stop();
    removeTempFolder(other);
    expect(await refusedFor(identity, { cert: foreign.certificate, key: foreign.privateKey })).to.match(
      /websocket error/,
    );
  });

  it('lets a device in, and no longer once it was enrolled again; the new one comes in', async () => {
    const first = await server.enrolDevice('Tablet 9');
    const { socket } = await greeted(first);
    const cut = new Promise<string>((resolve) => socket.once('disconnect', resolve));
    const second = await server.enrolDevice('Tablet 9');
    expect(await cut).to.be.a('string');
    expect(await refusedFor(first, {})).to.match(/websocket error/);
    expect(second.epoch).to.equal(first.epoch + 1);
    expect((await greeted(second)).welcome.lastSequence).to.equal(0);
  });

  it('answers each malformed message by name and stays up', async () => {
    const { socket } = await greeted(identity);
    const codes = [];
    for (const [event, message] of [
      ['report', 'garbage'],
      ['report', { epoch: 1 }],
      [
        'report',
        {
          epoch: identity.epoch,
          sequence: 1,
          at: ago(0),
          sections: { encryption: { state: 'known', value: 'yes', at: ago(0) } },
        },
      ],
      ['report', { epoch: identity.epoch, sequence: 1, at: ago(0), sections: {}, extra: '/home/a/photo.jpg' }],
      ['move', { commandId: 'x', to: 'cancelled', at: ago(0) }],
      ['wipe-everything', {}],
      ['hello', null],
    ]) {
      const answer = await ask(socket, String(event), message);
      codes.push(answer.ok ? 'ok' : answer.error.code);
    }
    expect(codes).to.deep.equal([
      'not-valid',
      'not-valid',
      'not-valid',
      'not-valid',
      'not-valid',
      'unknown-message',
      'not-valid',
    ]);
    expect((await fetch(`${server.peopleUrl}/readyz`)).status).to.equal(200);
  });

  it('never fails on any message at all (100 random ones)', async () => {
    const { socket } = await greeted(identity);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('hello', 'report', 'move'), fc.jsonValue(), async (event, message) => {
        expect((await ask(socket, event, message)).ok).to.equal(false);
      }),
      { numRuns: 100 },
    );
  });

  it('cuts a connection that sends more than it may, and serves the others', async () => {
    const { socket } = await greeted(await server.enrolDevice('Flood'));
    const cut = new Promise((resolve) => socket.once('disconnect', resolve));
    socket.emit(
      'report',
      { epoch: 1, sequence: 1, at: ago(0), sections: {}, pad: 'x'.repeat(maxMessageBytes + 1) } as never,
      () => {},
    );
    await cut;
    expect((await greeted(identity)).welcome.time).to.be.a('string');
  });

  it('wants hello first, the right protocol and the certificate’s own enrolment', async () => {
    const socket = openThinAgent(identity);
    open.push(socket);
    await connected(socket);
    const report = { epoch: identity.epoch, sequence: 1, at: ago(0), sections: {} };
    expect(await ask(socket, 'report', report)).to.have.nested.property('error.code', 'hello-first');
    expect(await ask(socket, 'hello', helloOf(identity, { protocol: 99 }))).to.have.nested.property(
      'error.code',
      'protocol-not-supported',
    );
    expect(await ask(socket, 'hello', helloOf(identity, { epoch: 99 }))).to.have.nested.property(
      'error.code',
      'wrong-epoch',
    );
  });

  it('calls nobody online whose hello it refuses, and lets nobody wait outside the agents’ namespace', async () => {
    const device = await server.enrolDevice('Old agent');
    const socket = openThinAgent(device);
    open.push(socket);
    await connected(socket);
    await ask(socket, 'hello', helloOf(device, { protocol: 99 }));
    expect((await shown(device.deviceId)).presence.state).to.equal('never');
    const root = openThinAgent(device, {}, '/');
    open.push(root);
    expect(
      await connected(root).then(
        () => 'in',
        (error: Error) => error.message,
      ),
    ).to.match(/nothing here/i);
  });

  it('shows a device that speaks again as heard, at its hello and not at its next change', async () => {
    const device = await server.enrolDevice('Long silent');
    const { socket } = await greeted(device);
    await ask(socket, 'report', { epoch: device.epoch, sequence: 1, at: ago(0), sections: {} });
    expect((await shown(device.deviceId)).findings.map((finding) => finding.code)).not.to.include('silent');
  });

  it('dates nothing before the enrolment, whatever a dead clock says', async () => {
    const device = await server.enrolDevice('Dead clock');
    await server.call('changeDevice', { params: { id: device.deviceId }, body: { assignedPeople: ['alice'] } });
    const { socket } = await greeted(device);
    const at = '1970-01-01T00:00:10.000Z';
    await ask(socket, 'report', { epoch: device.epoch, sequence: 1, at, sections: signedIn('mallory') });
    const [finding] = (await shown(device.deviceId)).findings.filter((one) => one.code === 'unauthorised-person');
    expect(finding?.since.slice(0, 4)).to.equal(instant(Date.now()).slice(0, 4));
  });

  it('refuses a report from the future and says what to do; nothing of it is stored', async () => {
    const device = await server.enrolDevice('Future');
    const { socket } = await greeted(device);
    const late = instant(Date.now() + 3_600_000);
    const inside = { sessions: known({ sessions: [] }, late) };
    for (const report of [
      { epoch: device.epoch, sequence: 1, at: late, sections: {} },
      { epoch: device.epoch, sequence: 1, at: ago(0), sections: inside },
    ]) {
      const answer = await ask(socket, 'report', report);
      expect(answer).to.have.nested.property('error.code', 'report-from-the-future');
      expect(answer.ok ? '' : answer.error.message).to.match(/hello, correct the times/);
    }
    expect((await shown(device.deviceId)).sections.sessions.state).to.equal('unknown');
  });

  it('believes the certificate, not the message: one device cannot answer for another’s order', async () => {
    const victim = await server.enrolDevice('Victim');
    const ordered = await server.call('orderCommand', {
      params: { id: victim.deviceId },
      body: { kind: 'refresh', args: {}, reason: 'a test' },
    });
    if (ordered.error) throw new Error(ordered.error.message);
    const { socket } = await greeted(identity);
    const answer = await ask(socket, 'move', { commandId: ordered.body.id, to: 'received', at: ago(0) });
    expect(answer).to.have.nested.property('error.code', 'not-found');
  });

  it('stores a report once, however often it comes, and acknowledges each time', async () => {
    const device = await server.enrolDevice('Twice');
    const { socket } = await greeted(device);
    const report = { epoch: device.epoch, sequence: 7, at: ago(500), sections: signedIn('alice') };
    for (let time = 0; time < 3; time += 1) expect((await ask(socket, 'report', report)).ok).to.equal(true);
    const changes = await server.call('listChanges', { params: { id: device.deviceId } });
    expect(changes.error ? 0 : changes.body.items.length).to.equal(1);
    await server.restart();
    expect((await greeted(device)).welcome.lastSequence).to.equal(7);
    expect((await shown(device.deviceId)).sections.sessions.state).to.equal('known');
  });

  it('puts misuse on record once, with its true time, and joins repeats (DEV7, INC1)', async () => {
    const device = await server.enrolDevice('Reception tablet');
    await server.call('changeDevice', { params: { id: device.deviceId }, body: { assignedPeople: ['alice'] } });
    const { socket } = await greeted(device);
    const send = (sequence: number, at: string, sections: ChangedSections) =>
      ask(socket, 'report', { epoch: device.epoch, sequence, at, sections });
    const firstAt = ago(0);
    await send(1, firstAt, signedIn('mallory'));
    await pause(20);
    await send(2, ago(0), { sessions: known({ sessions: [] }, ago(0)) });
    await pause(20);
    await send(3, ago(0), signedIn('mallory'));
    const incidents = await server.call('listIncidents');
    const mine = incidents.error
      ? []
      : incidents.body.items.filter((incident) => incident.deviceId === device.deviceId);
    expect(mine).to.have.length(1);
    expect(mine[0]).to.include({ matter: 'unauthorised-person', count: 2, ongoing: true, openedAt: firstAt });
    const shown = await server.call('showIncident', { params: { id: mine[0]?.id ?? '' } });
    expect(shown.error ? [] : shown.body.entries.map(({ kind }) => kind)).to.deep.equal([
      'opened',
      'evidence',
      'ended',
      'repeated',
      'evidence',
      'seen',
    ]);
  });
});
