import type { SecurityEventCode } from '../../shared/api/safeguards.ts';
import { releaseTries } from '../../shared/command/release-code.ts';
import type { Reading } from '../../shared/reading.ts';
import type { Health } from '../../shared/report/health.ts';

/**
 * What two words of an agent on its lock, one after the other, betray: that somebody read a code to it, or tried
 * wrong ones. Of a device that was never heard before, a release that it tells is news; wrong tries count as made.
 */
export function lockEvents(before: Reading<Health>, now: Reading<Health>): SecurityEventCode[] {
  const was = before.state === 'known' ? before.value.lock : undefined;
  const is = now.state === 'known' ? now.value.lock : undefined;
  if (is === undefined) return [];
  const events: SecurityEventCode[] = [];
  const isNews = was?.releasedBy !== 'code' || was.since !== is.since || was.locked;
  if (!is.locked && is.releasedBy === 'code' && isNews) events.push('released-by-code');
  if (is.triesLeft < (was?.triesLeft ?? releaseTries)) events.push('release-codes-wrong');
  return events;
}
