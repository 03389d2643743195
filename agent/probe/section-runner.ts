import { type Clock, instant } from '../../shared/instant.ts';
import { type Log, unquotedMessageOf } from '../../shared/log.ts';
import { type Reading, unknown } from '../../shared/reading.ts';
import type { SectionName } from '../../shared/report/report.ts';
import type { Look, Probe } from '../platform/platform.ts';
import type { StartLimit } from './time-limits.ts';

export interface SectionRunner<Value> {
  /**
   * A reading whose run began after this call. Whoever asks while a run is under
   * way shares the one run that follows it: the answer to "is it done now?" must
   * not come from a look taken before.
   */
  fresh(): Promise<Reading<Value>>;
  /** The same for a round, which may be content with a glance. Whoever wants a fresh look while it waits gets one. */
  round(): Promise<Reading<Value>>;
}

const runsOfOneSignal = 8;

interface RunnerParts<Value> {
  section: SectionName;
  probe: Probe<Value>;
  limitMs: number;
  clock: Clock;
  log: Log;
  startLimit: StartLimit;
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
  let followingLook: Look = 'glance';
  let stuck = false;
  /** One for several runs: to make one costs as much as a glance. Not for all, for whoever listens to it may forget to stop. */
  let abort = new AbortController();
  let runs = 0;

  function limited(look: Look): Promise<Reading<Value>> {
    if (stuck) return Promise.resolve(timedOut(parts));
    stuck = true;
    runs += 1;
    if (abort.signal.aborted || runs % runsOfOneSignal === 0) abort = new AbortController();
    const own = abort;
    return new Promise((resolve) => {
      const done = parts.startLimit(parts.limitMs, () => {
        own.abort();
        resolve(timedOut(parts));
      });
      void attempt(parts, own.signal, look).then((reading) => {
        stuck = false;
        done();
        resolve(reading);
      });
    });
  }

  function begin(look: Look): Promise<Reading<Value>> {
    const run = limited(look).then((reading) => {
      current = undefined;
      report(parts, reading);
      return reading;
    });
    current = run;
    return run;
  }

  function next(look: Look): Promise<Reading<Value>> {
    if (current === undefined) return begin(look);
    if (look === 'new') followingLook = 'new';
    following ??= current.then(() => {
      const asked = followingLook;
      following = undefined;
      followingLook = 'glance';
      return begin(asked);
    });
    return following;
  }

  return {
    fresh: () => next('new'),
    round: () => next('glance'),
  };
}

async function attempt<Value>(parts: RunnerParts<Value>, signal: AbortSignal, look: Look): Promise<Reading<Value>> {
  try {
    return await parts.probe(signal, look);
  } catch (error) {
    parts.log.error('probe-failed', { section: parts.section, error: unquotedMessageOf(error) });
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
    parts.log.error('reading-not-taken', { section: parts.section, error: unquotedMessageOf(error) });
  }
}
