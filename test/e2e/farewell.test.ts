import { expect } from 'chai';
import type { Identity } from '../../agent/identity/identity.ts';
import type { DeviceView } from '../../shared/api/devices.ts';
import type { FarewellReason } from '../../shared/policy/farewell.ts';
import { ask, greet, startTestServer, type TestServer } from '../support/in-process-server.ts';
import { until } from '../support/processes.ts';
import { makeTempFolder, removeTempFolder } from '../support/temp-folder.ts';
import { manualClock } from '../unit/server/manual-clock.ts';

const minuteMs = 60_000;

describe('an agent that says why it ends (DEV6, INC1)', function () {
  // The server looks every twenty seconds at what is due.
  this.timeout(120_000);
  const clock = manualClock(Date.now());
  const started = performance.now();
  let ranMs = 0;
  let folder: string;
  let server: TestServer;

  before(async () => {
    folder = makeTempFolder();
    server = await startTestServer(folder, clock, () => performance.now() - started + ranMs);
  });
  after(async () => {
    await server.stop();
    removeTempFolder(folder);
  });

  const pass = (minutes: number) => {
    clock.move(minutes * minuteMs);
    ranMs += minutes * minuteMs;
  };
  const shown = async ({ deviceId }: Identity): Promise<DeviceView> => {
    const answer = await server.call('showDevice', { params: { id: deviceId } });
    if (answer.error) throw new Error(answer.error.message);
    return answer.body;
  };
  const isFound = async (identity: Identity) =>
    (await shown(identity)).findings.some(({ code }) => code === 'agent-silent');
  const cases = async ({ deviceId }: Identity) => {
    const answer = await server.call('listIncidents', { query: { deviceId } });
    if (answer.error) throw new Error(answer.error.message);
    return answer.body.items.map(({ matter, ongoing, count }) => ({ matter, ongoing, count }));
  };
  /** Says hello, then why it ends, and is gone. */
  async function ends(identity: Identity, why: FarewellReason): Promise<void> {
    const { socket } = await greet(identity);
    expect(await ask(socket, 'farewell', { epoch: identity.epoch, why })).to.deep.equal({ ok: true, value: {} });
    socket.disconnect();
  }

  it('is missed while it is away when it was stopped, once on record, and the others are not', async () => {
    const [stopped, off, updated, vanished] = await Promise.all(
      ['Stopped', 'Switched off', 'Updated', 'Vanished'].map((name) => server.enrolDevice(name)),
    );
    if (!stopped || !off || !updated || !vanished) throw new Error('four devices');
    const at = clock.now();
    await Promise.all([ends(stopped, 'stopped'), ends(off, 'system-ends'), ends(updated, 'stopped')]);
    (await greet(vanished)).socket.disconnect();
    pass(1);
    const back = await greet(updated);
    pass(3);
    await until('the finding', async () => ((await isFound(stopped)) ? true : undefined), { withinMs: 40_000 });
    expect(await cases(stopped)).to.deep.equal([{ matter: 'agent-silent', ongoing: true, count: 1 }]);
    for (const other of [off, updated, vanished]) {
      expect(await isFound(other)).to.equal(false);
      expect(await cases(other)).to.deep.equal([]);
    }
    expect((await shown(off)).presence.farewell).to.deep.equal({ why: 'system-ends', at: new Date(at).toISOString() });
    expect((await shown(vanished)).presence).to.not.have.property('farewell');
    expect((await shown(updated)).presence).to.not.have.property('farewell');
    back.socket.disconnect();
    // Back: it goes on being told, as the same case.
    (await greet(stopped)).socket.disconnect();
    expect(await isFound(stopped)).to.equal(true);
    expect((await shown(stopped)).presence).to.not.have.property('farewell');
    expect(await cases(stopped)).to.deep.equal([{ matter: 'agent-silent', ongoing: true, count: 1 }]);
  });

  it('is given its time anew by a server that was down meanwhile', async () => {
    const identity = await server.enrolDevice('Waits');
    await ends(identity, 'stopped');
    pass(60);
    await server.restart();
    // A look at what is due goes by.
    await new Promise((resolve) => setTimeout(resolve, 25_000));
    expect(await isFound(identity)).to.equal(false);
    (await greet(identity)).socket.disconnect();
    pass(10);
    expect(await cases(identity)).to.deep.equal([]);
  });

  it('is not listened to before it said hello, nor for another enrolment, nor in other words', async () => {
    const identity = await server.enrolDevice('Refused');
    const { socket } = await greet(identity);
    const wrongEpoch = await ask(socket, 'farewell', { epoch: identity.epoch + 1, why: 'stopped' });
    expect(wrongEpoch).to.have.nested.property('error.code', 'wrong-epoch');
    const otherWords = await ask(socket, 'farewell', { epoch: identity.epoch, why: 'switched off by Anna' });
    expect(otherWords).to.have.nested.property('error.code', 'not-valid');
    socket.disconnect();
    expect((await shown(identity)).presence).to.not.have.property('farewell');
  });
});
