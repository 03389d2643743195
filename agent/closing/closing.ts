import { closingAfter, closingBefore, isOpenAt } from '../../shared/calendar/opening-hours.ts';
import type { ClosingStanding } from '../../shared/guard/standing.ts';
import { type Instant, instant } from '../../shared/instant.ts';
import { type Log, messageOf } from '../../shared/log.ts';
import type { DeviceRules } from '../../shared/policy/device-rules.ts';
import type { Session } from '../../shared/report/sessions.ts';
import { type ClosingNote, isFromAhead, isOpenNote, lateNote, noticedNote } from './closing-note.ts';
import { closingText } from './closing-words.ts';
import { isFromBefore, wasSleptThrough } from './slept-through.ts';

export interface ClosingParts {
  /** What was kept; a note that cannot be believed counts as none: then it is gone through once more. */
  note: { read(): Promise<ClosingNote | undefined>; write(note: ClosingNote): Promise<void> };
  rules(): DeviceRules | undefined;
  /** When the setting began to ask for this, in this run of the agent; undefined: it did already. */
  askedFrom(): Instant | undefined;
  /** The time that nobody turns back, milliseconds since 1970. */
  now(): number;
  /** How long this computer has run since its start. */
  uptimeMs(): number;
  /** Who is signed in, as last seen; undefined: it cannot be told. */
  sessions(): readonly Session[] | undefined;
  /** Who stays logged in, for they look after the device. */
  spares(person: string): boolean;
  showText(text: string, sessions: readonly Session[]): Promise<readonly boolean[]>;
  /** Each looks again: true, it is so; false, it is not; null, it cannot be told. */
  signOutApps(): Promise<boolean | null>;
  /** Those whom a lock spares stay. `isMeant`: of the others only these sessions; absent: everybody. */
  logOutPeople(isMeant?: (session: Session) => boolean): Promise<boolean | null>;
  /** Whether the setting's list has an app to sign out of. */
  hasApps(): boolean;
  /** Opens a way for people to put it off, while there is something to put off; undefined: this system has none. */
  openDesk: ((postpone: () => Promise<string>) => Promise<() => void>) | undefined;
  onChanged(): void;
  log: Log;
}

export interface Closing {
  open(): Promise<void>;
  /** Does what is due. Answers in how many milliseconds to come again. */
  due(): Promise<number>;
  /** Puts it off; the sentence is for whoever asked. */
  postpone(): Promise<string>;
  standing(): ClosingStanding | undefined;
  stop(): void;
}

type ClosingTime = NonNullable<DeviceRules['switches']['closingTime']>;

const minuteMs = 60_000;
const mostMs = 6 * 60 * minuteMs;
/** Cut off in the middle it is begun again, and not for ever. */
function isToDo({ state, tries }: ClosingNote): boolean {
  return state !== 'done' && tries < mostTries;
}

/** A browser that would not close may, later; after three times somebody has to look. */
const mostTries = 3;
const retryMs = 5 * minuteMs;

/**
 * What a device does by itself when its setting closes (DEV2), with or without a server.
 *
 * INVARIANTS
 * - Each closing time is gone through once: its note is on the disk before anything is done.
 * - One that the device slept through is made up for when it wakes, be it on the next working day, with its whole notice:
 *   sessions from before it end, and whoever has signed in since stays, with their apps.
 * - Done is said after a look, and never for what could not be looked at.
 */
