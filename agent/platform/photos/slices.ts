import { setTimeout as rest, setImmediate as turn } from 'node:timers/promises';

/** Work cut into slices, so that the agent stays answerable while it counts. */
export interface Slices {
  /** Whether it is time for a pause. */
  isOver(): boolean;
  pause(): Promise<void>;
  /** Milliseconds of work so far, without the pauses. */
  workedMs(): number;
}

/** A quarter of what may hold the agent up: one more question to the disk fits in. */
const sliceMs = 5;

/** @param restMs how long each pause lasts; 0: only until others have had their turn. */
export function createSlices(restMs = 0): Slices {
  let began = performance.now();
  let worked = 0;
  return {
    isOver: () => performance.now() - began > sliceMs,
    async pause() {
      worked += performance.now() - began;
      await (restMs === 0 ? turn() : rest(restMs));
      began = performance.now();
    },
    workedMs: () => worked + performance.now() - began,
  };
}
