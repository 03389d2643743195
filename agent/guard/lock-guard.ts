import type { LockState } from '../../shared/command/kind/lock.ts';
import {
  isReleaseCode,
  type ReleaseQuestion,
  releaseChallengeOf,
  releaseTries,
} from '../../shared/command/release-code.ts';
import { type Clock, instant } from '../../shared/instant.ts';
import { type Log, messageOf } from '../../shared/log.ts';
import type { DeviceSettings } from '../../shared/policy/device-settings.ts';
import type { Health } from '../../shared/report/health.ts';
import type { ActionResult, Locking } from '../platform/actions.ts';
import { type LockNote, type LockNotes, neverLocked, type Releaser } from './lock-note.ts';

/** How long this computer has run, and since which start: what no clock moves. */
export interface Uptime {
  bootId(): Promise<string>;
  uptimeMs(): number;
}

interface LockGuardParts {
  notes: LockNotes;
  locking: Locking;
  settings: () => Pick<DeviceSettings, 'releaseKey'>;
  /** Who this device is; undefined: it is not enrolled, and takes no code. */
  identity: Pick<ReleaseQuestion, 'deviceId' | 'epoch'> | undefined;
  uptime: Uptime;
  /** So many bytes that nobody can guess. */
  random(bytes: number): Buffer;
  clock: Clock;
  log: Log;
  /** The lock was taken off by hand while the guard wants it; it is in again by then. */
  onRemoved?: () => void;
}

/** What came of a code that was typed. */
export type CodeVerdict =
  | { kind: 'released' | 'not-locked' | 'no-code' | 'not-counted' | 'not-released' | 'new-challenge' }
  | { kind: 'wrong'; triesLeft: number }
  | { kind: 'used-up'; waitMinutes: number };

export interface LockGuard {
  /** Locks with a new challenge, so that no earlier code opens this lock. */
  lock(text: string): Promise<ActionResult>;
  release(by: 'server' | 'code'): Promise<ActionResult>;
  /** Locks for the guard, for this move of it. A lock that is there goes on, with its challenge and its tries. */
  lockForGuard(text: string, move: number): Promise<ActionResult>;
  /** The guard wants no lock any more. One that an administrator ordered stays. */
  letGo(): Promise<ActionResult>;
  /** Whether the lock of this move of the guard is meant to hold; if not, whether somebody released it. */
  guardHold(move: number): Promise<{ wanted: boolean; releasedBy: 'server' | 'code' | null }>;
  /** Checks a code; the right one releases at once. */
  tryCode(typed: string): Promise<CodeVerdict>;
  /** How the lock stands, for the report; undefined: it cannot be told. Shows a new challenge when one is due. */
  standing(): Promise<Health['lock']>;
}

/** How long a device whose tries are used up takes no code, while it runs. */
export const waitMs = 60 * 60_000;

/** Said when whoever locked the device said nothing. */
export const ownWords = 'Please ask your manager.';

/**
 * The lock as it is meant, beside the lock as it holds: its challenge, the tries, who released it.
 *
 * INVARIANTS
 * - A challenge is new with each lock and gone with each release: a code works once.
 * - A wrong try is on the disk before it is answered: neither a power cut nor two prompts at once give more.
 * - The hour after the last try is counted by how long the computer has run since: no clock shortens it, and a
 *   restart begins it anew.
 * - Who releases is noted before it is done, so that a lock that is gone with nobody noted was taken off by hand.
 */
