import { z } from 'zod';
import type { Clock } from '../../shared/instant.ts';
import type { Keeper } from '../platform/keeper.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** Beyond this nobody needs the exact number, and the file stays small. */
const mostKept = 1_000;

/** Milliseconds since 1970. */
const keptSchema = z.array(z.int().nonnegative());

/**
 * How often the agent started in the last 24 hours, this start included: an agent
 * that starts again and again looks well at every moment. Kept as times alone.
 */
export function createStarts({ clock, keeper, isLook }: { clock: Clock; keeper: Keeper; isLook: boolean }) {
  let times: Promise<number[]> | undefined;

  async function begin(): Promise<number[]> {
    const now = clock.now();
    const kept = keptSchema.safeParse(parseJson((await keeper.read('starts')) ?? '')).data ?? [];
    const known = recent(kept, now);
    if (isLook) return known;
    known.push(now);
    const newest = known.slice(-mostKept);
    await keeper.write('starts', JSON.stringify(newest));
    return newest;
  }

  return async (): Promise<number> => {
    times ??= begin();
    return Math.max(1, recent(await times, clock.now()).length);
  };
}

/** A time that lies ahead is of a clock that was wrong, and counts for nothing. */
function recent(times: readonly number[], now: number): number[] {
  return times.filter((at) => at > now - dayMs && at <= now);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
