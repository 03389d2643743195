import type { LockState } from '../../shared/command/kind/lock.ts';
import type { WipeLevel, WipeReceipt } from '../../shared/command/kind/wipe.ts';
import type { CommandArgs, CommandKind, EvidenceOf } from '../../shared/command/kinds.ts';
import type { OutcomeReason } from '../../shared/command/life.ts';
import type { ListedApp } from '../../shared/policy/app-list.ts';
import type { Reading } from '../../shared/reading.ts';
import type { Session } from '../../shared/report/sessions.ts';

/** What came of an action, before anybody looked again. */
export type ActionResult = { done: true } | { done: false; reason: OutcomeReason };

/** The lock of the device. It lies on the disk: it holds after a restart, and with no agent running. */
export interface Locking {
  /**
   * Refuses every way in to people, never to root or the break-glass account, and shows `notice` where people sign in.
   * Does not end sessions. Locked already: the notice is the new one.
   */
  lock(notice: LockNotice): Promise<ActionResult>;
  release(): Promise<ActionResult>;
  /** What holds now, read back from the system itself and not from a note of ours. */
  look(signal: AbortSignal): Promise<Reading<LockState>>;
  /** Accounts that are never refused, and whose sessions go on: root's and the break-glass account's. Absent: none is known. */
  spares?(person: string): boolean;
  /** Sign-ins that were refused since the lock was put in. Absent, or null: this system does not tell. */
  refusals?(): Promise<number | null>;
}

export interface LockNotice {
  text: string;
  /** Shown with the text, for the offline code; null: only the server releases. */
  challenge: string | null;
}

export interface AppSignOut {
  apps: readonly ListedApp[];
  /** Account names; undefined: everybody's profiles. */
  people: readonly string[] | undefined;
}

export interface AppSignOutResult {
  browsersClosed: number;
  browsersEnded: number;
  /** Why some profile was left as it was; the probe afterwards has the last word. */
  trouble: OutcomeReason | undefined;
  /** A browser of those meant stays open because nothing was found of it: what was done in it last is perhaps not written down yet. */
  leftOpen?: boolean;
}

/** What to clear, with what the policy says of it. */
export interface PhotoSelection extends CommandArgs<'clear-photos'> {
  /** The resource folder's name; null: the setting keeps none. */
  resourceFolder: string | null;
}

type Cleared = EvidenceOf<'clear-photos'>['cleared'][number];
/** One place: what of the selection is there now. null: it could not be looked at. */
export interface PhotosThere extends Pick<Cleared, 'place' | 'leftInCloudFolders'> {
  files: Cleared['before'] | null;
}

export interface PhotoClearing {
  /** Counts what the selection is about, by looking at the disk itself; deletes nothing. */
  count(selection: PhotoSelection, signal: AbortSignal): Promise<Reading<PhotosThere[]>>;
  /** Deletes it, in the bin and as thumbnails too. Never follows a link out of a place. */
  clear(
    selection: PhotoSelection,
    signal: AbortSignal,
  ): Promise<{ deleted: Cleared['before']; thumbnailsDeleted: number }>;
}

/** DANGER: nothing here can be undone. */
export interface Wiping {
  /** What would be destroyed; changes nothing. A level the device cannot do is refused here, with what would be needed. */
  prepare(level: WipeLevel): Promise<{ ready: true; receipt: WipeReceipt } | { ready: false; reason: OutcomeReason }>;
  /** Deletes people's homes and data. */
  wipePeople(): Promise<ActionResult>;
  /** People whose data is still there. */
  peopleLeft(signal: AbortSignal): Promise<Reading<number>>;
  /**
   * Destroys the keys of every encrypted volume, then cuts the power. Does not come back where it works. Before the first key
   * is gone it may still answer that nothing was done.
   */
  destroyDevice(): Promise<ActionResult>;
}

/** All that changes something on the device: what a system cannot do answers with the reason. */
export interface Actions {
  /**
   * Why this device cannot carry out orders of a kind at all, with what would be needed: asked before one is begun.
   * Absent, or undefined: it can, or finds out when it tries.
   */
  refusal?(kind: CommandKind): Promise<OutcomeReason | undefined>;
  /** Ends one session for good. Done means the system took the order; the caller looks again. */
  endSession(session: Session): Promise<ActionResult>;
  /** Puts a text on the screens of these sessions; answers for each whether the system took it. */
  showText(text: string, sessions: readonly Session[]): Promise<readonly boolean[]>;
  /** Keeps the device from signing somebody in by itself until its next start; undefined: cannot be told. */
  holdBackAutomaticSignIn(): Promise<'held-back' | 'not-set' | undefined>;
  readonly locking: Locking;
  signOutApps(wanted: AppSignOut, signal: AbortSignal): Promise<AppSignOutResult>;
  readonly photoClearing: PhotoClearing;
  readonly wiping: Wiping;
  /** Whether the device had better not be disturbed now: it installs updates or shuts down. */
  isBusy(): Promise<boolean>;
}