export function createLockGuard(parts: LockGuardParts): LockGuard {
  const { notes, locking, settings, identity, uptime, random, clock, log } = parts;

  const keyNow = () => (identity === undefined ? undefined : (settings().releaseKey ?? undefined));
  const now = () => instant(clock.now());
  /** A system that could be asked once can be locked. */
  let lockable = false;

  async function lookNow(): Promise<LockState | undefined> {
    const look = await locking.look(AbortSignal.timeout(30_000));
    return look.state === 'known' ? look.value : undefined;
  }

  /**
   * The note goes first: a challenge that is shown can be answered, whenever the power goes. Until the lock is there
   * with its notice the note is not `held`: where the power went in between, an older challenge may be shown.
   */
  async function lockAnew(meant: Meant, before: LockNote): Promise<ActionResult> {
    const challenge = keyNow() === undefined ? null : releaseChallengeOf(random(5));
    const since = before.wanted && before.since !== null ? before.since : now();
    const { text, guardText, owners, guardMove } = meant;
    const wanted = { wanted: true, since, challenge, releasedBy: before.releasedBy };
    const note = { ...neverLocked, ...wanted, text, guardText, owners, guardMove };
    await notes.write(note);
    const result = await locking.lock({ text: textOf(note), challenge });
    if (result.done) await notes.write({ ...note, held: true });
    else await notes.write(await noteAfterFailure(before, note));
    return result;
  }

  /** DANGER: a device that could not be looked at may be locked still, and one that was not locked may be by now. */
  async function noteAfterFailure(before: LockNote, note: LockNote): Promise<LockNote> {
    const state = await lookNow().catch(() => undefined);
    if (before.wanted && state?.locked !== false) return before;
    const owners = { order: false, guard: false };
    return state?.locked === true ? note : { ...before, wanted: false, held: false, owners };
  }

  async function release(by: Releaser, note: LockNote): Promise<ActionResult> {
    await notes.write({ ...note, releasing: by });
    const result = await locking.release();
    const isOff = result.done && note.wanted;
    const releasedMove = note.owners.guard ? note.guardMove : null;
    const off = { ...neverLocked, since: now(), releasedBy: by, releasedMove };
    await notes.write(isOff ? off : { ...note, releasing: null });
    return result;
  }

  async function lockForGuard(guardText: string, guardMove: number): Promise<ActionResult> {
    const before = await notes.read();
    const owners = { ...before.owners, guard: true };
    const meant = { ...before, guardText, guardMove, owners };
    const isThere = before.wanted && before.held && (await lookNow())?.locked === true;
    if (!isThere) return lockAnew(meant, before);
    await notes.write(meant);
    if (textOf(meant) === textOf(before)) return { done: true };
    return locking.lock({ text: textOf(meant), challenge: meant.challenge });
  }

  async function letGo(): Promise<ActionResult> {
    const note = await notes.read();
    if (!note.owners.guard) return { done: true };
    if (!note.owners.order) return release('guard', note);
    await notes.write({ ...note, owners: { ...note.owners, guard: false } });
    return { done: true };
  }

  /** How long until a new challenge, once the tries are used up. */
  async function waitLeftMs({ usedUp }: LockNote): Promise<number> {
    if (usedUp === null) return waitMs;
    const ranMs = uptime.uptimeMs();
    const waited = usedUp.bootId === (await uptime.bootId()) ? ranMs - usedUp.uptimeMs : ranMs;
    return Math.max(0, waitMs - Math.max(0, waited));
  }

  async function isDue(note: LockNote): Promise<boolean> {
    if (!note.wanted || keyNow() === undefined) return false;
    if (note.challenge === null || !note.held) return true;
    return note.wrong >= releaseTries && (await waitLeftMs(note)) === 0;
  }

  async function count(note: LockNote): Promise<LockNote> {
    const wrong = note.wrong + 1;
    const last = wrong >= releaseTries ? { bootId: await uptime.bootId(), uptimeMs: uptime.uptimeMs() } : null;
    const counted = { ...note, wrong, usedUp: last };
    await notes.write(counted);
    return counted;
  }

  /** Why no code is looked at now; undefined: one is. */
  async function closed(note: LockNote): Promise<CodeVerdict | undefined> {
    if (!note.wanted) return { kind: 'not-locked' };
    if (!note.held && keyNow() !== undefined && (await lookNow())?.locked !== true) return { kind: 'not-counted' };
    if (await isDue(note)) return { kind: (await lockAnew(note, note)).done ? 'new-challenge' : 'not-counted' };
    if (note.challenge === null || keyNow() === undefined) return { kind: 'no-code' };
    if (note.wrong < releaseTries) return undefined;
    return { kind: 'used-up', waitMinutes: Math.ceil((await waitLeftMs(note)) / 60_000) };
  }

  async function check(typed: string): Promise<CodeVerdict> {
    const note = await notes.read();
    const closing = await closed(note);
    if (closing !== undefined) return closing;
    // Counted before it is looked at: who cuts the power after a wrong one has used it up all the same.
    const counted = await count(note);
    if (!isRight(typed, note)) return { kind: 'wrong', triesLeft: releaseTries - counted.wrong };
    return { kind: (await release('code', counted)).done ? 'released' : 'not-released' };
  }

  function isRight(typed: string, { challenge }: LockNote): boolean {
    const key = keyNow();
    if (identity === undefined || key === undefined || challenge === null) return false;
    return isReleaseCode(key, { ...identity, challenge }, typed);
  }

  async function standingOfLocked(): Promise<Health['lock']> {
    const note = await notes.read();
    if (!note.wanted) return standingOf(note, false);
    const state = await lookNow();
    if (state === undefined) return undefined;
    if (!state.locked && state.refused.length === 0) {
      const after = await gone(note);
      return standingOf(after, after.held);
    }
    if (await isDue(note)) await lockAnew(note, note);
    return standingOf(await notes.read(), state.locked);
  }

  /**
   * A lock that is wanted and not there: taken off, or cut off before it was whole. What there is of it goes: half
   * of one left behind would refuse everybody, as soon as somebody removes the rest.
   */
  async function gone(note: LockNote): Promise<LockNote> {
    if (note.owners.guard && note.releasing === null) return putBack(note);
    await locking.release();
    const releasedBy = note.releasing ?? (note.held ? 'by-hand' : note.releasedBy);
    const releasedMove = note.owners.guard ? note.guardMove : null;
    const off = { ...neverLocked, since: note.held ? now() : null, releasedBy, releasedMove };
    await notes.write(off);
    return off;
  }

  /** What the guard locks stays locked: whoever takes it off by hand is told of, and gains nothing. */
  async function putBack(note: LockNote): Promise<LockNote> {
    const result = await lockAnew(note, note);
    if (note.held) {
      log.warn('lock-removed', { reason: result.done ? 'it is in again' : result.reason });
      parts.onRemoved?.();
    }
    return notes.read();
  }

  /** Writes nothing where nothing is locked: this is asked as often as the agent's health. */
  async function standing(): Promise<Health['lock']> {
    const note = await notes.read();
    if (note.wanted) return notes.alone(standingOfLocked);
    if (lockable) return standingOf(note, false);
    const state = await lookNow();
    lockable = state !== undefined;
    if (state?.locked) return notes.alone(() => adopt(state));
    return lockable ? standingOf(note, false) : undefined;
  }

  /** The device is locked and this agent knows nothing of it: what it kept was lost, the lock was not. */
  async function adopt({ since }: LockState): Promise<Health['lock']> {
    const note = await notes.read();
    const owners = { order: true, guard: false };
    if (!note.wanted) await notes.write({ ...neverLocked, wanted: true, held: true, since, text: ownWords, owners });
    return standingOfLocked();
  }

  return {
    lock: (text) =>
      notes.alone(async () => {
        const note = await notes.read();
        return lockAnew({ ...note, text, owners: { ...note.owners, order: true } }, note);
      }),
    release: (by) => notes.alone(async () => release(by, await notes.read())),
    lockForGuard: (text, move) => notes.alone(() => lockForGuard(text, move)),
    letGo: () => notes.alone(letGo),
    async guardHold(move) {
      const { owners, guardMove, releasedMove, releasedBy } = await notes.read();
      const by = releasedBy === 'server' || releasedBy === 'code' ? releasedBy : null;
      return { wanted: owners.guard && guardMove === move, releasedBy: releasedMove === move ? by : null };
    },
    tryCode: (typed) =>
      notes
        .alone(() => check(typed))
        .catch((error: unknown) => {
          log.error('code-not-counted', { error: messageOf(error) });
          return { kind: 'not-counted' };
        }),
    standing: () =>
      standing().catch((error: unknown) => {
        log.warn('lock-not-told', { error: messageOf(error) });
        return undefined;
      }),
  };
}

/** What of a note says who wants the lock, and what people read. */
type Meant = Pick<LockNote, 'text' | 'guardText' | 'owners' | 'guardMove'>;

/** An administrator's words go before the guard's. */
function textOf({ owners, text, guardText }: Meant): string {
  return owners.guard && !owners.order ? guardText : text;
}

function standingOf({ since, releasedBy, challenge, wrong }: LockNote, locked: boolean): Health['lock'] {
  const left = challenge === null ? 0 : Math.max(0, releaseTries - wrong);
  return { locked, since, releasedBy, triesLeft: locked ? left : releaseTries };
}
