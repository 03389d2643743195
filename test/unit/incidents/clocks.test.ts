import { expect } from 'chai';
import { nonWorkingDays } from '../../../server/calendar/setting-calendar.ts';
import { deadlineCalendar } from '../../../server/cases.ts';
import type { Asker } from '../../../server/http/asker.ts';
import { dueAt, tellTimes } from '../../../shared/incident/clocks.ts';
import { type Clock, outcomeCatalogue, stepsOf } from '../../../shared/incident/outcomes.ts';
import { asked, hour, type IncidentsRig, startIncidentsRig } from './rig.ts';

const london = deadlineCalendar('Europe/London', (at) => nonWorkingDays('england', at));
const clockOf = (step: string): Clock => {
  const clock = stepsOf('authorities').find(({ code }) => code === step)?.step.clock;
  return clock ?? expect.fail(`no clock of ${step}`);
};
const officer = clockOf('designated-officer-told');
const inspectorate = clockOf('inspectorate-told');
const regulator = clockOf('data-regulator-told');

describe('the clocks of outcomes (INC2)', () => {
  it('gives the officer one working day, over week-ends and bank holidays at the same time of day', () => {
    for (const [from, due] of [
      ['2026-11-18T10:30:00.000Z', '2026-11-19T10:30:00.000Z'],
      // Friday, and Saturday: both by Monday.
      ['2026-11-20T16:00:00.000Z', '2026-11-23T16:00:00.000Z'],
      ['2026-11-21T09:00:00.000Z', '2026-11-23T09:00:00.000Z'],
      // Before the August bank holiday: by Tuesday.
      ['2026-08-28T09:00:00.000Z', '2026-09-01T09:00:00.000Z'],
      // Christmas Eve 2026, a Thursday: Christmas, the substitute of Boxing Day on Monday.
      ['2026-12-24T12:00:00.000Z', '2026-12-29T12:00:00.000Z'],
      // Over the October clock change the wall clock shows the same: 16:00 in summer is 16:00 in winter.
      ['2026-10-23T15:00:00.000Z', '2026-10-26T16:00:00.000Z'],
    ] as const)
      expect(dueAt(officer, from, london), from).to.equal(due);
  });

  it('gives the inspectorate 14 days by the wall clock, and the regulator 72 hours by no clock at all', () => {
    expect(dueAt(inspectorate, '2026-10-20T08:00:00.000Z', london)).to.equal('2026-11-03T09:00:00.000Z');
    expect(dueAt(inspectorate, '2026-03-20T09:00:00.000Z', london)).to.equal('2026-04-03T08:00:00.000Z');
    expect(dueAt(regulator, '2026-10-24T08:00:00.000Z', london)).to.equal('2026-10-27T08:00:00.000Z');
  });

  it('tells of each before it runs out, and when it has', () => {
    const from = '2026-10-24T08:00:00.000Z';
    expect(tellTimes(regulator, from, dueAt(regulator, from, london))).to.deep.equal([
      '2026-10-25T08:00:00.000Z',
      '2026-10-26T08:00:00.000Z',
      '2026-10-27T02:00:00.000Z',
      '2026-10-27T08:00:00.000Z',
    ]);
    for (const { steps } of Object.values(outcomeCatalogue))
      for (const { clock } of Object.values<{ clock: Clock | null }>(steps))
        if (clock !== null) expect(clock.tellHoursBefore.length).to.be.greaterThan(0);
  });

  describe('as they run', () => {
    let rig: IncidentsRig;
    let lead: Asker;
    let id: string;
    beforeEach(async () => {
      rig = await startIncidentsRig();
      lead = await rig.person('safeguarding-lead');
      ({ id } = await rig.report(lead, { category: 'data-breach' }));
      // The decision comes later; the clock has been running since the setting knew.
      rig.clock.move(20 * hour);
      await rig.routes.decideOutcome(asked(lead, { id }, { outcome: 'authorities', reason: 'a breach of data' }));
      rig.told.length = 0;
    });
    afterEach(() => rig.stop());

    const clocks = async () =>
      (await rig.show(lead, id)).entries.flatMap(({ kind, data, at }) => (kind === 'clock' ? [{ at, ...data }] : []));
    const run = async (hours: number) => {
      for (let minutes = 0; minutes < hours * 60; minutes += 10) {
        rig.clock.move(10 * 60_000);
        await rig.incidents.look.clocks();
      }
    };

    it('count from when the setting knew, are told at their times, once each, and stand on record', async () => {
      const shown = await rig.show(lead, id);
      // Known on Friday 09:00; decided on Saturday 05:00.
      expect(shown.next).to.deep.equal({
        outcome: 'authorities',
        step: 'designated-officer-told',
        dueAt: '2026-11-23T09:00:00.000Z',
        standing: 'running',
      });
      await run(60);
      const told = await clocks();
      expect(
        told.map((each) => `${'step' in each ? each.step : ''} ${'standing' in each ? each.standing : ''} ${each.at}`),
      ).to.deep.equal(
        [
          'data-regulator-told near 2026-11-21T09:00:00.000Z',
          'designated-officer-told near 2026-11-22T21:00:00.000Z',
          'data-regulator-told near 2026-11-22T09:00:00.000Z',
          'designated-officer-told near 2026-11-23T05:00:00.000Z',
          'data-regulator-told near 2026-11-23T03:00:00.000Z',
          'designated-officer-told near 2026-11-23T08:00:00.000Z',
          'designated-officer-told run-out 2026-11-23T09:00:00.000Z',
          'data-regulator-told run-out 2026-11-23T09:00:00.000Z',
        ].sort((a, b) => (a.slice(-24) < b.slice(-24) ? -1 : 1)),
      );
      expect(rig.told.map(({ what }) => what).filter((what) => what === 'clock-run-out')).to.have.length(2);
      expect(rig.told.at(-1)).to.include({ what: 'clock-run-out', severity: 'urgent' });
      expect(await rig.routes.countIncidents(asked(lead, {}, undefined))).to.include({ runOut: 1 });
      expect((await rig.verify()).faults).to.deep.equal([]);
    }).timeout(30_000);

    it('are told no more once the step is settled', async () => {
      for (const step of ['designated-officer-told', 'inspectorate-told', 'data-regulator-told'] as const)
        await rig.routes.settleStep(
          asked(lead, { id }, { outcome: 'authorities', step, how: 'done', text: 'reference 7' }),
        );
      await run(60);
      expect(await clocks()).to.deep.equal([]);
      expect(rig.told).to.deep.equal([]);
    }).timeout(30_000);

    it('are told once, as they stand then, of what came due while the server was down', async () => {
      rig.clock.move(30 * 24 * hour);
      await rig.incidents.look.clocks();
      await rig.incidents.look.clocks();
      const told = await clocks();
      expect(told.map((each) => ('standing' in each ? each.standing : ''))).to.deep.equal([
        'run-out',
        'run-out',
        'run-out',
      ]);
    });
  });
});
