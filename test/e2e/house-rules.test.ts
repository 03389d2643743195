import { expect } from 'chai';
import type { Identity } from '../../agent/identity/identity.ts';
import { offsetsOf } from '../../server/calendar/time-zone.ts';
import { weekdayOf } from '../../shared/calendar/days.ts';
import { localDateTime } from '../../shared/calendar/local-time.ts';
import type { GuardMove } from '../../shared/guard/standing.ts';
import { instant } from '../../shared/instant.ts';
import { defaultPolicy } from '../../shared/policy/document.ts';
import { known } from '../../shared/reading.ts';
import type { ChangedSections } from '../../shared/report/report.ts';
import { changePolicy } from '../support/change-policy.ts';
import { ask, greet, startTestServer, type TestServer } from '../support/in-process-server.ts';
import { signInAs } from '../support/signed-in.ts';
import { makeTempFolder, removeTempFolder } from '../support/temp-folder.ts';
import { appsOf, encryptionOf, healthOf, photosOf, placeAt, signedIn } from '../unit/shared/facts.ts';

const ownGateway = '02:00:00:00:00:01';
const ago = (seconds: number) => instant(Date.now() - seconds * 1_000);

/** Opening hours of which the closing time passed some minutes ago. */
function closedJustNow() {
  const then = ago(180);
  const { date, time } = localDateTime(then, offsetsOf('Europe/London', Number(then.slice(0, 4))));
  const row = { day: weekdayOf(date), opens: '00:00', closes: time === '00:00' ? '00:01' : time };
  return { opening: { ...defaultPolicy.opening, week: [row], bankHolidays: 'none' as const } };
}

