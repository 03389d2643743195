import type { Instant } from '../instant.ts';
import type { EvaluatedPolicy } from './evaluated-policy.ts';
import type { Facts, PlaceMemory } from './facts.ts';
import type { Finding } from './findings.ts';
import { judgePlace, rememberPlace } from './judge-place.ts';
import type { Place } from './place.ts';
import { saidOnce } from './rules/android.ts';
import { rules } from './rules/rules.ts';

/** What an evaluation answers. Whoever asked keeps `placeMemory`, and since when each finding holds, for the next one. */
export interface Evaluation {
  place: Place;
  findings: Finding[];
  placeMemory: PlaceMemory;
}

/**
 * The findings that these facts give under this policy at this time. Pure: the
 * same facts give the same findings on the server and on the device. A device
 * that is not enrolled has none: nothing is known of it and nothing is claimed.
 */
export function evaluate(facts: Facts, policy: EvaluatedPolicy, now: Instant): Evaluation {
  const place = judgePlace(facts.sections.location, policy, {
    memory: facts.placeMemory,
    until: facts.observedUntil ?? now,
  });
  if (facts.enrolledAt === null) return { place, findings: [], placeMemory: facts.placeMemory };
  const placeMemory = rememberPlace(place, facts.placeMemory, now);
  const given = { facts, policy, place, now };
  const findings = rules.flatMap((rule) => rule(given));
  return { place, findings: saidOnce(findings, given), placeMemory };
}
