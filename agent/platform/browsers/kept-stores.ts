import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../../shared/instant.ts';
import type { UnknownReason } from '../../../shared/reading.ts';
import { settledMs } from './folder-names.ts';
import type { Marks } from './marks.ts';
import type { Stamp } from './stamp.ts';
import type { Store } from './store.ts';
import { reasonOf, Unreadable } from './unreadable.ts';
import type { Wanted } from './wanted.ts';

/** What came of one store: what was found in it, and why not all of it could be. undefined: there is no such store. */
export type StoreAnswer = Marks | undefined;

export interface KeptStores {
  /** What the store holds now. Reads it only when it changed. Never throws. */
  ask(store: Store, wanted: Wanted, signal: AbortSignal): Promise<StoreAnswer>;
  /** Stores that were not asked for since the last call are forgotten. */
  endRound(): void;
}

interface Kept {
  stamp: string;
  wanted: string;
  atMs: number;
  marks: Marks;
}

/** A store is read again after this long, whatever its stamp says: a disk may err too. */
const maxAgeMs = 60 * 60_000;
/** A browser at work may write while a copy is taken; it writes in bursts, and rests between them. */
const attempts = 3;
const restMs = 150;

/**
 * What was found in each store, kept for as long as the store does not change.
 *
 * INVARIANT: marks are kept only under a stamp that was the same before and after
 * they were read, and whose files had come to rest: they are of that state, and of no half of one.
 */
export function createKeptStores(clock: Clock): KeptStores {
  let kept = new Map<string, Kept>();
  let next = new Map<string, Kept>();

  function isGood(entry: Kept | undefined, stamp: Stamp, wanted: Wanted): entry is Kept {
    const age = clock.now() - (entry?.atMs ?? 0);
    return entry?.stamp === stamp.text && entry.wanted === wanted.text && age >= 0 && age < maxAgeMs;
  }

  /** One try; undefined: the store changed meanwhile, and what was read may be half of two states. */
  async function attempt(
    store: Store,
    wanted: Wanted,
    signal: AbortSignal,
  ): Promise<{ answer: StoreAnswer } | undefined> {
    const stamp = await store.stamp();
    if (stamp === undefined) return { answer: undefined };
    const before = next.get(store.id) ?? kept.get(store.id);
    if (isGood(before, stamp, wanted)) {
      next.set(store.id, before);
      return { answer: before.marks };
    }
    const marks = await readOrTrouble(store, wanted, signal);
    const atMs = clock.now();
    if ((await store.stamp())?.text !== stamp.text) return undefined;
    const entry = { stamp: stamp.text, wanted: wanted.text, atMs, marks };
    if (atMs - stamp.changedMs > settledMs && mayBeKept(marks)) next.set(store.id, entry);
    return { answer: marks };
  }

  return {
    async ask(store, wanted, signal) {
      try {
        for (let left = attempts; left > 0; left -= 1) {
          const tried = await attempt(store, wanted, signal);
          if (tried !== undefined) return tried.answer;
          await sleep(restMs, undefined, { signal });
        }
        throw new Unreadable('in-use');
      } catch (error) {
        return { cookies: [], storage: [], trouble: reasonOf(error) };
      }
    },
    endRound() {
      kept = next;
      next = new Map();
    },
  };
}

async function readOrTrouble(store: Store, wanted: Wanted, signal: AbortSignal): Promise<Marks> {
  try {
    return await store.read(wanted, signal);
  } catch (error) {
    return { cookies: [], storage: [], trouble: reasonOf(error) };
  }
}

/** Only what would come out the same again; whether a file may be opened can change without the file. */
const passing: readonly UnknownReason[] = ['in-use', 'blocked-by-permission', 'tool-failed', 'timed-out'];

function mayBeKept({ trouble }: Marks): boolean {
  return trouble === undefined || !passing.includes(trouble);
}
