import { uptime } from 'node:os';

/** The clocks of a machine, in milliseconds. */
export interface Clocks {
  /** Can be set, and goes on while the machine sleeps. */
  wall(): number;
  /** Stands still while the machine sleeps. */
  awake(): number;
  /** Cannot be set, and goes on while the machine sleeps. */
  sinceBoot(): number;
}

export const machineClocks: Clocks = {
  wall: () => Date.now(),
  awake: () => performance.now(),
  sinceBoot: () => uptime() * 1000,
};

/** Shorter sleeps change nothing that is not seen anyway. */
const sleepMs = 5_000;
/** The clock set right by less is nobody's concern; a machine that was stopped from outside shows only here. */
const setMs = 60_000;

/** Whether the machine slept, was stopped, or had its clock set since the question before. */
export function createSleepWatch(clocks: Clocks): () => boolean {
  const read = () => ({ wall: clocks.wall(), awake: clocks.awake(), sinceBoot: clocks.sinceBoot() });
  let before = read();
  return () => {
    const now = read();
    const awakeMs = now.awake - before.awake;
    const sleptMs = now.sinceBoot - before.sinceBoot - awakeMs;
    const jumpedMs = Math.abs(now.wall - before.wall - awakeMs);
    before = now;
    return sleptMs > sleepMs || jumpedMs > setMs;
  };
}
