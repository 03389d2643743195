import { expect } from 'chai';
import fc from 'fast-check';
import { bankHolidaysOf } from '../../../server/calendar/bank-holidays.ts';
import { nonWorkingDays, settingCalendar, todayIn } from '../../../server/calendar/setting-calendar.ts';
import { offsetsOf } from '../../../server/calendar/time-zone.ts';
import {
  academicYearStart,
  addDays,
  addWorkingDays,
  daysBetween,
  daysFrom,
  lastTermEnd,
  nextAcademicYearStart,
  nextTermEnd,
  weekdayOf,
} from '../../../shared/calendar/days.ts';
import { instantOf, localDateTime } from '../../../shared/calendar/local-time.ts';
import { calendarSchema, type Opening } from '../../../shared/calendar/opening.ts';
import {
  closedTimeAt,
  closingAfter,
  closingBefore,
  hoursOf,
  isOpenAt,
  openingAfter,
} from '../../../shared/calendar/opening-hours.ts';

const london = offsetsOf('Europe/London', 2026);
const at = (date: string, time: string) => instantOf({ date, time }, london);

const weekdays = (['mon', 'tue', 'wed', 'thu', 'fri'] as const).map((day) => ({
  day,
  opens: '07:30',
  closes: '18:00',
}));
const opening: Opening = {
  week: [...weekdays, { day: 'sun', opens: '00:30', closes: '02:30' }],
  closures: [
    { from: '2026-10-26', to: '2026-10-30', label: 'Half-term', endsTerm: true },
    { from: '2026-11-23', to: '2026-11-23', label: 'Training day', endsTerm: false },
    { from: '2026-12-21', to: '2027-01-01', label: 'Christmas', endsTerm: true },
  ],
  bankHolidays: 'england',
  academicYearFrom: '09-01',
};
const calendar = settingCalendar(opening, { timeZone: 'Europe/London', at: '2026-11-21T12:00:00.000Z' });

