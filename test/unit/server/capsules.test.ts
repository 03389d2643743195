import { generateKeyPairSync } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { expect } from 'chai';
import { settingCalendar } from '../../../server/calendar/setting-calendar.ts';
import { createCapsules } from '../../../server/policy/capsules.ts';
import { storePolicy } from '../../../server/policy/policy-store.ts';
import { createRulesOf } from '../../../server/policy/rules-in-force.ts';
import { mediaSaltOf } from '../../../server/policy/salts.ts';
import { type Database, openDatabase } from '../../../server/storage/database.ts';
import { instant } from '../../../shared/instant.ts';
import { silentLog } from '../../../shared/log.ts';
import { openCapsule } from '../../../shared/policy/capsule.ts';
import { type Capsule, capsuleSchema, type SignedSettings } from '../../../shared/policy/device-settings.ts';
import { defaultPolicy, type Policy, policyChangeSchema } from '../../../shared/policy/document.ts';
import { evaluatedPolicyFrom } from '../../../shared/policy/evaluated-policy.ts';
import { pause, until } from '../../support/processes.ts';
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

  it('carry what the device judges itself and guards by: its rules, its people, its place by digests (DEV1)', async () => {
    const network = { gatewayHardwareAddress: '02:00:00:00:00:01', label: 'Office' };
    await store({ networks: [network], photoLimit: { tablet: 7, laptop: 9 } });
    const capsule = await offered(idOf(1));
    const { rules } = capsule.settings;
    expect(rules).to.deep.include({
      ...device,
      photoLimit: { tablet: 7, laptop: 9 },
      switches: defaultPolicy.switches,
    });
    const inForce = await createRulesOf({ clock, calendarFor: settingCalendar }).inForce(db, 's');
    expect(evaluatedPolicyFrom(capsule.settings)).to.deep.equal(inForce.rules);
    expect(sent.at(-1)?.capsule.text).to.not.include(network.gatewayHardwareAddress).and.not.include('Office');
    const daysLeft = (Date.parse(rules?.expiresAt ?? '') - clock.now()) / 86_400_000;
    expect(daysLeft).to.be.within(30, 31);
  });

  it('are the same text within a day, so that no device writes the same rules to its disk at each hello', async () => {
    const [one, other] = [await offered(idOf(1)), await offered(idOf(1))];
    clock.move(60_000);
    expect(other.settings).to.deep.equal(one.settings);
    expect((await offered(idOf(1))).settings).to.deep.equal(one.settings);
  });

  it('are renewed after a week for a device that stays connected, long before they are old', async () => {
    capsules.start({ renewLookEveryMs: 5 });
    await offered(idOf(1));
    clock.move(6.9 * 86_400_000);
    await pause(50);
    expect(sent).to.have.length(1);
    clock.move(0.2 * 86_400_000);
    await until('the next one', async () => (sent.length === 2 ? true : undefined));
    connected = new Set();
    clock.move(8 * 86_400_000);
    await pause(50);
    expect(sent).to.have.length(2);
    expect(
      Date.parse(opened(sent[1]?.capsule).settings.rules?.expiresAt ?? '') -
        Date.parse(opened(sent[0]?.capsule).settings.rules?.expiresAt ?? ''),
    ).to.be.greaterThan(6 * 86_400_000);
  });

  it('hold the most that a setting can say, and still open', async () => {
    const mac = (index: number) =>
      `02:00:00:00:${(index >> 8).toString(16).padStart(2, '0')}:${(index & 255).toString(16).padStart(2, '0')}`;
    const accounts = (count: number, mark: string) =>
      Array.from({ length: count }, (_none, index) => `${mark}${String(index).padStart(3, '0')}`.padEnd(64, '"'));
    const hosts = (of: number) =>
      Array.from({ length: 20 }, (_none, each) => `${'h'.repeat(20)}${of}-${each}.school.org`);
    const apps = Array.from({ length: 64 }, (_none, index) => ({
      ...{ app: `app-${index}`, name: `App ${index}`.padEnd(40, 'x'), kind: 'nursery' as const, hosts: hosts(index) },
      ...{ cookies: [], localStorage: [], packages: [] },
    }));
    const filterTests = Array.from({ length: 32 }, (_none, index) => ({
      ...{ filter: 'own' as const, category: index % 2 === 0 ? ('adult' as const) : ('malware' as const) },
      name: `${`${'n'.repeat(60)}.`.repeat(4)}x${index}`.slice(0, 253),
      blocked: { addresses: Array.from({ length: 20 }, (_one, last) => `255.255.255.${100 + last}`) },
    }));
    const closures = Array.from({ length: 100 }, (_none, index) => {
      const day = (plus: number) => instant(clock.now() + (index * 4 + plus) * 86_400_000).slice(0, 10);
      return { from: day(0), to: day(3), label: 'é'.repeat(60), endsTerm: true };
    });
    const most: Policy = {
      ...defaultPolicy,
      apps: { version: 1, apps },
      filterTests,
      resourceFolder: 'T'.repeat(60),
      networks: Array.from({ length: 50 }, (_none, of) => ({
        gatewayHardwareAddress: mac(of),
        label: 'L'.repeat(60),
        accessPoints: Array.from({ length: 50 }, (_one, each) => mac(of * 50 + each)),
      })),
      beacons: Array.from({ length: 10 }, (_none, index) => ({
        key: Buffer.alloc(32, index).toString('base64'),
        label: 'B',
      })),
      opening: { ...defaultPolicy.opening, closures },
      switches: {
        ...defaultPolicy.switches,
        mayUseUnassigned: accounts(100, 'u'),
        mayInstall: accounts(100, 'i'),
        alwaysAllowed: accounts(20, 'a'),
      },
    };
    expect(policyChangeSchema.safeParse(most).error).to.equal(undefined);
    await store(most);
    const assigned = accounts(100, 'p');
    Object.assign(device, { assignedPeople: assigned });
    const { settings } = await offered(idOf(1));
    Object.assign(device, { assignedPeople: ['alice'] });
    expect(settings.rules?.assignedPeople).to.deep.equal(assigned);
    const capsule = sent.at(-1)?.capsule;
    expect(capsuleSchema.safeParse(capsule).success).to.equal(true);
    expect(capsule?.text.length).to.be.within(200_000, 400_000);
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
