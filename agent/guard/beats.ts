import { z } from 'zod';
import type { Keeper } from '../platform/keeper.ts';

const beatSchema = z.strictObject({
  bootId: z.string(),
  /** How long the computer had been awake since its start. */
  awakeMs: z.number().nonnegative(),
  /** It ended by itself, and did not stop beating for want of power or because it was killed. */
  ended: z.boolean(),
});

/** How often a running agent notes that it runs: seldom, for each note wakes a disk. */
const everyMs = 4 * 60_000;
/** An update is over sooner. */
const shortestGapMs = 2 * 60_000;

interface BeatsParts {
  keeper: Pick<Keeper, 'read' | 'write'>;
  bootId: string;
  /** Does not count while the computer sleeps, and is the same for every program since its start. */
  awakeMs(): number;
}

/**
 * Notices that the agent did not run while the system did. A system that was shut down begins another boot, and
 * one that slept was not awake: neither counts.
 */
export function createBeats({ keeper, bootId, awakeMs }: BeatsParts) {
  let lastMs = Number.NEGATIVE_INFINITY;

  async function write(ended: boolean): Promise<void> {
    lastMs = awakeMs();
    await keeper.write('beat', JSON.stringify({ bootId, awakeMs: lastMs, ended }));
  }

  return {
    /** Whether the agent was stopped since its last run, for longer than a restart or an update takes. */
    async wasStopped(): Promise<boolean> {
      const last = beatSchema.safeParse(parseJson((await keeper.read('beat')) ?? '')).data;
      if (last === undefined || last.bootId !== bootId) return false;
      return awakeMs() - last.awakeMs > shortestGapMs + (last.ended ? 0 : everyMs * 2);
    },
    /** Called often, notes seldom. */
    beat(): void {
      if (awakeMs() - lastMs >= everyMs) void write(false);
    },
    end: () => write(true),
  };
}

export type Beats = ReturnType<typeof createBeats>;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
