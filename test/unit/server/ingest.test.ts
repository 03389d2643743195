import { expect } from 'chai';
import sinon from 'sinon';
import { createIngest, futureToleranceMs } from '../../../server/ingest/ingest.ts';
import type { Database } from '../../../server/storage/database.ts';
import { openDatabase } from '../../../server/storage/database.ts';
import { StatedError } from '../../../shared/api/errors.ts';
import { instant } from '../../../shared/instant.ts';
import { silentLog } from '../../../shared/log.ts';
import type { ReportMessage } from '../../../shared/wire/messages.ts';
import { manualClock } from './manual-clock.ts';

const clock = manualClock();
const report = (sequence: number, at = clock.now()): ReportMessage => ({
  epoch: 1,
  sequence,
  at: instant(at),
  sections: {},
});

describe('ingest', () => {
  let db: Database;
  before(async () => {
    db = await openDatabase('sqlite::memory:');
  });
  after(() => db.destroy());

  const rig = (store: (deviceId: string) => Promise<string[]>) => {
    const committed = sinon.fake();
    const transactions = sinon.spy(db, 'transaction');
    const ingest = createIngest({
      db,
      clock,
      log: silentLog,
      committed,
      store: (_connection, deviceId) => store(deviceId),
    });
    return { ingest, committed, commits: () => transactions.callCount, restore: () => transactions.restore() };
  };
  const outcomes = async (tries: Promise<void>[]) =>
    (await Promise.allSettled(tries)).map((result) => (result.status === 'fulfilled' ? 'stored' : result.reason.code));

  it('stores many reports in few commits, and tells of them after the commit', async () => {
    const { ingest, committed, commits, restore } = rig(() => Promise.resolve(['incident']));
    const tries = Array.from({ length: 250 }, (_none, index) => ingest.take(`device ${index}`, report(1)));
    expect(await outcomes(tries)).to.deep.equal(Array.from({ length: 250 }, () => 'stored'));
    restore();
    expect(commits()).to.be.at.most(4);
    const told = committed.args.flatMap(([touched]) => [...touched.deviceIds]);
    expect(new Set(told).size).to.equal(250);
  });

  it('refuses one report by name without spoiling the commit of the others', async () => {
    const wrong = new StatedError('wrong-epoch', 'Enrol it again.');
    const { ingest, restore } = rig((id) => (id === 'bad' ? Promise.reject(wrong) : Promise.resolve([])));
    expect(
      await outcomes([ingest.take('good', report(1)), ingest.take('bad', report(1)), ingest.take('fine', report(1))]),
    ).to.deep.equal(['stored', 'wrong-epoch', 'stored']);
    restore();
  });

  it('acknowledges nothing when the commit fails, and takes reports again afterwards', async () => {
    let full = true;
    const fault = Object.assign(new Error('SQLITE_FULL: database or disk is full'), { code: 'SQLITE_FULL' });
    const { ingest, committed, restore } = rig(() => (full ? Promise.reject(fault) : Promise.resolve([])));
    expect(await outcomes([ingest.take('a', report(1)), ingest.take('b', report(1))])).to.deep.equal([
      'storage-failed',
      'storage-failed',
    ]);
    expect(committed.callCount).to.equal(0);
    full = false;
    expect(await outcomes([ingest.take('a', report(1))])).to.deep.equal(['stored']);
    restore();
  });

  it('takes a report that is a little ahead, and no report from the future', async () => {
    const { ingest, restore } = rig(() => Promise.resolve([]));
    await ingest.take('a', report(1, clock.now() + futureToleranceMs));
    expect(() => ingest.take('a', report(2, clock.now() + futureToleranceMs + 1))).to.throw(StatedError, /clock/);
    restore();
  });
});
