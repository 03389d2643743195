import { type Clock, instant } from '../../shared/instant.ts';
import { type Log, messageOf } from '../../shared/log.ts';
import { type Reading, unknown } from '../../shared/reading.ts';
import type { SectionName } from '../../shared/report/report.ts';
import type { Probe } from '../platform/platform.ts';

export interface SectionRunner<Value> {
  /**
   * A reading whose run began after this call. Whoever asks while a run is under
   * way shares the one run that follows it: the answer to "is it done now?" must
   * not come from a look taken before.
   */
  fresh(): Promise<Reading<Value>>;
}

interface RunnerParts<Value> {
  section: SectionName;
  probe: Probe<Value>;
  limitMs: number;
  clock: Clock;
  log: Log;
  onReading(reading: Reading<Value>): void;
}

/**
 * Runs one probe under its time limit.
 *
 * INVARIANTS
 * - at most one run of the probe at a time, also while an earlier one ignores
 *   its time limit: such a probe is answered `timed-out` until it lets go;
 * - every run ends in a reading, and never in a rejection.
 */
export function createSectionRunner<Value>(parts: RunnerParts<Value>): SectionRunner<Value> {
  let current: Promise<Reading<Value>> | undefined;
  let following: Promise<Reading<Value>> | undefined;
  let stuck = false;

  function limited(): Promise<Reading<Value>> {
    if (stuck) return Promise.resolve(timedOut(parts));
    stuck = true;
    const abort = new AbortController();
    const run = attempt(parts, abort.signal).finally(() => {
      stuck = false;
    });
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        abort.abort();
        resolve(timedOut(parts));
      }, parts.limitMs);
      void run.then((reading) => {
        clearTimeout(timer);
        resolve(reading);
      });
    });
  }

  function begin(): Promise<Reading<Value>> {
    const run = limited().then((reading) => {
      current = undefined;
      report(parts, reading);
      return reading;
    });
    current = run;
    return run;
  }

  return {
    fresh() {
      if (current === undefined) return begin();
      following ??= current.then(() => {
        following = undefined;
        return begin();
      });
      return following;
    },
  };
}

async function attempt<Value>(parts: RunnerParts<Value>, signal: AbortSignal): Promise<Reading<Value>> {
  try {
    return await parts.probe(signal);
  } catch (error) {
    parts.log.error('probe-failed', { section: parts.section, error: messageOf(error) });
    return unknown('probe-failed', instant(parts.clock.now()));
  }
}

function timedOut(parts: { clock: Clock; log: Log; section: SectionName; limitMs: number }): Reading<never> {
  parts.log.warn('probe-timed-out', { section: parts.section, ms: parts.limitMs });
  return unknown('timed-out', instant(parts.clock.now()));
}

/** Hands a reading on. A listener that throws must not cost the reading, nor the rounds after it. */
function report<Value>(parts: RunnerParts<Value>, reading: Reading<Value>): void {
  try {
    parts.onReading(reading);
  } catch (error) {
    parts.log.error('reading-not-taken', { section: parts.section, error: messageOf(error) });
  }
}
