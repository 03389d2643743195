import { expect } from 'chai';
import { findDevice } from '../../../server/devices/device-store.ts';
import { noteBack, noteFarewell } from '../../../server/devices/farewell-store.ts';
import { type Database, openDatabase } from '../../../server/storage/database.ts';
import { instant } from '../../../shared/instant.ts';
import { evaluate } from '../../../shared/policy/evaluate.ts';
import type { KnownFarewells } from '../../../shared/policy/farewell.ts';
import { factsOf, healthOf, rulesOf } from '../shared/facts.ts';

const at = (minutes: number) => instant(Date.UTC(2026, 10, 20, 9, minutes));

describe('what is kept of an agent that was stopped and is back (DEV6, INC1)', () => {
  let db: Database;
  beforeEach(async () => {
    db = await openDatabase('sqlite::memory:');
    await db('settings').insert({ id: 's', name: 'S', time_zone: 'Europe/London', created_at: at(0) });
    const device = { id: 'd', setting_id: 's', name: 'D', kind: 'tablet', child_facing: false, epoch: 1 };
    await db('devices').insert({ ...device, created_at: at(0) });
  });
  afterEach(() => db.destroy());

  /** Has stand what the policy itself finds. */
  const stands = async (facts: ReturnType<typeof factsOf>, now: number): Promise<void> => {
    const found = evaluate(facts, rulesOf(), at(now)).findings.filter(({ code }) => code === 'agent-silent');
    expect(found).to.have.length(1);
    for (const { code, text, remedy } of found)
      await db('findings').insert({ device_id: 'd', code, text, remedy, since: at(now) });
  };
  const stopped = async () => (await findDevice(db, 'd'))?.farewells.stopped;

  it('is when it was stopped, where it was missed', async () => {
    await noteFarewell(db, 'd', { why: 'stopped', at: at(1) });
    const farewells: KnownFarewells = { last: { why: 'stopped', at: at(1) }, stopped: null, backBy: at(4) };
    await stands(factsOf({}, { farewells }), 30);
    await noteBack(db, 'd', at(31));
    expect(await stopped()).to.deep.equal({ at: at(1), backAt: at(31) });
  });

  it('is nothing of an update that was over at once, though it was found stopped some other day', async () => {
    await stands(factsOf({ agent: healthOf({ tampering: [{ at: at(0), what: 'agent-stopped' }] }) }), 1);
    await noteFarewell(db, 'd', { why: 'stopped', at: at(30) });
    await noteBack(db, 'd', at(31));
    expect(await stopped()).to.equal(null);
  });
});
