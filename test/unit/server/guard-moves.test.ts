import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { pageOfMoves, storeMoves } from '../../../server/guard/move-store.ts';
import { type Database, openDatabase } from '../../../server/storage/database.ts';
import type { GuardMove } from '../../../shared/guard/standing.ts';

const received = '2026-11-21T09:00:00.000Z';
const deviceId = randomUUID();
const teller = { deviceId, epoch: 1 };

/** Moves of a week-end: warned, blocked and back, by the minute. */
const week: GuardMove[] = (
  [
    ['warned', 'unprotected-off-site'],
    ['blocked', 'warning-over'],
    ['clear', 'back-on-site'],
  ] as const
).map(([to, because], index) => ({ sequence: index + 1, at: `2026-11-20T18:0${index}:00.000Z`, to, because }));

describe('moves of a guard', () => {
  let db: Database;
  beforeEach(async () => {
    db = await openDatabase('sqlite::memory:');
    const at = '2026-11-01T09:00:00.000Z';
    await db('settings').insert({ id: 's', name: 'S', time_zone: 'Europe/London', created_at: at });
    await db('devices').insert({
      id: deviceId,
      setting_id: 's',
      name: 'Tablet 1',
      kind: 'tablet',
      child_facing: false,
      epoch: 1,
      created_at: at,
    });
  });
  afterEach(() => db.destroy());

  const store = (moves: GuardMove[], refusedSignIns: number | null = null, of = teller) =>
    storeMoves(db, of, { moves, refusedSignIns }, received);
  const all = async () => (await pageOfMoves(db, deviceId, { limit: 100 })).items;
  const told = async () => (await all()).map(({ sequence, to }) => `${sequence} ${to}`);

  it('are stored once each, with their true times, however often they are told (DEV1)', async () => {
    await store(week.slice(0, 2));
    await store(week);
    await store(week);
    expect(await told()).to.deep.equal(['3 clear', '2 blocked', '1 warned']);
    const [last] = await all();
    expect(last).to.include({ at: '2026-11-20T18:02:00.000Z', receivedAt: received, because: 'back-on-site' });
  });

  it('keep beside a block how often it was tried meanwhile: the most that was ever told', async () => {
    await store(week.slice(0, 2), 2);
    await store(week.slice(0, 2), 5);
    await store(week, 0);
    const items = await all();
    expect(items.map(({ refusedSignIns }) => refusedSignIns)).to.deep.equal([null, 5, null]);
  });

  it('say how many were never told: a device tells its last twenty', async () => {
    await store(week);
    const later = week.map((move) => ({ ...move, sequence: move.sequence + 10 }));
    await store(later);
    const items = await all();
    expect(items.map(({ missedBefore }) => missedBefore)).to.deep.equal([0, 0, 7, 0, 0, 0]);
    await store(week.map((move) => ({ ...move, sequence: move.sequence + 28_000_000 })));
    const missed = (await all()).map(({ missedBefore }) => missedBefore);
    expect(missed.slice(0, 3), 'a record that began anew tells of no number').to.deep.equal([0, 0, null]);
  });

  it('are none of another enrolment’s: its count begins anew, and the earlier stays', async () => {
    await store(week);
    await store(week.slice(0, 1), null, { deviceId, epoch: 2 });
    expect(await told()).to.deep.equal(['1 warned', '3 clear', '2 blocked', '1 warned']);
  });

  it('hide nothing when a device tells them otherwise: its record was lost or changed, and both tellings stay', async () => {
    await store(week);
    const other: GuardMove[] = [
      { sequence: 1, at: '2026-11-21T20:00:00.000Z', to: 'blocked', because: 'rules-damaged' },
    ];
    await store(other);
    await store(other);
    expect(await told()).to.deep.equal(['1 blocked', '3 clear', '2 blocked', '1 warned']);
    const more: GuardMove[] = [...other, { ...week[2], sequence: 2, at: '2026-11-21T21:00:00.000Z' } as GuardMove];
    await store(more);
    expect((await told()).slice(0, 2)).to.deep.equal(['2 clear', '1 blocked']);
  });

  it('come page by page, each once', async () => {
    await store(week);
    await store(week.slice(0, 2), null, { deviceId, epoch: 2 });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await pageOfMoves(db, deviceId, { limit: 2, ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...page.items.map(({ sequence, to }) => `${sequence} ${to}`));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).to.deep.equal(await told());
  });
});
