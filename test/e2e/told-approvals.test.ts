import { join } from 'node:path';
import { expect } from 'chai';
import { openBase } from '../../server/base.ts';
import { readConfig } from '../../server/config.ts';
import { instant, systemClock } from '../../shared/instant.ts';
import { silentLog } from '../../shared/log.ts';
import { startTestServer, type TestServer } from '../support/in-process-server.ts';
import { type SignedInPerson, signInAs } from '../support/signed-in.ts';
import { makeTempFolder, removeTempFolder } from '../support/temp-folder.ts';

describe('a wipe that waits for a second administrator', function () {
  this.timeout(60_000);
  let folder: string;
  let server: TestServer;
  let ada: SignedInPerson;
  let ben: SignedInPerson;

  before(async () => {
    folder = makeTempFolder();
    server = await startTestServer(folder, systemClock);
    ada = await signInAs(server, 'administrator', 'Ada');
    ben = await signInAs(server, 'administrator', 'Ben');
    await haveSecondFactors();
  });
  after(async () => {
    await server.stop();
    removeTempFolder(folder);
  });

  const haveSecondFactors = async () => {
    const base = await openBase(readConfig({}, join(server.folder, 'server')), { clock: systemClock, log: silentLog });
    const [at, ids]: [string, string[]] = [instant(Date.now()), await base.db('people').pluck('id')];
    const rows = ids.map((id) => ({ person_id: id, sealed_secret: 'x', offered_at: at, proved_at: at }));
    await base.db('second_factors').insert(rows);
    await base.close();
  };
  const toLookAt = async (person: SignedInPerson) =>
    must(await person.call('listNotices')).items.filter(({ matter }) => matter.kind === 'approval');
  const must = <Body>(answer: { status: number; body?: Body; error?: { message: string } | undefined }): Body => {
    if (answer.error !== undefined || answer.body === undefined) throw new Error(answer.error?.message ?? 'no body');
    return answer.body;
  };

  it('is what the other administrator is asked to look at, until it waits no more', async () => {
    const { deviceId } = await server.enrolDevice('Laptop 1');
    await ada.confirm();
    const body = { kind: 'wipe', args: { level: 'device' }, deviceName: 'Laptop 1', reason: 'stolen from the car' };
    const order = must(await ada.call('orderCommand', { params: { id: deviceId }, body }));
    expect(order.state).to.equal('awaiting-approval');
    const told = await toLookAt(ben);
    expect(told.map(({ matter, severity }) => [matter.id, severity])).to.deep.equal([[order.id, 'urgent']]);
    expect(await toLookAt(ada)).to.deep.equal([]);
    const no = { params: { id: order.id }, body: { reason: 'it was found again' } };
    expect((await ben.call('declineCommand', no)).status).to.equal(200);
    expect(await toLookAt(ben)).to.deep.equal([]);
  });
});
