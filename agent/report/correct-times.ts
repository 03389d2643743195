import type { Instant } from '../../shared/instant.ts';
import { type ChangedSections, changedSectionsSchema } from '../../shared/report/report.ts';

/**
 * The sections with every reading's time corrected, also of readings inside a
 * reading (photo counts by place). Times that are facts of the system itself
 * (signed in since, booted at) stay: they are what the device says.
 */
export function correctTimes(sections: ChangedSections, correct: (at: Instant) => Instant): ChangedSections {
  return changedSectionsSchema.parse(corrected(sections, correct));
}

function corrected(value: unknown, correct: (at: Instant) => Instant): unknown {
  if (Array.isArray(value)) return value.map((part) => corrected(part, correct));
  if (value === null || typeof value !== 'object') return value;
  const isReading = 'state' in value && (value.state === 'known' || value.state === 'unknown');
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      key,
      isObserved(key, isReading) && typeof part === 'string' ? correct(part) : corrected(part, correct),
    ]),
  );
}

/** The time of a reading, or since when a beacon has been so: the agent's own clock told both. */
function isObserved(key: string, isOfReading: boolean): boolean {
  return (isOfReading && key === 'at') || key === 'observedAt';
}
