import { setTimeout as rest, setImmediate as turn } from 'node:timers/promises';

/** Work cut into slices, so that the agent stays answerable while it counts. */
export interface Slices {
  /** Whether it is time for a pause. Asked between any two questions to the disk. */
  isOver(): boolean;
  pause(): Promise<void>;
  /** Something else was waited for: what that took is no slow answer. */
  waited(): undefined;
  /** Whether the disk is so slow that it must not be waited for; asked before each question that would. */
  isSlow(): boolean;
  /** Milliseconds of work so far, without the pauses. */
  workedMs(): number;
}

/** A quarter of what may hold the agent up: one more question to the disk fits in. */
const sliceMs = 5;
/**
 * A disk that needs this long twice running has to fetch from its plates: it is then
 * asked without holding up the agent for a while. Once may be another program's turn.
 */
const slowMs = 3;
const notHeldUpFor = 50;

/** @param restMs how long each pause lasts; 0: only until others have had their turn. */
export function createSlices(restMs = 0): Slices {
  let began = performance.now();
  let last = began;
  let worked = 0;
  let wasSlow = false;
  let later = 0;
  let tick = 0;
  return {
    isOver() {
      // Asked between any two looks: most of the time only whether a millisecond went by, which costs a third.
      const wall = Date.now();
      if (wall === tick) return false;
      tick = wall;
      const now = performance.now();
      const isSlow = now - last > slowMs;
      if (isSlow && wasSlow) later = notHeldUpFor;
      wasSlow = isSlow;
      last = now;
      return now - began > sliceMs;
    },
    async pause() {
      worked += performance.now() - began;
      await (restMs === 0 ? turn() : rest(restMs));
      began = performance.now();
      last = began;
    },
    waited() {
      last = performance.now();
      return undefined;
    },
    isSlow() {
      if (later === 0) return false;
      later -= 1;
      return true;
    },
    workedMs: () => worked + performance.now() - began,
  };
}
