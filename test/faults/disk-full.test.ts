import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { enrol } from '../../agent/identity/enrol.ts';
import { deviceViewSchema } from '../../shared/api/devices.ts';
import { instant } from '../../shared/instant.ts';
import { silentLog } from '../../shared/log.ts';
import { known } from '../../shared/reading.ts';
import { ask, greet } from '../support/in-process-server.ts';
import { must } from '../support/processes.ts';
import { createRest } from '../support/rest.ts';
import { startServerProcess } from '../support/server-process.ts';
import { skipUnless } from '../support/skip.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

describe('a full disk under the server', function () {
  this.timeout(180_000);
  const disk = makeTempFolder();

  before(async function () {
    skipUnless(this, 'linux', 'root');
    await must(['mount', '-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', disk]);
  });
  after(async () => {
    await must(['umount', disk]).catch(() => {});
  });

  it('acknowledges nothing it could not store, calls the device out of touch, and goes on when there is room', async () => {
    const env = { HOMETIME_AGENT_HOST: '127.0.0.1', HOMETIME_ADDRESS: '127.0.0.1' };
    const server = await startServerProcess({ dataFolder: join(disk, 'data'), env });
    const rest = createRest(server.url, await server.token());
    const identity = await enrol({
      link: await server.enrolLink('Tablet 1'),
      dataFolder: makeTempFolder(),
      platform: 'simulated',
      log: silentLog,
    });
    const { socket } = await greet(identity);
    const shown = async () => deviceViewSchema.parse((await rest.get(`/devices/${identity.deviceId}`)).body);
    const send = (sequence: number) => {
      const at = instant(Date.now());
      const session = {
        id: '1',
        person: `p${sequence}`,
        where: 'console',
        since: null,
        activity: 'active',
        locked: null,
      };
      const sections = { sessions: known({ sessions: [session] }, at) };
      return ask(socket, 'report', { epoch: identity.epoch, sequence, at, sections });
    };
    expect((await send(1)).ok).to.equal(true);

    const filler = join(disk, 'filler');
    for (let size = 3 << 20; size > 512; size >>= 1) fill(filler, size);
    let sequence = 2;
    let answer = await send(sequence);
    // What SQLite had left of its own file may still take a few.
    while (answer.ok && sequence < 500) answer = await send(++sequence);
    expect(answer).to.have.nested.property('error.code', 'storage-failed');
    expect(answer.ok ? '' : answer.error.message).to.match(/nothing was changed/);
    expect((await shown()).presence.state).to.equal('offline');
    const refused = await rest.send('POST', `/devices/${identity.deviceId}/commands`, {
      kind: 'logout',
      args: {},
      reason: 'a test',
    });
    expect(refused.status).to.equal(503);
    expect(refused).to.have.nested.property('body.error.code', 'storage-failed');

    expect((await fetch(`${server.url}/readyz`)).status).to.equal(503);

    rmSync(filler);
    expect((await fetch(`${server.url}/readyz`)).status).to.equal(200);
    expect((await send(sequence)).ok).to.equal(true);
    expect((await shown()).presence.state).to.equal('online');
    expect((await shown()).sections.sessions).to.have.nested.property('value.sessions[0].person', `p${sequence}`);
    socket.disconnect();
    expect(await server.stop()).to.equal(0);
  });
});

/** Takes what is left, as far as it goes. */
function fill(file: string, size: number): void {
  try {
    writeFileSync(file, Buffer.alloc(size), { flag: 'a' });
  } catch {
    // Full: a smaller piece may still fit.
  }
}
