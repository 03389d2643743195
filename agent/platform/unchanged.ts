import { type Clock, instant } from '../../shared/instant.ts';
import { type Known, known, type Reading, sameAnswer } from '../../shared/reading.ts';
import type { Look, Probe } from './platform.ts';

interface UnchangedParts<Value> {
  clock: Clock;
  /** Asks the system itself. `lasting`: every change of this answer would change the mark too. */
  look(signal: AbortSignal): Promise<{ reading: Reading<Value>; lasting: boolean }>;
  /**
   * A text that is another one as soon as anything changed that the answer follows
   * from, had without starting a process. undefined: it cannot be told just now.
   * `glance`: what was read for another section of this very round need not be read again.
   */
  mark(how: Look): Promise<string | undefined>;
  /**
   * Whether the mark may be ahead of what `look` asks, as the kernel is of udev: then
   * two looks under one mark must have given the answer. So it is unless said otherwise.
   */
  lags?: boolean;
  /** How long an answer may be given again, in milliseconds; after it the system is asked whatever the mark says. */
  keptMs: number;
}

interface Kept<Value> {
  reading: Known<Value>;
  mark: string;
  lookedAt: number;
  /** Enough looks under this mark gave this answer. */
  confirmed: boolean;
}

/**
 * A probe that, when it may only glance, gives its last answer again, with the
 * time of now, for as long as the system's mark stays as it was.
 *
 * INVARIANTS
 * - A look that is not a glance always asks the system: what an order is proved
 *   by, and what a person asked for, never comes from here.
 * - Only a known answer is given again, only one that `look` calls lasting, and
 *   only when the mark was the same before and after the look that found it: the one
 *   after it is always read anew.
 * - Where a tool may lag behind the mark, two looks under one mark must have given it:
 *   the first may have heard the old tale.
 * - A clock that was set, in either direction, ends it.
 */
export function keepWhileUnchanged<Value>(parts: UnchangedParts<Value>): Probe<Value> {
  const { clock, look, mark, keptMs, lags = true } = parts;
  let kept: Kept<Value> | undefined;

  return async (signal, how = 'new') => {
    const before = await mark(how);
    const last = kept?.mark === before ? kept : undefined;
    if (how === 'glance' && last?.confirmed && isYoung(last.lookedAt)) {
      return known(last.reading.value, instant(clock.now()));
    }
    kept = undefined;
    const lookedAt = clock.now();
    const { reading, lasting } = await look(signal);
    if (reading.state === 'known' && lasting && before !== undefined && before === (await mark('new'))) {
      const confirmed = !lags || (last !== undefined && sameAnswer(last.reading, reading));
      kept = { reading, mark: before, lookedAt, confirmed };
    }
    return reading;
  };

  function isYoung(lookedAt: number): boolean {
    const age = clock.now() - lookedAt;
    return age >= 0 && age < keptMs;
  }
}

/**
 * For whoever asks beside the section itself: in one round both glance, and what was
 * found in this instant is not looked for twice. A look that is not a glance always asks.
 */
export function shareGlances<Value>(probe: Probe<Value>, steadyMs = () => performance.now()): Probe<Value> {
  let last: { reading: Promise<Reading<Value>>; untilMs: number } | undefined;
  return (signal, how = 'new') => {
    if (how === 'glance' && last !== undefined && steadyMs() < last.untilMs) return last.reading;
    // Should it have to look anew after all, it does so within the first one's time limit.
    const reading = probe(signal, how);
    last = how === 'glance' ? { reading, untilMs: steadyMs() + roundMs } : undefined;
    return reading;
  };
}

/**
 * Gives the very value of the last time again where the new one says just the same: what
 * others worked out of it need not be worked out anew (`answerText`).
 */
export function createSameValue<Value extends object>(): (value: Value) => Value {
  let last: { text: string; value: Value } | undefined;
  return (value) => {
    const text = JSON.stringify(value);
    if (last?.text !== text) last = { text, value };
    return last.value;
  };
}

/** As long as all sections of a round need to ask their first questions. */
const roundMs = 20;

/** Calls back when the agent has done all that it can without waiting: all sections of a round have asked their first questions by then. */
type AtEndOfTurn = (forget: () => void) => void;

/** What was found in this very round; forgotten as soon as somebody has to be waited for. */
export interface RoundMemory<Value> {
  of(key: string, find: (key: string) => Value): Value;
  set(key: string, value: Value): void;
}

/**
 * What several sections ask in one round, found once for all of them. Only for what is
 * compared with an earlier round, or may be of an instant ago anyway: whoever proves
 * something, or tells what changed while it looked, asks the system itself.
 */
export function createRoundMemory<Value>(atEndOfTurn: AtEndOfTurn = setImmediate): RoundMemory<Value> {
  const found = new Map<string, { value: Value }>();
  function keep(key: string, value: Value): void {
    // To ask the clock at each question costs as much as many an answer.
    if (found.size === 0) atEndOfTurn(() => found.clear());
    found.set(key, { value });
  }
  return {
    of(key, find) {
      const before = found.get(key);
      if (before !== undefined) return before.value;
      const value = find(key);
      keep(key, value);
      return value;
    },
    set: keep,
  };
}

/** The same for whoever asks one question. */
export function onceInRound<Value>(find: () => Value, atEndOfTurn?: AtEndOfTurn): () => Value {
  const memory = createRoundMemory<Value>(atEndOfTurn);
  return () => memory.of('', find);
}