describe('the clock on the setting’s wall', () => {
  it('is told for ten years, with every change of the clock on its own minute', () => {
    expect(london).to.have.length(21);
    expect(london.filter(({ from }) => from.startsWith('2026'))).to.deep.equal([
      { from: '2026-03-29T01:00:00.000Z', minutes: 60 },
      { from: '2026-10-25T01:00:00.000Z', minutes: 0 },
    ]);
    expect(offsetsOf('UTC', 2026)).to.deep.equal([{ from: '2025-01-01T00:00:00.000Z', minutes: 0 }]);
    expect(offsetsOf('America/St_Johns', 2026)[0]?.minutes).to.equal(-210);
    expect(() => offsetsOf('Europe/Nowhere', 2026)).to.throw(RangeError);
  });

  it('goes forward in March: the hour that is left out is as long after midnight as on any day', () => {
    expect(at('2026-03-29', '00:59')).to.equal('2026-03-29T00:59:00.000Z');
    expect(at('2026-03-29', '01:30')).to.equal('2026-03-29T01:30:00.000Z');
    expect(localDateTime('2026-03-29T01:30:00.000Z', london)).to.deep.equal({ date: '2026-03-29', time: '02:30' });
    expect(at('2026-03-29', '02:00')).to.equal('2026-03-29T01:00:00.000Z');
    expect(at('2026-03-30', '00:10')).to.equal('2026-03-29T23:10:00.000Z');
  });

  it('goes back in October: of the hour that is there twice, the first is meant', () => {
    expect(at('2026-10-25', '01:30')).to.equal('2026-10-25T00:30:00.000Z');
    for (const utc of ['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z'])
      expect(localDateTime(utc, london)).to.deep.equal({ date: '2026-10-25', time: '01:30' });
    expect(at('2026-10-25', '02:00')).to.equal('2026-10-25T02:00:00.000Z');
    expect(at('2026-10-26', '00:10')).to.equal('2026-10-26T00:10:00.000Z');
  });

  it('agrees with the system’s own time zones at any minute, and there and back again', () => {
    const zones = fc.constantFrom(
      'Europe/London',
      'Europe/Dublin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kolkata',
    );
    const minute = fc.integer({ min: Date.UTC(2025, 0, 1) / 60_000, max: Date.UTC(2034, 11, 30) / 60_000 });
    fc.assert(
      fc.property(zones, minute, (zone, minutes) => {
        const moment = new Date(minutes * 60_000).toISOString();
        const offsets = offsetsOf(zone, 2026);
        const shown = localDateTime(moment, offsets);
        const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
        expect(`${shown.date} ${shown.time}`).to.equal(format.format(minutes * 60_000));
        const back = instantOf(shown, offsets);
        // The second time of a doubled hour comes back as the first.
        expect(localDateTime(back, offsets)).to.deep.equal(shown);
        expect(back <= moment).to.equal(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe('days', () => {
  it('are counted without regard to clock changes', () => {
    expect(addDays('2026-03-28', 1)).to.equal('2026-03-29');
    expect(addDays('2026-10-24', 2)).to.equal('2026-10-26');
    expect(addDays('2028-03-01', -1)).to.equal('2028-02-29');
    expect(daysBetween('2026-10-24', '2026-10-26')).to.equal(2);
    expect(weekdayOf('2026-11-21')).to.equal('sat');
    expect(daysFrom('2026-10-24', '2026-10-26')).to.deep.equal(['2026-10-24', '2026-10-25', '2026-10-26']);
    expect(daysFrom('2026-10-26', '2026-10-24')).to.deep.equal([]);
  });

  it('know the academic year and the ends of terms (DEV3, DEV4)', () => {
    const from = { academicYearFrom: '09-01' };
    expect(academicYearStart('2026-08-31', from)).to.equal('2025-09-01');
    expect(academicYearStart('2026-09-01', from)).to.equal('2026-09-01');
    expect(nextAcademicYearStart('2026-08-31', from)).to.equal('2026-09-01');
    expect(nextAcademicYearStart('2026-09-01', from)).to.equal('2027-09-01');
    expect(lastTermEnd('2026-10-25', calendar)).to.equal(null);
    expect(lastTermEnd('2026-10-26', calendar)).to.equal('2026-10-26');
    expect(nextTermEnd('2026-10-26', calendar)).to.equal('2026-12-21');
    expect(nextTermEnd('2026-12-21', calendar)).to.equal(null);
  });

  it('that are worked on leave out week-ends, bank holidays and their substitutes (INC2)', () => {
    const closed = nonWorkingDays('england', '2026-12-24T09:00:00.000Z');
    expect(addWorkingDays('2026-11-20', 1, closed)).to.equal('2026-11-23');
    expect(addWorkingDays('2026-11-21', 1, closed)).to.equal('2026-11-23');
    expect(addWorkingDays('2026-11-20', 0, closed)).to.equal('2026-11-20');
    // Christmas 2026 is a Friday, Boxing Day a Saturday with Monday in its place.
    expect(addWorkingDays('2026-12-24', 1, closed)).to.equal('2026-12-29');
    expect(addWorkingDays('2026-12-24', 14, closed)).to.equal('2027-01-18');
    expect(addWorkingDays('2026-10-23', 1, new Set())).to.equal('2026-10-26');
  });
});

describe('bank holidays', () => {
  it('are those of each part of the kingdom, with substitute days', () => {
    expect(bankHolidaysOf('england', 2026)).to.deep.equal(
      ['01-01', '04-03', '04-06', '05-04', '05-25', '08-31', '12-25', '12-26', '12-28'].map((day) => `2026-${day}`),
    );
    expect(bankHolidaysOf('wales', 2027)).to.include.members(['2027-12-27', '2027-12-28']);
    expect(bankHolidaysOf('scotland', 2028)).to.include.members([
      '2028-01-03',
      '2028-01-04',
      '2028-08-07',
      '2028-11-30',
    ]);
    expect(bankHolidaysOf('scotland', 2026)).to.not.include('2026-04-06');
    expect(bankHolidaysOf('northern-ireland', 2026)).to.include.members(['2026-03-17', '2026-07-13']);
    expect(bankHolidaysOf('none', 2026)).to.deep.equal([]);
  });
});

describe('opening hours (DEV2, DEV6)', () => {
  it('are open from the minute of opening to before that of closing', () => {
    expect(isOpenAt(at('2026-11-20', '07:29'), calendar)).to.equal(false);
    expect(isOpenAt(at('2026-11-20', '07:30'), calendar)).to.equal(true);
    expect(isOpenAt(at('2026-11-20', '17:59'), calendar)).to.equal(true);
    expect(isOpenAt(at('2026-11-20', '18:00'), calendar)).to.equal(false);
    expect(isOpenAt(at('2026-11-21', '12:00'), calendar)).to.equal(false);
  });

  it('are closed on bank holidays, training days and all days of a closure', () => {
    for (const day of ['2026-10-30', '2026-11-23', '2026-12-25', '2026-12-28', '2026-12-31'])
      expect(hoursOf(day, calendar), day).to.equal(undefined);
    expect(hoursOf('2026-10-23', calendar)).to.not.equal(undefined);
    const open = settingCalendar(
      { ...opening, bankHolidays: 'none', closures: [] },
      { timeZone: 'Europe/London', at: at('2026-11-21', '12:00') },
    );
    expect(hoursOf('2026-12-28', open)).to.not.equal(undefined);
  });

  it('keep to the wall’s clock across the change of October', () => {
    expect(closingAfter('2026-10-23T12:00:00.000Z', calendar)).to.equal('2026-10-23T17:00:00.000Z');
    // Sunday 25 October: half past midnight is summer time, half past two winter time; four real hours less one.
    expect(openingAfter('2026-10-24T12:00:00.000Z', calendar)).to.equal('2026-10-24T23:30:00.000Z');
    expect(closingAfter('2026-10-24T12:00:00.000Z', calendar)).to.equal('2026-10-25T02:30:00.000Z');
    expect(closingAfter('2026-10-26T12:00:00.000Z', calendar)).to.equal('2026-11-01T02:30:00.000Z');
    expect(closingAfter('2026-11-01T12:00:00.000Z', calendar)).to.equal('2026-11-02T18:00:00.000Z');
  });

  it('keep to it across the change of March', () => {
    const spring = settingCalendar(opening, { timeZone: 'Europe/London', at: '2026-03-20T12:00:00.000Z' });
    expect(closingAfter('2026-03-27T12:00:00.000Z', spring)).to.equal('2026-03-27T18:00:00.000Z');
    expect(openingAfter('2026-03-28T12:00:00.000Z', spring)).to.equal('2026-03-29T00:30:00.000Z');
    expect(closingAfter('2026-03-28T12:00:00.000Z', spring)).to.equal('2026-03-29T01:30:00.000Z');
    expect(closingAfter('2026-03-30T06:00:00.000Z', spring)).to.equal('2026-03-30T17:00:00.000Z');
  });

  it('tell the closed time in which a moment lies, over Christmas too', () => {
    expect(closedTimeAt(at('2026-11-20', '12:00'), calendar)).to.equal(undefined);
    expect(closedTimeAt(at('2026-11-21', '03:00'), calendar)).to.deep.equal({
      from: at('2026-11-20', '18:00'),
      to: at('2026-11-22', '00:30'),
    });
    expect(closedTimeAt(at('2026-12-25', '03:00'), calendar)).to.deep.equal({
      from: at('2026-12-20', '02:30'),
      to: at('2027-01-03', '00:30'),
    });
    expect(closingBefore(at('2026-11-20', '18:00'), calendar)).to.equal(at('2026-11-20', '18:00'));
  });

  it('go on through a closure that is longer than closed days are known back', () => {
    const closures = [{ from: '2026-07-20', to: '2026-09-04', label: 'Summer', endsTerm: true }];
    const summer = settingCalendar(
      { ...opening, closures },
      { timeZone: 'Europe/London', at: '2026-09-01T12:00:00.000Z' },
    );
    const closed = closedTimeAt('2026-09-01T12:00:00.000Z', summer);
    expect(closed).to.deep.equal({ from: '2026-08-02T12:00:00.000Z', to: '2026-09-05T23:30:00.000Z' });
  });

  it('are none where the setting has not said any: nothing is ever out of hours then', () => {
    const silent = { ...calendar, week: [] };
    expect(closedTimeAt(at('2026-11-21', '03:00'), silent)).to.equal(undefined);
    expect(closingAfter(at('2026-11-21', '03:00'), silent)).to.equal(null);
  });

  it('never find a closing time that is not one, at whatever minute they are asked', () => {
    const minute = fc.integer({ min: Date.UTC(2026, 10, 1) / 60_000, max: Date.UTC(2027, 10, 1) / 60_000 });
    fc.assert(
      fc.property(minute, (minutes) => {
        const moment = new Date(minutes * 60_000).toISOString();
        const closing = closingAfter(moment, calendar);
        if (closing === null) throw new Error('there is always a next one');
        expect(closing > moment).to.equal(true);
        expect(isOpenAt(closing, calendar)).to.equal(false);
        expect(isOpenAt(new Date(Date.parse(closing) - 60_000).toISOString(), calendar)).to.equal(true);
        const closed = closedTimeAt(moment, calendar);
        expect(closed === undefined).to.equal(isOpenAt(moment, calendar));
        if (closed !== undefined) expect(closed.from <= moment && (closed.to ?? closing) > moment).to.equal(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the calendar of a capsule', () => {
  it('fits its schema with the most that a setting can say', () => {
    const closures = Array.from({ length: 100 }, (_none, index) => ({
      from: addDays('2026-01-01', index * 8),
      to: addDays('2026-01-01', index * 8 + 7),
      label: 'Closed',
      endsTerm: true,
    }));
    const full = settingCalendar(
      { ...opening, closures },
      { timeZone: 'Africa/Casablanca', at: '2026-11-21T12:00:00.000Z' },
    );
    expect(calendarSchema.safeParse(full).success).to.equal(true);
    expect(full.closedDates.length).to.be.greaterThan(400);
    expect(full.termEnds).to.have.length(50);
  });

  it('begins with the setting’s own day', () => {
    expect(todayIn('Europe/London', '2026-07-01T23:30:00.000Z')).to.equal('2026-07-02');
    expect(todayIn('Europe/London', '2026-12-01T23:30:00.000Z')).to.equal('2026-12-01');
  });
});
