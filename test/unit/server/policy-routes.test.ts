import { expect } from 'chai';
import { highestSettingsVersion } from '../../../server/devices/reading-store.ts';
import type { Asker, SignedIn } from '../../../server/http/asker.ts';
import type { Asked } from '../../../server/http/handlers.ts';
import { currentPolicy, policyInForce, policyVersion, storePolicy } from '../../../server/policy/policy-store.ts';
import { policyRoutes } from '../../../server/policy/routes.ts';
import { type Database, openDatabase } from '../../../server/storage/database.ts';
import type { Touched } from '../../../server/storage/touched.ts';
import { policyUpdateSchema } from '../../../shared/api/policy.ts';
import { instant } from '../../../shared/instant.ts';
import { defaultPolicy, type Policy, policyChangeSchema } from '../../../shared/policy/document.ts';
import { codeOf, person, refused } from '../commands/orders-rig.ts';
import { manualClock } from './manual-clock.ts';

const clock = manualClock();
const asker: Asker = { kind: 'token', id: 'x', name: 'Ada', role: 'administrator', settingId: 's' };
const { networks, photoLimit, silentAfterHours } = defaultPolicy;
/** What an asker of the first version says: the three parts that were there then. */
const firstParts = { networks, photoLimit, silentAfterHours };

describe('changing the policy', () => {
  let db: Database;
  let told: Touched[];
  beforeEach(async () => {
    told = [];
    db = await openDatabase('sqlite::memory:');
    await db('settings').insert({ id: 's', name: 'S', time_zone: 'Europe/London', created_at: instant(clock.now()) });
  });
  afterEach(() => db.destroy());

  const routes = () =>
    policyRoutes({
      db,
      clock,
      audit: Object.assign(async () => {}, { many: async () => {}, along: async () => {} }),
      judgeSetting: async () => ({ deviceIds: new Set(['d']), incidentIds: new Set() }),
      highestReported: highestSettingsVersion,
      changed: (touched) => void told.push(touched),
      effectsOf: () => Promise.reject(new Error('not asked for')),
    });
  const send = async (update: unknown, session?: SignedIn) => {
    const asked = { params: {}, query: {}, asker, session, body: policyUpdateSchema.parse(update) };
    // The route looks at neither request nor response.
    return routes().changePolicy(asked as unknown as Asked<'changePolicy'>);
  };
  const change = async (policy: unknown, session?: SignedIn): Promise<Policy> =>
    (await send({ basedOn: await policyVersion(db, 's'), reason: 'agreed at the meeting', policy }, session)).policy;

  it('asks less of a wipe for nobody but a person who gave the password again; more, for anybody', async () => {
    await change({ ...firstParts, wipeApproval: 'always' });
    for (const wipeApproval of ['when-two-administrators', 'never'])
      expect(await codeOf(change({ ...firstParts, wipeApproval }))).to.equal('forbidden');
    expect((await currentPolicy(db, 's')).wipeApproval).to.equal('always');
    const { session } = person('administrator');
    expect((await change({ ...firstParts, wipeApproval: 'never' }, session)).wipeApproval).to.equal('never');
    const unconfirmed = person('administrator', { confirmed: false }).session;
    await change({ ...firstParts, wipeApproval: 'always' }, unconfirmed);
    expect(await codeOf(change({ ...firstParts, wipeApproval: 'never' }, unconfirmed))).to.equal('confirm-password');
  });

  it('has a version above every one that a device of the setting says it has, and believes none out of all proportion', async () => {
    const says = async (id: string, settingsVersion: number, more: Record<string, unknown> = {}) => {
      const device = { id, setting_id: 's', name: id, kind: 'laptop', child_facing: false, epoch: 1 };
      await db('devices').insert({ ...device, created_at: instant(clock.now()), ...more });
      const reading = JSON.stringify({ state: 'known', value: { settingsVersion }, at: instant(clock.now()) });
      const kept = { device_id: id, section: 'agent', reading, received_at: instant(clock.now()) };
      await db('latest_readings').insert(kept);
    };
    await db('settings').insert({ id: 't', name: 'T', time_zone: 'Europe/London', created_at: instant(clock.now()) });
    await says('behind', 1);
    await change(firstParts);
    expect(await policyVersion(db, 's')).to.equal(2);
    await says('ahead', 9);
    await says('left', 50, { retired_at: instant(clock.now()) });
    await says('elsewhere', 60, { setting_id: 't' });
    await says('forged', Number.MAX_SAFE_INTEGER);
    await change(firstParts);
    expect(await policyVersion(db, 's')).to.equal(10);
    await change(firstParts);
    expect(await policyVersion(db, 's')).to.equal(11);
  });

  it('leaves the parts that are left out as they are', async () => {
    await change({
      ...firstParts,
      removableMedia: 'encrypted-only',
      resourceFolder: 'Topics',
      personalApps: 'allowed',
    });
    const after = await change({ ...firstParts, photoLimit: { tablet: 5, laptop: 6 } });
    expect(after).to.deep.equal({
      ...defaultPolicy,
      photoLimit: { tablet: 5, laptop: 6 },
      removableMedia: 'encrypted-only',
      resourceFolder: 'Topics',
      personalApps: 'allowed',
    });
    expect(await currentPolicy(db, 's')).to.deep.equal(after);
    expect(told).to.have.length(2);
  });

  it('refuses a change that was made of an older version, and says who changed what meanwhile, and why (INC1)', async () => {
    const first = {
      basedOn: 1,
      reason: 'fewer photos',
      policy: { ...firstParts, photoLimit: { tablet: 20, laptop: 500 } },
    };
    expect((await send(first)).version).to.equal(2);
    const late = { basedOn: 1, reason: 'longer silence', policy: { ...firstParts, silentAfterHours: 100 } };
    const { code, fields, message } = await refused(send(late));
    expect({ code, fields }).to.deep.equal({ code: 'conflict', fields: ['basedOn'] });
    expect(message).to.include('Ada changed the rules meanwhile (“fewer photos”)');
    expect(message).to.include('Most photos and videos on a tablet: 20 (before: 100)');
    expect((await currentPolicy(db, 's')).silentAfterHours, 'nothing of it was saved').to.equal(72);
    expect((await send({ ...late, basedOn: 2 })).version).to.equal(3);
    expect(await codeOf(send({ ...late, basedOn: 99 })), 'a version there never was').to.equal('conflict');
  });

  it('lets one of two through who change the same version at once', async () => {
    const both = [10, 20].map((tablet) =>
      send({ basedOn: 1, reason: 'at the same time', policy: { ...firstParts, photoLimit: { tablet, laptop: 1 } } }),
    );
    const settled = await Promise.allSettled(both);
    expect(settled.map(({ status }) => status).sort()).to.deep.equal(['fulfilled', 'rejected']);
    expect(await policyVersion(db, 's')).to.equal(2);
  });

  it('asks why: a change without a reason is none', () => {
    const update = { basedOn: 1, policy: firstParts };
    expect(policyUpdateSchema.safeParse(update).success).to.equal(false);
    expect(policyUpdateSchema.safeParse({ ...update, reason: '' }).success).to.equal(false);
  });

  it('takes null for what it is: no folder of teaching resources any more', async () => {
    await change({ ...firstParts, resourceFolder: 'Topics' });
    expect((await change({ ...firstParts, resourceFolder: null })).resourceFolder).to.equal(null);
  });

  it('gives a list of apps that says something else a version of its own, and only then', async () => {
    const { apps } = defaultPolicy;
    expect((await change({ ...firstParts, apps: { ...apps, version: 7 } })).apps.version, 'the same list').to.equal(1);
    const shorter = { version: 1, apps: apps.apps.slice(1) };
    expect((await change({ ...firstParts, apps: shorter })).apps.version).to.equal(2);
    expect((await change({ ...firstParts, apps: { ...shorter, version: 2 } })).apps.version).to.equal(2);
  });

  it('counts the versions of the list itself, whatever number the asker gave it', async () => {
    const { apps } = defaultPolicy;
    const last = { version: Number.MAX_SAFE_INTEGER, apps: apps.apps.slice(1) };
    expect((await change({ ...firstParts, apps: last })).apps.version).to.equal(2);
    expect((await change({ ...firstParts, apps })).apps.version).to.equal(3);
    expect((await currentPolicy(db, 's')).apps).to.deep.equal({ ...apps, version: 3 });
  });

  it('refuses what is no policy at all: a part of the first three missing, a name nobody knows', () => {
    for (const wrong of [
      {},
      { networks },
      { ...firstParts, more: 1 },
      { ...firstParts, removableMedia: 'sometimes' },
    ]) {
      expect(policyChangeSchema.safeParse(wrong).success).to.equal(false);
    }
  });
});

