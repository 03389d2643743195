import type { Clock } from '../../shared/instant.ts';
import type { UnknownReason } from '../../shared/reading.ts';
import type { Health } from '../../shared/report/health.ts';
import type { ProbedSection } from '../../shared/report/report.ts';

const hourMs = 60 * 60 * 1000;
const hoursKept = 24;

interface Failures {
  /** Hour since 1970 -> how many. */
  byHour: Map<number, number>;
  last: UnknownReason;
}

/**
 * Counts the failed looks of the last 24 hours, by the hour. A probe that fails at
 * every round would make every round a report, so counts go 1, 2, 5, 10, 20, 50 …
 */
export function createFailureCount({ clock }: { clock: Clock }) {
  const failures = new Map<ProbedSection, Failures>();
  const hour = () => Math.floor(clock.now() / hourMs);

  function forget(): void {
    for (const [section, { byHour }] of failures) {
      for (const at of byHour.keys()) if (at <= hour() - hoursKept || at > hour()) byHour.delete(at);
      if (byHour.size === 0) failures.delete(section);
    }
  }

  return {
    note(section: ProbedSection, reason: UnknownReason): void {
      const noted = failures.get(section) ?? { byHour: new Map<number, number>(), last: reason };
      noted.byHour.set(hour(), (noted.byHour.get(hour()) ?? 0) + 1);
      noted.last = reason;
      failures.set(section, noted);
    },
    counts(): Health['failures'] {
      forget();
      return [...failures]
        .map(([section, { byHour, last }]) => ({ section, count: atLeast(sumOf(byHour.values())), last }))
        .sort((one, other) => (one.section < other.section ? -1 : 1));
    },
  };
}

/** The highest of 1, 2, 5, 10, 20, 50 … that is not above the count. */
function atLeast(count: number): number {
  const power = 10 ** Math.floor(Math.log10(count));
  const digit = Math.floor(count / power);
  return power * (digit >= 5 ? 5 : digit >= 2 ? 2 : 1);
}

function sumOf(counts: Iterable<number>): number {
  let sum = 0;
  for (const count of counts) sum += count;
  return sum;
}
