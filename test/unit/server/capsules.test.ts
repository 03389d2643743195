import { generateKeyPairSync } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { expect } from 'chai';
import { settingCalendar } from '../../../server/calendar/setting-calendar.ts';
import { createCapsules } from '../../../server/policy/capsules.ts';
import { mediaSaltOf } from '../../../server/policy/media-salt.ts';
import { storePolicy } from '../../../server/policy/policy-store.ts';
import { createRulesOf } from '../../../server/policy/rules-in-force.ts';
import { type Database, openDatabase } from '../../../server/storage/database.ts';
import { instant } from '../../../shared/instant.ts';
import { silentLog } from '../../../shared/log.ts';
import { openCapsule } from '../../../shared/policy/capsule.ts';
import type { Capsule, SignedSettings } from '../../../shared/policy/device-settings.ts';
import { defaultPolicy, type Policy } from '../../../shared/policy/document.ts';
import { until } from '../../support/processes.ts';
import { manualClock } from './manual-clock.ts';

const clock = manualClock();
const pair = generateKeyPairSync('ed25519');
const signingKey = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const commandKey = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const idOf = (index: number) => `0b0f4f1e-0f0a-4b7e-8d64-${String(index).padStart(12, '0')}`;

const device = {
  kind: 'tablet' as const,
  childFacing: true,
  assignedPeople: ['alice'],
  enrolledAt: '2026-11-01T09:00:00.000Z',
};

describe('the capsules of signed settings', () => {
  let db: Database;
  let sent: { deviceId: string; capsule: Capsule }[];
  let connected: Set<string>;
  let settingOf: (deviceId: string) => string;
  let capsules: ReturnType<typeof createCapsules>;

  beforeEach(async () => {
    db = await openDatabase('sqlite::memory:');
    for (const id of ['s', 't']) {
      await db('settings').insert({ id, name: id, time_zone: 'Europe/London', created_at: instant(clock.now()) });
    }
    sent = [];
    connected = new Set([idOf(1)]);
    settingOf = () => 's';
    capsules = createCapsules({
      db,
      clock,
      log: silentLog,
      signingKey,
      deviceOf: async (deviceId) => ({ ...device, settingId: settingOf(deviceId), epoch: 3 }),
      rulesOf: createRulesOf({ clock, calendarFor: settingCalendar }).inForce,
      isConnected: (deviceId) => connected.has(deviceId),
      send: (deviceId, capsule) => void sent.push({ deviceId, capsule }),
    });
  });
  afterEach(async () => {
    await capsules.stop();
    await db.destroy();
  });

  const offered = async (...ids: string[]): Promise<SignedSettings> => {
    const before = sent.length;
    capsules.offer(ids);
    await until('the capsules', async () => (sent.length >= before + ids.length ? true : undefined));
    return opened(sent.at(-1)?.capsule);
  };
  const opened = (capsule: Capsule | undefined): SignedSettings => {
    const settings = capsule && openCapsule(capsule, commandKey);
    if (settings === undefined) throw new Error('it does not open');
    return settings;
  };
  const store = (policy: Partial<Policy>) =>
    storePolicy(db, 's', { ...defaultPolicy, ...policy }, { actor: 'Ada', at: instant(clock.now()) });

  it('are signed for the device and its enrolment, with what it looks by', async () => {
    const { settings, ...rest } = await offered(idOf(1));
    expect(rest).to.deep.equal({ deviceId: idOf(1), epoch: 3, version: 1, issuedAt: instant(clock.now()) });
    const { apps, filterTests, resourceFolder } = defaultPolicy;
    expect(settings).to.deep.include({ apps, filterTests, resourceFolder });
  });

  it('rise in version with every policy that is stored, the first one too', async () => {
    const versions = [(await offered(idOf(1))).version];
    for (const resourceFolder of ['Topics', null, 'Topics']) {
      await store({ resourceFolder });
      const { version, settings } = await offered(idOf(1));
      versions.push(version);
      expect(settings.resourceFolder).to.equal(resourceFolder);
    }
    expect(versions).to.deep.equal([1, 2, 3, 4]);
  });

  it('carry one secret a setting, which never changes, and another one for each setting (DEV10)', async () => {
    settingOf = (deviceId) => (deviceId === idOf(1) ? 's' : 't');
    connected = new Set([idOf(1), idOf(2)]);
    const first = (await offered(idOf(1))).settings.mediaSalt;
    const other = (await offered(idOf(2))).settings.mediaSalt;
    await store({ resourceFolder: 'Topics' });
    expect((await offered(idOf(1))).settings.mediaSalt).to.equal(first);
    expect(Buffer.from(first ?? '', 'base64')).to.have.length(32);
    expect(other).to.not.equal(first);
    expect(new Set(await Promise.all([1, 2, 3].map(() => mediaSaltOf(db, 's')))).size).to.equal(1);
  });

  it('go to nobody who is not connected, and the next is not held up', async () => {
    capsules.offer([idOf(7), idOf(8)]);
    expect((await offered(idOf(1))).deviceId).to.equal(idOf(1));
    expect(sent).to.have.length(1);
  });

  it('go on after an offer to nobody, and end with the server', async () => {
    capsules.offer([]);
    expect((await offered(idOf(1))).version).to.equal(1);
    await capsules.stop();
    capsules.offer([idOf(1)]);
    expect(sent).to.have.length(1);
  });

  it('go out to a big fleet little by little: no tick of the server signs hundreds', async () => {
    const ids = Array.from({ length: 300 }, (_none, index) => idOf(index));
    connected = new Set(ids);
    const ticks: number[] = [];
    let last = performance.now();
    const beat = setInterval(() => {
      ticks.push(performance.now() - last);
      last = performance.now();
    }, 5);
    capsules.offer(ids);
    await until('all of them', async () => (sent.length === 300 ? true : undefined));
    clearInterval(beat);
    // Twelve batches with a wait between them: the clock went on ticking all the while.
    expect(ticks.length).to.be.greaterThan(24);
    expect(new Set(sent.map(({ deviceId }) => deviceId)).size).to.equal(300);
  });
});