describe('what a setting asks of its devices, over HTTP', function () {
  this.timeout(60_000);
  let folder: string;
  let server: TestServer;
  let identity: Identity;
  let sequence = 0;
  let report: (sections: ChangedSections) => Promise<void>;

  before(async () => {
    folder = makeTempFolder();
    server = await startTestServer(folder);
    await changePolicy(server, { networks: [{ gatewayHardwareAddress: ownGateway, label: 'Nursery' }] });
    identity = await server.enrolDevice('Tablet 1');
    const { socket } = await greet(identity);
    report = async (sections) => {
      sequence += 1;
      const message = { epoch: identity.epoch, sequence, at: ago(0), sections };
      const answer = await ask(socket, 'report', message);
      if (!answer.ok) throw new Error(answer.error.message);
    };
  });
  after(async () => {
    await server.stop();
    removeTempFolder(folder);
  });

  const now = <Reading extends object>(reading: Reading): Reading => ({ ...reading, at: ago(0) });

  it('stores what a guard did by itself once, and shows it with its true times (DEV1)', async () => {
    const moves: GuardMove[] = [
      { sequence: 1, at: ago(7_200), to: 'warned', because: 'unprotected-off-site' },
      { sequence: 2, at: ago(6_600), to: 'blocked', because: 'warning-over' },
    ];
    const guard = {
      ...{ state: 'blocked' as const, since: ago(6_600), because: 'warning-over' as const, until: null },
      ...{ moves, refusedSignIns: 3, rulesExpired: false },
    };
    await report({ agent: now(healthOf({ guard })) });
    await report({ agent: now(healthOf({ guard, starts: 2 })) });
    const shown = await server.call('showGuard', { params: { id: identity.deviceId } });
    if (shown.error) throw new Error(shown.error.message);
    expect(shown.body.standing).to.include({ state: 'blocked', refusedSignIns: 3 });
    expect(shown.body.items.map(({ to, at, refusedSignIns }) => ({ to, at, refusedSignIns }))).to.deep.equal([
      { to: 'blocked', at: moves[1]?.at, refusedSignIns: 3 },
      { to: 'warned', at: moves[0]?.at, refusedSignIns: null },
    ]);
    const first = shown.body.items.at(-1);
    expect(Date.parse(first?.receivedAt ?? '') - Date.parse(first?.at ?? '')).to.be.greaterThan(7_000_000);
  });

  it('tells before a change what it would do, changes nothing by it, and then does just that (DEV3)', async () => {
    const health = now(healthOf({}));
    await report({ photos: now(photosOf(30)), encryption: now(encryptionOf('protected')), agent: health });
    const shown = await server.call('showPolicy');
    if (shown.error) throw new Error(shown.error.message);
    const { version, policy } = shown.body;
    const stricter = { ...policy, photoLimit: { tablet: 5, laptop: 5 } };
    const effects = await server.call('tryPolicy', { body: { policy: stricter } });
    if (effects.error) throw new Error(effects.error.message);
    expect(effects.body).to.include({ basedOn: version, judged: 1, touched: 1 });
    expect(effects.body.changes).to.include('Most photos and videos on a laptop: 5 (before: 500)');
    expect(effects.body.items[0]?.appears.map(({ code }) => code)).to.deep.equal(['photos-over-limit']);

    const codes = async () => {
      const device = await server.call('showDevice', { params: { id: identity.deviceId } });
      if (device.error) throw new Error(device.error.message);
      return device.body.findings.map(({ code }) => code);
    };
    expect(await codes(), 'nothing was changed').to.not.include('photos-over-limit');
    await changePolicy(server, { photoLimit: { tablet: 5, laptop: 5 } });
    expect(await codes()).to.include('photos-over-limit');
    await changePolicy(server, { photoLimit: policy.photoLimit });
  });

  it('refuses a change of a version that no longer holds, and names who changed it', async () => {
    const body = { basedOn: 1, reason: 'too late', policy: defaultPolicy };
    const refused = await server.call('changePolicy', { body });
    expect(refused.status).to.equal(409);
    expect(refused.error?.message).to.match(/^test changed the rules meanwhile/);
    const versions = await server.call('listPolicyVersions');
    if (versions.error) throw new Error(versions.error.message);
    expect(versions.body.items.at(-1)).to.deep.equal({ version: 1, since: null, by: 'Hometime', reason: null });
    expect(versions.body.items[0]).to.include({ by: 'test', reason: 'a test asks for it' });
  });

  it('shows at closing time what is missing, and nothing as done that was not looked at since (DEV2, DEV6)', async () => {
    await report({
      sessions: { ...signedIn(), at: ago(3_600) },
      apps: { ...appsOf({ famly: 'possible' }), at: ago(3_600) },
    });
    await changePolicy(server, closedJustNow());
    const board = async () => {
      const shown = await server.call('showHometime');
      if (shown.error) throw new Error(shown.error.message);
      return shown.body;
    };
    const stale = await board();
    expect(stale).to.include({ phase: 'closed', everythingAccountedFor: false, devices: 1, done: 0 });
    const ticks = Object.fromEntries(stale.items[0]?.ticks.map(({ asked, answer }) => [asked, answer]) ?? []);
    expect(ticks).to.include({ 'people-logged-out': 'cannot-tell', 'apps-signed-out': 'cannot-tell' });
    expect(ticks['accounted-for']).to.equal('yes');

    const battery = { percent: 80, charging: true };
    const system = { model: null, os: { name: 'Debian', version: '12' }, bootedAt: ago(9_000), disk: null, battery };
    const seen = { sessions: now(signedIn('amara')), apps: now(appsOf({})), photos: now(photosOf(0)) };
    await report({ ...seen, location: now(placeAt(ownGateway)), system: known(system, ago(0)) });
    const occupied = await board();
    expect(occupied.missing).to.deep.equal(['Somebody is still logged in: Tablet 1.']);
    expect(occupied.items[0]?.missing).to.equal('Amara is still logged in.');
    await report({ sessions: now(signedIn()) });
    expect(await board()).to.include({ everythingAccountedFor: true, done: 1 });
  });

  it('lets staff see the board and the rules, and neither versions nor guards, nor try or change anything', async () => {
    const staff = await signInAs(server, 'staff', 'Sam');
    expect((await staff.call('showHometime')).status).to.equal(200);
    expect((await staff.call('showPolicy')).status).to.equal(200);
    expect((await staff.call('listPolicyVersions')).status).to.equal(403);
    expect((await staff.call('showGuard', { params: { id: identity.deviceId } })).status).to.equal(403);
    expect((await staff.call('tryPolicy', { body: { policy: defaultPolicy } })).status).to.equal(403);
  });
});
