import { type Clock, instant } from '../../shared/instant.ts';
import { type Log, messageOf } from '../../shared/log.ts';
import { answerText, unknown } from '../../shared/reading.ts';
import { type SectionName, type Sections, sectionNames, sectionSchemas } from '../../shared/report/report.ts';
import type { ReportQueue } from './slices.ts';

export interface Outbox {
  /** Reads from disk what was said last. Before that nothing may be taken. */
  start(): Promise<void>;
  /** New readings; only those that answer differently than the last one said are kept. */
  take(readings: Partial<Sections>): void;
  /** The server said what it holds. After this a report may be sent. */
  welcomed(lastSequence: number): Promise<void>;
  /** Writes what waits in memory. Resolves when it is on disk or the disk has failed. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}

interface OutboxParts {
  queue: ReportQueue;
  clock: Clock;
  log: Log;
  /** Something is on disk to be sent. */
  onQueued(): void;
  /** `stuck`: a change has not got to the disk for a while, so what the server believes is old. Told once for each turn. */
  onStuck?(stuck: boolean): void;
  coalesceMs?: number;
  retryMs?: number;
  stuckAfterMs?: number;
}

/** One cycle of probes answers within this: it becomes one report. */
const cycleMs = 200;
/** How long a full disk is left alone. */
const retryAfterMs = 5_000;
/** A change that waits this long for the disk is one the server should have known. */
const stuckAfter = 30_000;
/** Changes held in memory while the disk is full; beyond it the two oldest become one. */
const maxInMemory = 200;

interface Change {
  sections: Partial<Sections>;
  answers: Map<string, string>;
}

/**
 * Turns readings into reports on disk.
 *
 * INVARIANTS
 * - What was taken is in `changes` until the transaction that holds it is committed.
 * - `said` is the last answer taken of each section, on disk or not: an answer equal to it is no change.
 * - A section that changes twice before it is written makes two reports: a sign-in between two writes is not lost.
 */
export function createOutbox(parts: OutboxParts): Outbox {
  const { queue, clock, log, coalesceMs = cycleMs, retryMs = retryAfterMs } = parts;
  const patience = createPatience(parts);
  const latest: Partial<Sections> = {};
  const changes: Change[] = [];
  let said = new Map<string, string>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;
  let stopped = false;
  /** Told once and not at every try. */
  let trouble: string | undefined;

  function takeOne(name: SectionName, readings: Partial<Sections>): void {
    Object.assign(latest, { [name]: readings[name] });
    const answer = answerText(readings[name] ?? unknown('not-asked-yet', instant(clock.now())));
    if (said.get(name) === answer) return;
    said.set(name, answer);
    const change = openChange(name);
    Object.assign(change.sections, { [name]: readings[name] });
    change.answers.set(name, answer);
    if (changes.length > maxInMemory) mergeOldest(changes);
    later(coalesceMs);
  }

  /** The change that may still take this section; the first one may be on its way to the disk just now. */
  function openChange(name: SectionName): Change {
    const newest = changes.at(-1);
    const onItsWay = writing === undefined ? 0 : 1;
    if (newest !== undefined && changes.length > onItsWay && !newest.answers.has(name)) return newest;
    const fresh = { sections: {}, answers: new Map() };
    changes.push(fresh);
    return fresh;
  }

  function take(readings: Partial<Sections>): void {
    for (const name of sectionNames) {
      const reading = readings[name];
      if (reading === undefined) continue;
      // What was said before did fit its schema; nearly every reading says it again, and to check it costs four times as much as to compare it.
      if (said.get(name) === answerText(reading)) Object.assign(latest, { [name]: reading });
      else takeOne(name, checked(name, readings, parts));
    }
  }

  function later(ms: number): void {
    if (stopped) return;
    timer ??= setTimeout(() => void flush(), ms);
  }

  async function write(): Promise<void> {
    if (changes.length > 0) patience.begin();
    for (let next = changes[0]; next !== undefined; next = changes[0]) {
      try {
        await queue.queue({ at: instant(clock.now()), sections: next.sections, answers: next.answers });
      } catch (error) {
        if (trouble !== messageOf(error))
          log.error('report-not-written', { error: messageOf(error), count: changes.length });
        trouble = messageOf(error);
        later(retryMs);
        return;
      }
      changes.shift();
      trouble = undefined;
      patience.end();
      parts.onQueued();
    }
  }

  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    writing ??= write().finally(() => {
      writing = undefined;
    });
    return writing;
  }

  return {
    async start() {
      said = new Map((await queue.open()).baseline);
    },
    take,
    async welcomed(lastSequence) {
      await flush();
      const { sendEverything } = await queue.agree(lastSequence);
      if (!sendEverything) return;
      log.info('report-everything-again', { sequence: lastSequence });
      said = new Map();
      take({ ...latest });
      await flush();
    },
    flush,
    async stop() {
      stopped = true;
      await flush();
      clearTimeout(timer);
      patience.stop();
    },
  };
}

/**
 * Notices a disk that takes nothing, whether it says so or does not answer.
 * DANGER: a device that stayed in touch meanwhile would be shown as it no longer is.
 */
function createPatience({ log, onStuck, stuckAfterMs = stuckAfter }: OutboxParts) {
  let timer: NodeJS.Timeout | undefined;
  let stuck = false;
  const stop = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  return {
    begin(): void {
      timer ??= setTimeout(() => {
        stuck = true;
        log.error('reports-stuck', {
          ms: stuckAfterMs,
          reason: 'the disk takes no changes: out of touch until it does',
        });
        onStuck?.(true);
      }, stuckAfterMs);
    },
    /** A change was written. */
    end(): void {
      stop();
      if (!stuck) return;
      stuck = false;
      log.info('reports-not-stuck', {});
      onStuck?.(false);
    },
    stop,
  };
}

/** The readings, with this one as unknown if it does not fit its schema: a probe's slip must not make the server refuse the report. */
function checked(name: SectionName, readings: Partial<Sections>, { clock, log }: OutboxParts): Partial<Sections> {
  const parsed = sectionSchemas[name].safeParse(readings[name]);
  if (parsed.success) return readings;
  log.error('reading-not-valid', { section: name, error: parsed.error.issues[0]?.message ?? '' });
  return { [name]: unknown('not-understood', instant(clock.now())) };
}

/** Keeps the newer answer of each section. The first change may be under way to the disk, so it is left alone. */
function mergeOldest(changes: Change[]): void {
  const [older, newer] = changes.slice(1, 3);
  if (older === undefined || newer === undefined) return;
  newer.sections = { ...older.sections, ...newer.sections };
  newer.answers = new Map([...older.answers, ...newer.answers]);
  changes.splice(1, 1);
}
