import { expect } from 'chai';
import { findDevice } from '../../../server/devices/device-store.ts';
import {
  idsToJudge,
  keepJudgedState,
  observedUntil,
  putOffJudging,
  resumeGraces,
} from '../../../server/devices/judged-state.ts';
import { createDueWatch } from '../../../server/policy/due-watch.ts';
import { type Database, openDatabase } from '../../../server/storage/database.ts';
import { instant } from '../../../shared/instant.ts';
import { silentLog } from '../../../shared/log.ts';
import { noPlaceMemory } from '../../../shared/policy/facts.ts';
import { until } from '../../support/processes.ts';
import { manualClock } from './manual-clock.ts';

const start = Date.UTC(2026, 10, 20, 9);
const minute = (minutes: number) => instant(start + minutes * 60_000);

describe('what is judged again as time passes', () => {
  let db: Database;
  const clock = manualClock(start);

  beforeEach(async () => {
    db = await openDatabase('sqlite::memory:');
    await db('settings').insert({ id: 's', name: 'S', time_zone: 'Europe/London', created_at: minute(0) });
  });
  afterEach(() => db.destroy());

  const add = async (id: string, row: Record<string, unknown> = {}) =>
    db('devices').insert({
      id,
      setting_id: 's',
      name: id,
      kind: 'tablet',
      child_facing: false,
      epoch: 1,
      created_at: minute(0),
      ...row,
    });

  it('are the devices whose time has come, the longest due first, none that left and none before', async () => {
    await add('later', { judge_at: minute(3) });
    await add('first', { judge_at: minute(1) });
    await add('next', { judge_at: minute(2) });
    await add('left', { judge_at: minute(1), retired_at: minute(0) });
    await add('never');
    expect(await idsToJudge(db, minute(2), 10)).to.deep.equal(['first', 'next']);
    expect(await idsToJudge(db, minute(2), 1)).to.deep.equal(['first']);
    await putOffJudging(db, 'first', minute(9));
    expect(await idsToJudge(db, minute(2), 10)).to.deep.equal(['next']);
  });

  it('is kept with the memory of the place', async () => {
    await add('d');
    expect((await findDevice(db, 'd'))?.judged).to.deep.equal({ placeMemory: noPlaceMemory, judgeAt: null });
    const state = {
      placeMemory: { last: 'on-site' as const, lastSince: null, unknownSince: minute(4) },
      judgeAt: minute(34),
    };
    await keepJudgedState(db, 'd', state, minute(5));
    expect((await findDevice(db, 'd'))?.judged).to.deep.equal(state);
  });

  it('waits a minute where it is due already: a device that comes back tells what it kept, report by report', async () => {
    await add('d');
    for (const [judgeAt, kept] of [
      [minute(1), minute(31)],
      [minute(30), minute(31)],
      [minute(32), minute(32)],
    ] as const) {
      await keepJudgedState(db, 'd', { placeMemory: noPlaceMemory, judgeAt }, minute(30));
      expect((await findDevice(db, 'd'))?.judged.judgeAt).to.equal(kept);
    }
  });

  it('is judged in small batches, and one that cannot be judged is in nobody’s way', async () => {
    for (let index = 0; index < 60; index++) await add(`d${String(index).padStart(2, '0')}`, { judge_at: minute(0) });
    const judged: string[] = [];
    const batches: number[] = [];
    const watch = createDueWatch({
      clock,
      log: silentLog,
      everyMs: 5,
      dueDevices: (now, most) => idsToJudge(db, now, most),
      putOff: (deviceId, at) => putOffJudging(db, deviceId, at),
      judgeNow: async (ids) => {
        if (ids.includes('d30')) throw new Error('d30 cannot be judged');
        batches.push(ids.length);
        judged.push(...ids);
        for (const id of ids) await putOffJudging(db, id, minute(60));
      },
    });
    watch.start();
    await until('all but one', async () => (judged.length >= 59 ? true : undefined));
    await watch.stop();
    expect(new Set(judged).size).to.equal(59);
    expect(Math.max(...batches)).to.be.at.most(25);
    expect(await db('devices').where({ id: 'd30' }).pluck('judge_at')).to.deep.equal([minute(60)]);
    expect(await idsToJudge(db, minute(0), 100)).to.deep.equal([]);
  });

  it('goes on after a look that failed, and ends when it is told to', async () => {
    let looks = 0;
    const watch = createDueWatch({
      clock,
      log: silentLog,
      everyMs: 1,
      dueDevices: () => {
        looks += 1;
        return looks === 1 ? Promise.reject(new Error('the database is away')) : Promise.resolve([]);
      },
      putOff: () => Promise.resolve(),
      judgeNow: () => Promise.resolve(),
    });
    watch.start();
    await until('a second look', async () => (looks > 1 ? true : undefined));
    await watch.stop();
    const then = looks;
    await new Promise((done) => setTimeout(done, 20));
    expect(looks).to.equal(then);
  });
});

describe('graces of a device that was out of touch', () => {
  let db: Database;
  beforeEach(async () => {
    db = await openDatabase('sqlite::memory:');
    await db('settings').insert({ id: 's', name: 'S', time_zone: 'Europe/London', created_at: minute(0) });
    await db('devices').insert({
      ...{ id: 'd', setting_id: 's', name: 'd', kind: 'tablet', child_facing: true, epoch: 1, created_at: minute(0) },
      ...{ last_seen_at: minute(10), place_last: 'on-site', place_unknown_since: minute(5) },
    });
    const finding = { device_id: 'd', text: '', remedy: '', since: minute(6) };
    await db('findings').insert([
      { ...finding, code: 'filtering-off', grace_until: minute(21) },
      { ...finding, code: 'photos-over-limit', grace_until: minute(10_086) },
      { ...finding, code: 'unauthorised-person', grace_until: null },
    ]);
  });
  afterEach(() => db.destroy());

  const graces = () => db('findings').orderBy('code').select('code', 'grace_from');

  it('are not known to go on after it was last heard of', () => {
    expect(observedUntil(minute(10), minute(12))).to.equal(undefined);
    expect(observedUntil(minute(10), minute(13))).to.equal(minute(10));
    expect(observedUntil(null, minute(13))).to.equal(undefined);
  });

  it('go on where they stopped; days of the calendar have passed all the same', async () => {
    await resumeGraces(db, 'd', minute(610));
    expect(await graces()).to.deep.equal([
      { code: 'filtering-off', grace_from: minute(606) },
      { code: 'photos-over-limit', grace_from: null },
      { code: 'unauthorised-person', grace_from: null },
    ]);
    expect(await db('devices').pluck('place_unknown_since')).to.deep.equal([minute(605)]);
  });

  it('run on where it was in touch all the while', async () => {
    await resumeGraces(db, 'd', minute(12));
    expect((await graces()).map(({ grace_from }: { grace_from: string | null }) => grace_from)).to.deep.equal([
      null,
      null,
      null,
    ]);
    expect(await db('devices').pluck('place_unknown_since')).to.deep.equal([minute(5)]);
  });
});
