import type { Instant } from '../../shared/instant.ts';

/** Moments as the setting's own clock has them: "at 16:02"; "on Fri 20 Nov at 16:02" where it was another day. */
export function clockWordsOf(timeZone: string, now: Instant): (at: Instant) => string {
  const time = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' });
  const day = new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short', day: 'numeric', month: 'short' });
  const today = day.format(new Date(now));
  return (at) => {
    const then = new Date(at);
    const date = day.format(then).replace(',', '');
    return day.format(then) === today ? `at ${time.format(then)}` : `on ${date} at ${time.format(then)}`;
  };
}
