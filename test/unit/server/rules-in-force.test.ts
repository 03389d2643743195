import { expect } from 'chai';
import { settingCalendar } from '../../../server/calendar/setting-calendar.ts';
import { storePolicy } from '../../../server/policy/policy-store.ts';
import { createRulesOf, type RulesOf } from '../../../server/policy/rules-in-force.ts';
import { placeSaltOf } from '../../../server/policy/salts.ts';
import { type Database, openDatabase } from '../../../server/storage/database.ts';
import { instant } from '../../../shared/instant.ts';
import { defaultPolicy, type Policy } from '../../../shared/policy/document.ts';
import { manualClock } from './manual-clock.ts';

describe('the rules that reports are judged by', () => {
  let db: Database;
  let rules: RulesOf;
  let clock: ReturnType<typeof manualClock>;
  let made: number;

  beforeEach(async () => {
    clock = manualClock(Date.UTC(2026, 9, 24, 22, 30));
    db = await openDatabase('sqlite::memory:');
    for (const id of ['s', 't'])
      await db('settings').insert({ id, name: id, time_zone: 'Europe/London', created_at: instant(clock.now()) });
    made = 0;
    const calendarFor: typeof settingCalendar = (opening, at) => {
      made += 1;
      return settingCalendar(opening, at);
    };
    rules = createRulesOf({ clock, calendarFor });
  });
  afterEach(() => db.destroy());

  const store = (connection: Database, policy: Partial<Policy>) =>
    storePolicy(connection, 's', { ...defaultPolicy, ...policy }, { actor: 'Ada', at: instant(clock.now()) });
  const inForce = (connection: Database = db) => rules.inForce(connection, 's');

  it('are made once for many reports, and anew when the policy changes or an hour has passed', async () => {
    for (let report = 0; report < 20; report++) await inForce();
    expect(made).to.equal(1);
    await store(db, { silentAfterHours: 3 });
    expect(await inForce()).to.deep.include({ version: 2, since: instant(clock.now()) });
    expect((await inForce()).rules.silentAfterHours).to.equal(3);
    expect(made).to.equal(2);
    clock.move(60 * 60_000);
    await inForce();
    expect(made).to.equal(3);
  });

  it('are those of a policy that is being changed only where the change is seen, and never after it was taken back', async () => {
    await inForce();
    await db
      .transaction(async (transaction) => {
        await store(transaction, { silentAfterHours: 3 });
        expect((await inForce(transaction)).rules.silentAfterHours).to.equal(3);
        throw new Error('taken back');
      })
      .catch(() => {});
    expect((await inForce()).rules.silentAfterHours).to.equal(defaultPolicy.silentAfterHours);
    // The very version that was taken back, with other words.
    await store(db, { silentAfterHours: 5 });
    expect(await inForce()).to.have.nested.property('rules.silentAfterHours', 5);
    expect(await inForce()).to.include({ version: 2 });
  });

  it('begin with the setting’s own day: the calendar of midnight in London is that of the next day', async () => {
    const closedFrom = async () => (await inForce()).rules.calendar.closedDates;
    await store(db, {
      opening: {
        ...defaultPolicy.opening,
        bankHolidays: 'none',
        closures: [{ from: '2026-09-24', to: '2026-09-25', label: 'X', endsTerm: false }],
      },
    });
    expect(await closedFrom()).to.deep.equal(['2026-09-24', '2026-09-25']);
    clock.move(60 * 60_000);
    expect(await closedFrom()).to.deep.equal(['2026-09-25']);
  });

  it('carry one place salt a setting, which never changes (DEV1)', async () => {
    const salt = (await inForce()).rules.places.salt;
    expect(Buffer.from(salt, 'base64')).to.have.length(32);
    expect(await placeSaltOf(db, 's')).to.equal(salt);
    expect(await placeSaltOf(db, 't')).to.not.equal(salt);
    const other = createRulesOf({ clock, calendarFor: settingCalendar });
    expect((await other.inForce(db, 's')).rules.places.salt).to.equal(salt);
    expect((await other.of(db, 's', { ...defaultPolicy, silentAfterHours: 9 })).silentAfterHours).to.equal(9);
  });
});
