import { z } from 'zod';
import { type Finding, findingCatalogue } from './findings.ts';
import type { PresenceState } from './presence.ts';

/**
 * The one word on the fleet page. `clear` is claimed only of a device that
 * speaks now and whose every rule was asked and met; a false "all safe" is the
 * worst this software can say.
 */
export const standingSchema = z.enum(['clear', 'cannot-tell', 'act', 'urgent']);
export type Standing = z.infer<typeof standingSchema>;

export function judgeStanding(findings: readonly Pick<Finding, 'code'>[], presence: PresenceState): Standing {
  const severities = new Set(findings.map((finding) => findingCatalogue[finding.code].severity));
  if (severities.has('urgent')) return 'urgent';
  if (severities.has('act')) return 'act';
  if (severities.has('check') || presence !== 'online') return 'cannot-tell';
  return 'clear';
}