export function createClosing(parts: ClosingParts): Closing {
  const { log } = parts;
  let note: ClosingNote | undefined;
  let told = new Set<string>();
  let isLastCall = false;
  let closeDesk: (() => void) | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  const asked = () => parts.rules()?.switches.closingTime ?? null;

  function inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const done = turn.then(work);
    turn = done.catch(() => {});
    return done;
  }

  async function keep(next: ClosingNote): Promise<void> {
    await parts.note.write(next);
    note = next;
    parts.onChanged();
  }

  /** The closing time that is to be gone through now, or whose notice is due; null: none. */
  function current(rules: DeviceRules, nowMs: number): Instant | null {
    const now = instant(nowMs);
    const noticeMs = (rules.switches.closingTime?.noticeMinutes ?? 0) * minuteMs;
    const next = closingAfter(now, rules.calendar);
    if (next !== null && Date.parse(next) - nowMs <= noticeMs) return next;
    const last = closingBefore(now, rules.calendar);
    // What closed before the device belonged to the setting is none of its concern.
    return last !== null && last >= rules.enrolledAt ? last : null;
  }

  /** Of one that was slept through, only sessions from before it. */
  function isMeant(session: Session, { at, isLate }: Pick<ClosingNote, 'at' | 'isLate'>): boolean {
    const offsets = parts.rules()?.calendar.offsets ?? [];
    const nowMs = parts.now();
    return isLate !== true || isFromBefore(session, at, { nowMs, bootedMs: nowMs - parts.uptimeMs(), offsets });
  }

  /** Whoever has just opened the device is given the same time as everybody. */
  function lateDueMs(at: Instant, nowMs: number): number {
    const noticeMs = (asked()?.noticeMinutes ?? 0) * minuteMs;
    const isNobody = parts.sessions()?.some((session) => isMeant(session, { at, isLate: true })) === false;
    return isNobody ? nowMs : nowMs + noticeMs;
  }

  async function takeUp(rules: DeviceRules, at: Instant, nowMs: number): Promise<void> {
    if (note === undefined || note.at < at || isFromAhead(note, nowMs))
      return wasAsked(rules, at, nowMs) ? begin(rules, at, nowMs) : undefined;
    if (note.at !== at || !isToDo(note) || !wasSleptThrough(note, nowMs)) return;
    await announce(rules, { ...note, isLate: true, state: 'noticed', dueMs: lateDueMs(at, nowMs) }, nowMs);
  }

  /** Who switches it on in the middle of a day means that day's closing, and nobody to be logged out for the one before. */
  function wasAsked({ calendar }: DeviceRules, at: Instant, nowMs: number): boolean {
    const from = parts.askedFrom();
    return from === undefined || at >= from || !isOpenAt(instant(nowMs), calendar);
  }

  async function begin(rules: DeviceRules, at: Instant, nowMs: number): Promise<void> {
    const noticeMs = (asked()?.noticeMinutes ?? 0) * minuteMs;
    const isLate = Date.parse(at) - nowMs < noticeMs - minuteMs && Date.parse(at) <= nowMs;
    await announce(rules, isLate ? lateNote(at, lateDueMs(at, nowMs)) : noticedNote(at, Date.parse(at)), nowMs);
  }

  async function announce(rules: DeviceRules, next: ClosingNote, nowMs: number): Promise<void> {
    told = new Set();
    isLastCall = false;
    await keep(next);
    log.info('closing-noticed', { reason: next.at });
    await notify(rules, nowMs);
    await openDesk();
  }

  async function openDesk(): Promise<void> {
    if (closeDesk !== undefined || postponesLeft() === 0) return;
    closeDesk = await parts.openDesk?.(postpone).catch((error: unknown) => {
      log.warn('closing-desk-not-open', { error: messageOf(error) });
      return undefined;
    });
  }

  function postponesLeft(): number {
    return Math.max(0, (asked()?.postpones ?? 0) - (note?.postponed ?? 0));
  }

  async function notify(rules: DeviceRules, nowMs: number): Promise<void> {
    const closing = rules.switches.closingTime;
    if (closing === null || note === undefined) return;
    const leftMs = note.dueMs - nowMs;
    if (leftMs <= 1.5 * minuteMs && !isLastCall) {
      isLastCall = true;
      told = new Set();
    }
    const untold = (parts.sessions() ?? []).filter(({ id, person }) => !told.has(`${id} ${person}`));
    for (const { id, person } of untold) told.add(`${id} ${person}`);
    if (untold.length === 0 || leftMs < minuteMs / 2) return;
    await tell(untold, { closing, pending: note, minutes: Math.max(1, Math.round(leftMs / minuteMs)) });
  }

  async function tell(
    sessions: readonly Session[],
    { closing, pending, minutes }: { closing: ClosingTime; pending: ClosingNote; minutes: number },
  ): Promise<void> {
    const isLate = pending.isLate === true;
    const signsOutApps = signsOut(closing, pending) === true;
    const postpone = parts.openDesk === undefined ? null : { left: postponesLeft(), minutes: closing.postponeMinutes };
    const show = async (some: readonly Session[], logsOut: boolean) => {
      if (some.length === 0) return;
      await parts.showText(closingText({ minutes, isLate, signsOutApps, logsOut, postpone }), some).catch(() => []);
    };
    const goes = (one: Session) => closing.logOutPeople && !parts.spares(one.person) && isMeant(one, pending);
    const staying = sessions.filter((one) => !goes(one));
    await show(sessions.filter(goes), true);
    // Of a closing that is over, whoever loses nothing need not hear.
    if (!isLate || signsOutApps) await show(staying, false);
  }

  /**
   * Whether apps are signed out: not where the list has none, nor those of somebody who has signed in since.
   * null: it cannot be told whether there is such a one.
   */
  function signsOut({ signOutApps }: ClosingTime, pending: ClosingNote): boolean | null {
    if (!signOutApps || !parts.hasApps()) return false;
    return pending.isLate !== true || (parts.sessions()?.every((one) => isMeant(one, pending)) ?? null);
  }

  async function act(rules: DeviceRules, pending: ClosingNote): Promise<void> {
    const closing = rules.switches.closingTime;
    if (closing === null) return;
    closeDesk?.();
    closeDesk = undefined;
    const tried = { ...pending, tries: pending.tries + 1 };
    await keep(tried);
    const isAsked = signsOut(closing, pending);
    const meant = pending.isLate === true ? (session: Session) => isMeant(session, pending) : undefined;
    const appsSignedOut = isAsked ? await parts.signOutApps().catch(() => null) : null;
    const peopleLoggedOut = closing.logOutPeople ? await parts.logOutPeople(meant).catch(() => null) : null;
    const isDone = (isAsked === false || appsSignedOut === true) && (!closing.logOutPeople || peopleLoggedOut === true);
    const nowMs = parts.now();
    const finishedAt = instant(nowMs);
    const state = isDone ? 'done' : 'failed';
    await keep({ ...tried, state, appsSignedOut, peopleLoggedOut, finishedAt, dueMs: nowMs + retryMs });
    log.info('closing-finished', {
      state,
      ...(closing.signOutApps && !parts.hasApps() && { reason: 'no app to sign out of' }),
    });
  }

  async function round(): Promise<number> {
    const rules = parts.rules();
    const nowMs = parts.now();
    if (rules === undefined || asked() === null) return mostMs;
    const at = current(rules, nowMs);
    if (at !== null) await takeUp(rules, at, nowMs);
    const pending = note;
    if (pending === undefined || pending.at !== at || !isToDo(pending)) return untilNotice(rules, nowMs);
    if (nowMs >= pending.dueMs) {
      await act(rules, pending);
      return retryMs;
    }
    if (isOpenNote(pending)) {
      await openDesk();
      await notify(rules, nowMs);
    }
    // Each minute: somebody may have come since.
    return Math.min(pending.dueMs - nowMs, minuteMs);
  }

  function untilNotice(rules: DeviceRules, nowMs: number): number {
    const next = closingAfter(instant(nowMs), rules.calendar);
    if (next === null) return mostMs;
    const noticeMs = (asked()?.noticeMinutes ?? 0) * minuteMs;
    return Math.min(mostMs, Math.max(1000, Date.parse(next) - noticeMs - nowMs));
  }

  function postpone(): Promise<string> {
    return inTurn(async () => {
      const closing = asked();
      const nowMs = parts.now();
      if (closing === null || note === undefined || !isOpenNote(note) || note.tries > 0)
        return 'There is nothing to put off now.';
      if (postponesLeft() === 0) return 'It cannot be put off any more. Please save your work.';
      const dueMs = Math.max(note.dueMs, nowMs) + closing.postponeMinutes * minuteMs;
      await keep({ ...note, state: 'postponed', postponed: note.postponed + 1, dueMs });
      isLastCall = false;
      const minutes = Math.round((dueMs - nowMs) / minuteMs);
      return `Put off. It is in ${minutes} minutes now, and can be put off ${postponesLeft()} more times.`;
    });
  }

  return {
    open: () =>
      inTurn(async () => {
        note = await parts.note.read().catch(() => undefined);
      }),
    due: () => inTurn(round),
    postpone,
    standing() {
      if (note === undefined) return undefined;
      const { dueMs: _due, tries: _tries, isLate: _late, ...standing } = note;
      return standing;
    },
    stop() {
      closeDesk?.();
      closeDesk = undefined;
    },
  };
}
