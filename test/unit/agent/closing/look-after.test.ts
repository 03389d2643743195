import { expect } from 'chai';
import { createLookAfter } from '../../../../agent/closing/look-after.ts';
import type { Calendar } from '../../../../shared/calendar/opening.ts';

const minute = 60_000;
const days = ['mon', 'tue', 'wed', 'thu', 'fri'] as const;
const calendar: Calendar = {
  week: days.map((day) => ({ day, opens: '07:30', closes: '18:00' })),
  ...{ closedDates: [], termEnds: [], academicYearFrom: '09-01' },
  offsets: [{ from: '2026-10-25T01:00:00.000Z', minutes: 0 }],
};

function createRig(at: string) {
  const state = { now: Date.parse(at), compared: true, finishedAt: null as string | null, looks: 0, fails: false };
  const lookAfter = createLookAfter({
    calendar: () => calendar,
    now: () => state.now,
    isTimeCompared: () => state.compared,
    finishedAt: () => state.finishedAt,
    async look() {
      if (state.fails) throw new Error('a disk that does not answer');
      state.looks += 1;
    },
  });
  return { state, lookAfter };
}

describe('the whole look after closing (DEV2)', () => {
  it('waits for the closing time, and looks once when it has come', async () => {
    const { state, lookAfter } = createRig('2026-11-20T17:30:00.000Z');
    expect(await lookAfter.due()).to.equal(30 * minute);
    expect([state.looks, lookAfter.lookedAt()]).to.deep.equal([0, undefined]);
    state.now += 30 * minute;
    await lookAfter.due();
    await lookAfter.due();
    expect([state.looks, lookAfter.lookedAt()]).to.deep.equal([1, '2026-11-20T18:00:00.000Z']);
  });

  it('looks again once the device is done with its own closing', async () => {
    const { state, lookAfter } = createRig('2026-11-20T18:00:00.000Z');
    await lookAfter.due();
    state.now += 20 * minute;
    state.finishedAt = '2026-11-20T18:20:00.000Z';
    await lookAfter.due();
    expect([state.looks, lookAfter.lookedAt()]).to.deep.equal([2, '2026-11-20T18:20:00.000Z']);
  });

  it('dates no look by a clock that was not compared: one that runs ahead would make an afternoon an evening', async () => {
    const { state, lookAfter } = createRig('2026-11-20T19:00:00.000Z');
    state.compared = false;
    expect(await lookAfter.due()).to.equal(minute);
    expect([state.looks, lookAfter.lookedAt()]).to.deep.equal([0, undefined]);
    state.now = Date.parse('2026-11-20T16:00:00.000Z');
    state.compared = true;
    expect(await lookAfter.due()).to.equal(120 * minute);
    expect(lookAfter.lookedAt()).to.equal(undefined);
  });

  it('does not claim a look that failed', async () => {
    const { state, lookAfter } = createRig('2026-11-20T18:00:00.000Z');
    state.fails = true;
    const failed = await lookAfter.due().catch(() => 'failed');
    expect([failed, lookAfter.lookedAt()]).to.deep.equal(['failed', undefined]);
    state.fails = false;
    await lookAfter.due();
    expect(lookAfter.lookedAt()).to.equal('2026-11-20T18:00:00.000Z');
  });
});
