import { isDeepStrictEqual } from 'node:util';
import { expect } from 'chai';
import { changesInWords } from '../../../server/policy/change-words.ts';
import { storePolicy } from '../../../server/policy/policy-store.ts';
import { policyVersionRoutes } from '../../../server/policy/version-routes.ts';
import { type Database, openDatabase } from '../../../server/storage/database.ts';
import { instant } from '../../../shared/instant.ts';
import { defaultPolicy, type Policy } from '../../../shared/policy/document.ts';
import { asked, codeOf, token } from '../commands/orders-rig.ts';
import { manualClock } from './manual-clock.ts';

const clock = manualClock();

describe('versions of the policy', () => {
  let db: Database;
  beforeEach(async () => {
    db = await openDatabase('sqlite::memory:');
    for (const id of ['s', 't'])
      await db('settings').insert({ id, name: id, time_zone: 'Europe/London', created_at: instant(clock.now()) });
    for (const silentAfterHours of [10, 20, 30])
      await storePolicy(
        db,
        's',
        { ...defaultPolicy, silentAfterHours },
        { actor: 'Ada', at: instant(clock.now()), reason: `because of ${silentAfterHours}` },
      );
  });
  afterEach(() => db.destroy());

  const manager = token('manager');
  const stranger = { ...manager, asker: { ...manager.asker, settingId: 't' } };
  const routes = () => policyVersionRoutes({ db });
  const list = (limit: number, cursor?: string) =>
    routes().listPolicyVersions(asked(manager, {}, undefined, { limit, ...(cursor === undefined ? {} : { cursor }) }));
  const show = (id: string, by = manager) => routes().showPolicyVersion(asked(by, { id }, undefined));
  const compare = (id: string, against?: number) =>
    routes().comparePolicyVersions(asked(manager, { id }, undefined, against === undefined ? {} : { with: against }));

  it('are all kept, with who, when and why, down to the one that Hometime comes with', async () => {
    const { items, nextCursor } = await list(10);
    expect(items.map(({ version, by, reason }) => [version, by, reason])).to.deep.equal([
      [4, 'Ada', 'because of 30'],
      [3, 'Ada', 'because of 20'],
      [2, 'Ada', 'because of 10'],
      [1, 'Hometime', null],
    ]);
    expect(nextCursor).to.equal(null);
    expect(items.at(-1)?.since).to.equal(null);
  });

  it('come page by page, each once, whatever the size of the page', async () => {
    for (const limit of [1, 2, 3, 4]) {
      const seen: number[] = [];
      let cursor: string | undefined;
      do {
        const page = await list(limit, cursor);
        seen.push(...page.items.map(({ version }) => version));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      expect(seen, `pages of ${limit}`).to.deep.equal([4, 3, 2, 1]);
    }
  });

  it('show their document and what they changed', async () => {
    const third = await show('3');
    expect(third.policy.silentAfterHours).to.equal(20);
    expect(third.changes).to.deep.equal(['Hours a device may be silent: 20 (before: 10)']);
    expect((await show('1')).changes).to.deep.equal([]);
  });

  it('compare with the one before, or with any other', async () => {
    expect(await compare('4')).to.deep.equal({
      from: 3,
      to: 4,
      changes: ['Hours a device may be silent: 30 (before: 20)'],
    });
    expect((await compare('4', 2)).changes).to.deep.equal(['Hours a device may be silent: 30 (before: 10)']);
    expect((await compare('4', 4)).changes).to.deep.equal([]);
  });

  it('are above every one that a device has, where the server was put back from an older copy, with none in between', async () => {
    const by = { actor: 'Ada', at: instant(clock.now()), reason: 'put back' };
    await storePolicy(db, 's', { ...defaultPolicy, silentAfterHours: 40 }, { ...by, reported: 9 });
    await storePolicy(db, 's', { ...defaultPolicy, silentAfterHours: 50 }, { ...by, reported: 7 });
    expect((await list(10)).items.map(({ version }) => version)).to.deep.equal([11, 10, 4, 3, 2, 1]);
    expect((await show('10')).changes).to.deep.equal(['Hours a device may be silent: 40 (before: 30)']);
    expect(await compare('10')).to.include({ from: 4, to: 10 });
    expect(await compare('1')).to.include({ from: 1, to: 1 });
    expect(await codeOf(show('9'))).to.equal('not-found');
  });

  it('are nobody else’s, and no other text is one', async () => {
    expect(await codeOf(show('2', stranger))).to.equal('not-found');
    for (const id of ['0', '5', '-1', '2.5', 'x', '00000000-0000-4000-8000-000000000000', '99999999999'])
      expect(await codeOf(show(id)), id).to.equal('not-found');
  });
});

/** The same document with one leaf of it another, for every leaf. */
function variations(value: unknown, put: (changed: unknown) => unknown): { path: string; whole: unknown }[] {
  if (Array.isArray(value)) return [{ path: '[]', whole: put([...value, ...value.slice(0, 1)]) }];
  if (value !== null && typeof value === 'object')
    return Object.entries(value).flatMap(([key, part]) =>
      variations(part, (changed) => put({ ...value, [key]: changed })).map(({ path, whole }) => ({
        path: `${key}.${path}`,
        whole,
      })),
    );
  const other = typeof value === 'number' ? value + 1 : typeof value === 'string' ? `${value}x` : ['another'];
  return [{ path: '', whole: put(other) }];
}

describe('the words of a change', () => {
  it('are never missing: every single part of a policy that changes is told', () => {
    const told = {
      ...defaultPolicy,
      networks: [{ gatewayHardwareAddress: '02:00:00:00:00:01', label: 'Nursery' }],
      switches: {
        ...defaultPolicy.switches,
        closingTime: { noticeMinutes: 5, postpones: 1, postponeMinutes: 10, signOutApps: true, logOutPeople: false },
      },
    };
    // A list of nothing cannot say anything twice.
    const all = variations(told, (whole) => whole).filter(({ whole }) => !isDeepStrictEqual(whole, told));
    expect(all.length).to.be.greaterThan(30);
    for (const { path, whole } of all) {
      // A change of a kind that no schema lets through may look odd, and must be told all the same.
      const words = changesInWords(told, whole as Policy);
      expect(words, path).to.not.deep.equal([]);
    }
    expect(changesInWords(told, structuredClone(told))).to.deep.equal([]);
  });

  it('name what was added, taken out and changed in lists', () => {
    const before = { ...defaultPolicy, networks: [{ gatewayHardwareAddress: '02:00:00:00:00:01', label: 'Nursery' }] };
    const after = { ...before, networks: [{ gatewayHardwareAddress: '02:00:00:00:00:02', label: 'Hall' }] };
    expect(changesInWords(before, after)).to.deep.equal([
      'Networks of your own: “Hall” added',
      'Networks of your own: “Nursery” taken out',
    ]);
  });

  it('say opening hours day by day', () => {
    const opening = { ...defaultPolicy.opening, week: [{ day: 'mon' as const, opens: '08:00', closes: '18:00' }] };
    expect(changesInWords(defaultPolicy, { ...defaultPolicy, opening })).to.deep.equal([
      'Open on Monday: 08:00 to 18:00 (before: closed)',
    ]);
  });
});
