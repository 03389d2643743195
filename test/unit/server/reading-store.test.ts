import { expect } from 'chai';
import { latestSections, pageOfChanges, storeChange } from '../../../server/devices/reading-store.ts';
import { type Database, openDatabase } from '../../../server/storage/database.ts';
import { instant } from '../../../shared/instant.ts';
import { sectionNames } from '../../../shared/report/report.ts';
import { good } from '../shared/facts.ts';

const at = instant(Date.UTC(2026, 10, 20, 9));

/** Readings of another version: a form that was, a form that may come, a section nobody knows, and no reading at all. */
const strange: [section: string, reading: unknown][] = [
  ['encryption', { state: 'known', value: 'yes', at }],
  ['filtering', { state: 'known', value: { state: 'on', more: true }, at }],
  ['sessions', { state: 'unknown', reason: 'a-reason-to-come', at }],
  ['aura', { state: 'known', value: {}, at }],
  ['photos', 7],
];

describe('what is stored of devices', () => {
  let db: Database;
  beforeEach(async () => {
    db = await openDatabase('sqlite::memory:');
    await db('settings').insert({ id: 's', name: 'S', time_zone: 'Europe/London', created_at: at });
    const device = { id: 'd', setting_id: 's', name: 'D', kind: 'tablet', child_facing: false, epoch: 1 };
    await db('devices').insert({ ...device, created_at: at });
  });
  afterEach(() => db.destroy());

  const keep = async (section: string, reading: unknown) => {
    const row = { device_id: 'd', section, reading: JSON.stringify(reading), received_at: at };
    await db('latest_readings').insert(row);
    await db('reading_changes').insert(row);
  };

  it('is given back as it was told, in every section, and each change remembered but the agent’s own figures', async () => {
    for (const section of sectionNames) {
      await storeChange(db, { deviceId: 'd', section, reading: good[section], receivedAt: at });
    }
    expect((await latestSections(db, ['d'])).get('d')).to.deep.equal(good);
    const page = await pageOfChanges(db, 'd', { limit: 50 });
    expect(page.items.map(({ section }) => section)).to.have.members(sectionNames.filter((name) => name !== 'agent'));
  });

  for (const [section, reading] of strange) {
    it(`counts as not asked when it is of a form this version does not know: ${section} ${JSON.stringify(reading)}`, async () => {
      await keep(section, reading);
      await storeChange(db, { deviceId: 'd', section: 'location', reading: good.location, receivedAt: at });
      const sections = (await latestSections(db, ['d'])).get('d');
      expect(sections?.location).to.deep.equal(good.location);
      for (const name of sectionNames) {
        if (name !== 'location') expect(sections?.[name]).to.include({ state: 'unknown', reason: 'not-asked-yet' });
      }
    });
  }

  it('is told page by page to its end, though one page may hold nothing that is understood', async () => {
    await storeChange(db, { deviceId: 'd', section: 'location', reading: good.location, receivedAt: at });
    for (const [section, reading] of strange) await keep(section, reading);
    const seen: string[] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      const page = await pageOfChanges(db, 'd', { limit: 2, ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...page.items.map(({ section }) => section));
      cursor = page.nextCursor ?? undefined;
      pages += 1;
    } while (cursor !== undefined);
    expect(seen).to.deep.equal(['location']);
    expect(pages).to.equal(3);
  });
});
