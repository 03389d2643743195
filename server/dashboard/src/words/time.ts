import { counted } from '../../../../shared/words.ts';

/** How moments are said. Every function takes `now` in milliseconds, so that the page ticks and a test stands still. */

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const dayAndMonth = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short' });
const dayMonthYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const utcDay = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
const whole = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'medium' });

/** "just now", "2 minutes ago", "3 hours ago", "5 days ago". A moment ahead of this computer's clock is "just now". */
export function ago(at: string, now: number): string {
  const passed = now - Date.parse(at);
  if (passed < minuteMs) return 'just now';
  if (passed < hourMs) return `${counted(Math.floor(passed / minuteMs), 'minute')} ago`;
  if (passed < dayMs) return `${counted(Math.floor(passed / hourMs), 'hour')} ago`;
  return `${counted(Math.floor(passed / dayMs), 'day')} ago`;
}

/** Local time to be read at a glance: "17:02" today, "Tue 3 Nov, 17:02" otherwise, with the year when it is another one. */
export function timeOfDay(at: string, now: number): string {
  const then = new Date(at);
  const today = new Date(now);
  if (then.toDateString() === today.toDateString()) return clock.format(then);
  const day = then.getFullYear() === today.getFullYear() ? dayAndMonth.format(then) : dayMonthYear.format(then);
  return `${day}, ${clock.format(then)}`;
}

/** The same for the middle of a sentence: "at 17:02", "on Tue 3 Nov at 17:02". */
export function atTime(at: string, now: number): string {
  const text = timeOfDay(at, now);
  const comma = text.lastIndexOf(', ');
  return comma < 0 ? `at ${text}` : `on ${text.slice(0, comma)} at ${text.slice(comma + 2)}`;
}

/** A day, in UTC as it is kept: "12 Sep 2026". */
export function dayWords(at: string): string {
  return utcDay.format(new Date(at));
}

/** The full local time, for a tooltip. */
export function fullTime(at: string): string {
  return whole.format(new Date(at));
}

/** A sentence's beginning in a capital letter. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
