import { expect } from 'chai';
import fc from 'fast-check';
import { dueAt, gapMs, nextWithin } from '../../../server/notify/due.ts';
import { localDate, minutesOfDay, momentOf } from '../../../server/notify/local-hours.ts';
import { defaultPreferences, type Hours } from '../../../shared/api/notify.ts';
import { instant } from '../../../shared/instant.ts';

const london = 'Europe/London';
const everyDay: Hours = { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: '07:00', to: '19:00' };
const next = (now: string, hours: Hours = everyDay) => instant(nextWithin(hours, Date.parse(now), london));

describe('the setting’s own clock', () => {
  it('gives the moment of a wall time in summer and in winter', () => {
    expect(instant(momentOf('2026-07-01', '07:30', london))).to.equal('2026-07-01T06:30:00.000Z');
    expect(instant(momentOf('2026-12-01', '07:30', london))).to.equal('2026-12-01T07:30:00.000Z');
    expect(instant(momentOf('2026-07-01', '07:30', 'America/New_York'))).to.equal('2026-07-01T11:30:00.000Z');
  });

  it('takes the first of an hour that comes twice (25 October) and the jump of one that is left out (29 March)', () => {
    expect(instant(momentOf('2026-10-25', '01:30', london))).to.equal('2026-10-25T00:30:00.000Z');
    expect(instant(momentOf('2026-10-25', '02:00', london))).to.equal('2026-10-25T02:00:00.000Z');
    expect(instant(momentOf('2026-03-29', '01:30', london))).to.equal('2026-03-29T01:00:00.000Z');
    expect(instant(momentOf('2026-03-29', '02:00', london))).to.equal('2026-03-29T01:00:00.000Z');
  });

  it('reads back as the same wall time, whatever the day, the time and the zone', () => {
    const zones = fc.constantFrom(london, 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC');
    const days = fc.integer({ min: 0, max: 1_500 }).map((days) => instant(Date.UTC(2025, 0, 1 + days)).slice(0, 10));
    fc.assert(
      fc.property(zones, days, fc.integer({ min: 4 * 60, max: 23 * 60 }), (zone, date, minutes) => {
        const time = `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
        const moment = momentOf(date, time, zone);
        expect([localDate(moment, zone), minutesOfDay(moment, zone)]).to.deep.equal([date, minutes]);
      }),
    );
  });
});

describe('quiet hours', () => {
  it('keep what is told in the evening until the next morning, by the wall clock on both sides of the October change', () => {
    // Friday evening, summer time: Saturday at seven is 06:00 in UTC; a day later seven is 07:00.
    expect(next('2026-10-23T19:00:00.000Z')).to.equal('2026-10-24T06:00:00.000Z');
    expect(next('2026-10-24T18:30:00.000Z')).to.equal('2026-10-25T07:00:00.000Z');
    expect(next('2026-10-25T06:30:00.000Z')).to.equal('2026-10-25T07:00:00.000Z');
    expect(next('2026-03-28T20:00:00.000Z')).to.equal('2026-03-29T06:00:00.000Z');
  });

  it('let through what comes within them, to the minute', () => {
    expect(next('2026-10-24T06:00:00.000Z')).to.equal('2026-10-24T06:00:00.000Z');
    expect(next('2026-10-24T17:59:59.000Z')).to.equal('2026-10-24T17:59:59.000Z');
    expect(next('2026-10-24T18:00:00.000Z')).to.equal('2026-10-25T07:00:00.000Z');
    expect(next('2026-10-25T18:59:59.000Z')).to.equal('2026-10-25T18:59:59.000Z');
  });

  it('pass over days on which a person is not written to', () => {
    const weekdays: Hours = { ...everyDay, days: ['mon', 'tue', 'wed', 'thu', 'fri'] };
    expect(next('2026-10-23T18:30:00.000Z', weekdays)).to.equal('2026-10-26T07:00:00.000Z');
    expect(next('2026-10-26T19:30:00.000Z', { ...everyDay, days: ['mon'] })).to.equal('2026-11-02T07:00:00.000Z');
  });

  it('keep back all but what is urgent (INC3)', () => {
    const night = Date.parse('2026-11-18T02:00:00.000Z');
    const due = (severity: 'urgent' | 'act' | 'check') => dueAt({ severity, now: night }, defaultPreferences, london);
    expect(due('urgent')).to.equal(night);
    expect(instant(due('act') ?? 0)).to.equal('2026-11-18T07:00:00.000Z');
    expect(due('check')).to.equal(undefined);
  });
});

describe('the distance between messages', () => {
  it('is none for the first, and doubles up to a bound while nobody looks', () => {
    const minutes = [0, 1, 2, 3, 4, 5, 6, 7, 40].map((unanswered) => gapMs('urgent', unanswered) / 60_000);
    expect(minutes).to.deep.equal([0, 5, 10, 20, 40, 80, 120, 120, 120]);
    expect(gapMs('act', 40) / 60_000).to.equal(720);
  });
});
