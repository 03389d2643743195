import type { Instant } from '../instant.ts';
import type { Policy } from './document.ts';
import type { Facts } from './facts.ts';
import type { Finding } from './findings.ts';
import { judgePlace, type Place } from './place.ts';
import { saidOnce } from './rules/android.ts';
import { rules } from './rules/rules.ts';

/**
 * The findings that these facts give under this policy at this time. Pure: the
 * same facts give the same findings on the server and on the device. A device
 * that is not enrolled has none: nothing is known of it and nothing is claimed.
 */
export function evaluate(facts: Facts, policy: Policy, now: Instant): { place: Place; findings: Finding[] } {
  const place = judgePlace(facts.sections.location, policy);
  if (facts.enrolledAt === null) return { place, findings: [] };
  const given = { facts, policy, place, now };
  const findings = rules.flatMap((rule) => rule(given));
  return { place, findings: saidOnce(findings, given) };
}