describe('a policy that was stored before anybody asked that its lists can be meant', () => {
  it('is read as it is: only a change is refused', async () => {
    const db = await openDatabase('sqlite::memory:');
    await db('settings').insert({ id: 's', name: 'S', time_zone: 'Europe/London', created_at: instant(clock.now()) });
    const [first] = defaultPolicy.apps.apps;
    if (first === undefined) throw new Error('the list is empty');
    const kept = {
      ...defaultPolicy,
      resourceFolder: '..',
      apps: { version: 2, apps: [{ ...first, hosts: ['co.uk'] }] },
    };
    await storePolicy(db, 's', kept, { actor: 'Ada', at: instant(clock.now()) });
    expect(await currentPolicy(db, 's')).to.deep.equal(kept);
    expect(policyChangeSchema.safeParse(kept).success).to.equal(false);
    await db.destroy();
  });

  it('is in force since it was stored, and the default since ever', async () => {
    const db = await openDatabase('sqlite::memory:');
    await db('settings').insert({ id: 's', name: 'S', time_zone: 'Europe/London', created_at: instant(clock.now()) });
    expect(await policyInForce(db, 's')).to.deep.equal({ version: 1, since: instant(0) });
    const at = instant(clock.now());
    await storePolicy(db, 's', defaultPolicy, { actor: 'Ada', at });
    expect(await policyInForce(db, 's')).to.deep.equal({ version: 2, since: at });
    await db.destroy();
  });
});

describe('a policy that was stored before it had all its parts', () => {
  it('is completed by the defaults, and counts on from its own version', async () => {
    const db = await openDatabase('sqlite::memory:');
    await db('settings').insert({ id: 's', name: 'S', time_zone: 'Europe/London', created_at: instant(clock.now()) });
    const document = JSON.stringify({ ...firstParts, silentAfterHours: 12 });
    await db('policies').insert({ setting_id: 's', version: 4, document, at: instant(clock.now()), actor: 'Ada' });
    expect(await currentPolicy(db, 's')).to.deep.equal({ ...defaultPolicy, silentAfterHours: 12 });
    await storePolicy(db, 's', defaultPolicy, { actor: 'Ada', at: instant(clock.now()) });
    expect(await db('policies').max('version as version').first()).to.deep.equal({ version: 5 });
    await db.destroy();
  });
});
