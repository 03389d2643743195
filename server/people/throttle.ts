import { createHash } from 'node:crypto';
import { ipKeyGenerator } from 'express-rate-limit';
import type { Clock } from '../../shared/instant.ts';
import { TooManyTries } from './too-many-tries.ts';

/**
 * Who tries: the client's address as the socket or the trusted proxy tells it, and the account it tries.
 * `alone`: what only its owner can try from, which counts by itself and by no address: a browser
 * that signed in to the account before, or a session.
 */
export type Tried = { address: string; account: string } | { alone: string };

/** A try that may go on. Counted as wrong from the start, so that a thousand at once are not all let through. */
export interface Attempt {
  /** How many were turned away here since the last try that went on; for the record. */
  turnedAway: number;
  /** The password was right: this account's count at this address begins anew. */
  succeeded(): void;
  /** Nothing was tested after all: the try does not count. */
  withdraw(): void;
}

export interface Throttle {
  /** Throws `TurnedAway` while one of the two counts makes this one wait. */
  admit(tried: Tried): Attempt;
}

/** Refused by a count. */
export class TurnedAway extends TooManyTries {
  /** The first since the wait began: the one to put on record. */
  readonly first: boolean;
  constructor(waitMs: number, first: boolean) {
    super(waitMs);
    this.first = first;
  }
}

interface Rule {
  /** Wrong tries before the first wait. */
  freeTries: number;
  /** Doubles with each further wrong try, up to the longest. */
  firstWaitMs: number;
  longestWaitMs: number;
}

/** Five mistypes cost nothing; then about five tries an hour. */
const accountRule: Rule = { freeTries: 5, firstWaitMs: 2_000, longestWaitMs: 15 * 60_000 };
/** Everyone in a building may share one address, so its waits stay short: a colleague is held up a minute at most. */
const addressRule: Rule = { freeTries: 20, firstWaitMs: 2_000, longestWaitMs: 60_000 };
/** Longer than the longest wait, or waiting would wipe the slate clean. */
const forgetAfterMs = 60 * 60_000;

interface Tally {
  wrong: number;
  openAt: number;
  lastAt: number;
  turnedAway: number;
}

/**
 * Counts wrong sign-ins by (address) and by (account and address), in memory;
 * an attack on an account from elsewhere never locks its owner out, and one from
 * their own address does not shut out a browser they signed in with before.
 *
 * INVARIANT: each count holds at most `atMost` entries; beyond it the one
 * touched longest ago is forgotten. IPv6 addresses count by their /56 network.
 */
export function createThrottle(parts: { clock: Clock; atMost?: number }): Throttle {
  const atMost = parts.atMost ?? 20_000;
  const byAccount = createTallies(atMost);
  const byAddress = createTallies(atMost);

  return {
    admit(tried) {
      const now = parts.clock.now();
      const counts = 'alone' in tried ? [countOf(byAccount, accountRule, tried.alone)] : countsOf(tried);
      const found = counts.map((each) => ({ ...each, tally: each.tallies.find(each.key, now) }));
      refuseWhileWaiting(
        found.map(({ tally }) => tally),
        now,
      );
      const turnedAway = found.reduce((sum, { tally }) => sum + tally.turnedAway, 0);
      const counted = found.map((each) => {
        const openAt = count(each.tally, each.rule, now);
        each.tallies.keep(each.key, each.tally);
        return { ...each, openAt };
      });
      return {
        turnedAway,
        succeeded() {
          for (const { tallies, key, tally, openAt } of counted) {
            if (tallies === byAccount) tallies.drop(key);
            else uncount(tally, openAt);
          }
        },
        withdraw() {
          for (const { tally, openAt } of counted) uncount(tally, openAt);
        },
      };
    },
  };

  function countsOf({ address, account }: { address: string; account: string }): Count[] {
    const network = ipKeyGenerator(address);
    return [
      countOf(byAccount, accountRule, `${network}\n${account}`),
      { tallies: byAddress, rule: addressRule, key: network },
    ];
  }
}

/** One of the counts that a try adds to. */
interface Count {
  tallies: ReturnType<typeof createTallies>;
  rule: Rule;
  key: string;
}

function countOf(tallies: Count['tallies'], rule: Rule, words: string): Count {
  return { tallies, rule, key: createHash('sha256').update(words).digest('base64') };
}

function refuseWhileWaiting(tallies: readonly Tally[], now: number): void {
  const closed = tallies.filter((tally) => tally.openAt > now);
  const [counted] = closed;
  if (counted === undefined) return;
  const waitMs = Math.max(...closed.map((tally) => tally.openAt)) - now;
  counted.turnedAway += 1;
  throw new TurnedAway(waitMs, counted.turnedAway === 1);
}

/** Counts a wrong try; returns the time it set, so that it can be taken back. */
function count(tally: Tally, rule: Rule, now: number): number {
  tally.wrong += 1;
  tally.turnedAway = 0;
  tally.lastAt = now;
  const waits = tally.wrong - rule.freeTries;
  if (waits >= 0) tally.openAt = now + Math.min(rule.firstWaitMs * 2 ** waits, rule.longestWaitMs);
  return tally.openAt;
}

function uncount(tally: Tally, openAt: number): void {
  tally.wrong -= 1;
  // A later wrong try may have set its own wait meanwhile: that one stands.
  if (tally.openAt === openAt) tally.openAt = 0;
}

/** The clock was put back: a wait of seconds must not become one of months, nor be over. What is left of it at most is begun anew. */
function setBack(tally: Tally, now: number): void {
  tally.openAt -= Math.max(0, tally.lastAt - now);
  tally.lastAt = now;
}

/** Bounded map of counts, in the order they were last touched. */
function createTallies(atMost: number) {
  const tallies = new Map<string, Tally>();
  return {
    find(key: string, now: number): Tally {
      const found = tallies.get(key);
      if (found !== undefined && found.lastAt > now) setBack(found, now);
      if (found !== undefined && now - found.lastAt < forgetAfterMs) return found;
      // What was turned away is still to be put on record.
      return { wrong: 0, openAt: 0, lastAt: now, turnedAway: found?.turnedAway ?? 0 };
    },
    keep(key: string, tally: Tally): void {
      tallies.delete(key);
      tallies.set(key, tally);
      for (const oldest of tallies.keys()) {
        if (tallies.size <= atMost) break;
        tallies.delete(oldest);
      }
    },
    drop(key: string): void {
      tallies.delete(key);
    },
  };
}
