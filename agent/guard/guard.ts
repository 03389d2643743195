import { beginCountdown, leftMs } from '../../shared/guard/countdown.ts';
import type { Tamper } from '../../shared/guard/standing.ts';
import { type GuardDemand, type NextGuard, nextGuard, releaseMs } from '../../shared/guard/states.ts';
import type { Clock } from '../../shared/instant.ts';
import { type Log, messageOf } from '../../shared/log.ts';
import type { PlatformName } from '../../shared/names.ts';
import type { Health } from '../../shared/report/health.ts';
import type { Sections } from '../../shared/report/report.ts';
import type { Session } from '../../shared/report/sessions.ts';
import type { Beats } from './beats.ts';
import { type BlockingParts, createBlocking } from './blocking.ts';
import { createGuardMemory } from './guard-memory.ts';
import { type GuardNote, memoryOf, recentTampering, recounted, withMove } from './guard-note.ts';
import { standingOf } from './guard-standing.ts';
import { canJudge, changedSections, createJudge } from './judging.ts';
import type { SealedFile } from './sealed-file.ts';
import type { SettingsHolder } from './settings-holder.ts';
import type { TrustedTime } from './trusted-time.ts';
import { createWarnings } from './warnings.ts';

export interface GuardParts extends BlockingParts {
  note: SealedFile<GuardNote>;
  beats: Pick<Beats, 'wasStopped' | 'beat' | 'end'>;
  settings: Pick<SettingsHolder, 'current' | 'version' | 'trouble'>;
  platform: PlatformName;
  bootId: string;
  clock: Clock;
  log: Log;
  /** Observe mode: it judges and tells, and neither blocks nor warns on the screen. */
  observeMode: boolean;
  showText(text: string, sessions: readonly Session[]): Promise<readonly boolean[]>;
  /** Sign-ins that the lock refused since it was put in; null: this system does not tell. */
  refusals(): Promise<number | null>;
  /** For tests: nothing happens by itself; `due` is called instead. */
  isManual?: boolean;
}

export interface Guard {
  /** Takes up what was kept and acts upon it, before anything else is done. Rejects where the disk does not answer. */
  open(): Promise<void>;
  /** Readings as they come. One that answers as before costs a comparison. */
  saw(readings: Partial<Sections>): void;
  /** The settings were changed, or could not be believed. */
  settingsChanged(): void;
  /** The server's clock, at this moment. */
  measured(serverMs: number): void;
  /** The server releases: noted before the lock goes. Rejects where it cannot be noted. */
  release(): Promise<void>;
  tampered(what: Tamper['what']): void;
  /** The journal of orders is not the one that the guard knew: told once. */
  journalLost(): void;
  /** For the report. */
  health(): Promise<Pick<Health, 'guard' | 'tampering'>>;
  /** Does what is due now. Resolves when it is done. */
  due(): Promise<void>;
  time(): TrustedTime;
  stop(): Promise<void>;
}

/** While it blocks it looks whether somebody typed a code; so often only then. */
const pollMs = 10_000;
const retryMs = 15_000;
/** A timer never waits longer: what it waits for may come sooner. */
const mostMs = 6 * 60 * 60_000;
/** A clock turned back by less ends no release. */
const releaseEndsFromMs = 2 * 60 * 60_000;
/** Without rules, as the settings have it by default. */
const warningMinutes = 10;

/**
 * The guard of this device: it judges by itself, with the rules it was given, warns, blocks and lets go.
 *
 * INVARIANTS
 * - A move is on the disk before anything follows from it. DANGER: warning and blocking do not wait for a full disk:
 *   whoever fills it would never be blocked.
 * - It lets go only by evidence, by the server's or a code's release, or by rules that changed: what is unknown
 *   opens nothing, and a note that cannot be believed counts as a block.
 * - Its own release never takes off an administrator's lock (lock-guard.ts).
 * - One thing at a time: every round ends before the next one begins.
 */
export function createGuard(parts: GuardParts): Guard {
  const { settings, log, observeMode, uptimeMs } = parts;
  const blocking = createBlocking(parts);
  const warnings = createWarnings(parts);
  const memory = createGuardMemory(parts);
  const judge = createJudge();
  const { note, time } = memory;
  const sections: Partial<Sections> = {};
  let demand: GuardDemand = { is: 'cannot-tell' };
  /** Something was read or told that was not judged yet. */
  let isNews = true;
  let judgeAtMs: number | null = null;
  /** Nobody could be warned while the time ran: nothing was looked at yet in this run. */
  let isStart = true;
  let turnedBackMs = 0;
  /** The lock may still be the guard's. */
  let mayHold = true;
  let mustSendOut = false;
  let dueAtMs = 0;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let turn: Promise<unknown> = Promise.resolve();

  const rules = () => settings.current().rules;
  const mayBlock = () => !observeMode && rules()?.switches.offSite.guard !== 'warn-only';
  const isDamaged = () => (settings.version() ?? 0) < (note().rulesVersion ?? 0);
  const warningMs = () => (rules()?.switches.offSite.warningMinutes ?? warningMinutes) * 60_000;

  function inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const done = turn.then(work);
    turn = done.catch(() => {});
    return done;
  }

  async function judgeNow(): Promise<void> {
    if (!isNews && (judgeAtMs === null || time().now() < judgeAtMs)) return;
    const given = { settings: settings.current(), version: settings.version(), isDamaged: isDamaged(), sections };
    if (!canJudge({ ...given, note: note() })) return;
    isNews = false;
    const judged = await judge({ ...given, platform: parts.platform, note: note(), now: time().moment() });
    demand = judged.demand;
    judgeAtMs = judged.dueMs;
    const next = { ...note(), ...judged.memory };
    if (memoryOf(next) !== memoryOf(note())) await memory.keepAnyway(next);
  }

  async function refusedSince(): Promise<number | null> {
    const { state, refused, refusedBefore } = note();
    if (state !== 'blocked') return refused;
    const counted = await parts.refusals().catch(() => null);
    return counted === null ? refused : Math.max(refused ?? 0, counted - (refusedBefore ?? 0));
  }

  async function move(next: NextGuard): Promise<void> {
    const moment = time().moment();
    const moved = withMove({ ...note(), refused: await refusedSince() }, next, moment.trustedMs);
    const isBlock = next.to === 'blocked';
    const warned = mayBlock() ? warningMs() : null;
    const totalMs = { clear: null, warned, blocked: null, released: releaseMs }[next.to];
    const countdown = totalMs === null ? null : beginCountdown(totalMs, moment);
    const counted = isBlock ? { refused: null, refusedBefore: await parts.refusals().catch(() => null) } : {};
    const opens = next.to === 'clear' || next.to === 'released';
    await (opens ? memory.keep : memory.keepAnyway)({ ...moved, ...counted, countdown });
    log.warn('guard-moved', { state: next.to, reason: next.because });
    warnings.reset();
    mustSendOut = isBlock;
    parts.onChanged();
  }

  /** `byServer`: it releases just now. */
  async function makeMoves(byServer: boolean): Promise<void> {
    let events = { byServer, clockTurnedBack: turnedBackMs >= releaseEndsFromMs };
    turnedBackMs = 0;
    // More than one may follow from one look, and never more than there are states.
    for (let count = 0; count < 4; count += 1) {
      const next = nextGuard(note().state, await inputs(events));
      if (next === undefined) return;
      await move(next);
      events = { byServer: false, clockTurnedBack: false };
    }
  }

  async function inputs({ byServer, clockTurnedBack }: { byServer: boolean; clockTurnedBack: boolean }) {
    const { state, sequence, countdown } = note();
    const byCode = state === 'blocked' ? await blocking.releasedBy(sequence) : null;
    return {
      ...{ demand, clockTurnedBack, wasOff: isStart, warningMs: warningMs(), mayBlock: mayBlock() },
      releasedBy: byServer ? ('server' as const) : byCode,
      leftMs: countdown === null ? null : leftMs(countdown, time().moment()),
    };
  }

  /** Makes the device what the note says. Answers in how many milliseconds to come again. */
  async function act(): Promise<number> {
    const { state } = note();
    if (state === 'blocked') return block();
    if (mayHold) mayHold = !(await blocking.letGo());
    return Math.min(mayHold ? retryMs : mostMs, state === 'clear' ? mostMs : await countDown());
  }

  async function block(): Promise<number> {
    const { sequence, cause } = note();
    mayHold = true;
    if (!(await blocking.hold(sequence, cause))) return retryMs;
    // A note that cannot be believed locks at once, and sends people out only when there is a reason to.
    const hasReason = cause !== 'rules-damaged' || demand.is === 'block';
    if (mustSendOut && hasReason) mustSendOut = await blocking.sendOut();
    return pollMs;
  }

  async function countDown(): Promise<number> {
    const { state, countdown, cause } = note();
    const left = countdown === null ? mostMs : leftMs(countdown, time().moment());
    if (state === 'released') return left;
    const endsMs = mayBlock() ? left : mostMs;
    if (observeMode) return endsMs;
    const shown = { cause, leftMs: mayBlock() ? left : null, sessions: signedIn() };
    return Math.min(endsMs, await warnings.show(shown));
  }

  function signedIn(): readonly Session[] {
    return sections.sessions?.state === 'known' ? sections.sessions.value.sessions : [];
  }

  async function round(): Promise<void> {
    let nextMs = retryMs;
    try {
      await noticeClock();
      await judgeNow();
      const counting = recounted(note(), { mayBlock: mayBlock(), warningMs: warningMs(), moment: time().moment() });
      if (counting !== undefined) {
        await memory.keepAnyway(counting);
        warnings.reset();
        parts.onChanged();
      }
      await makeMoves(false);
      nextMs = await act();
      if (judgeAtMs !== null) nextMs = Math.min(nextMs, Math.max(0, judgeAtMs - time().now()));
      nextMs = Math.min(nextMs, await memory.keepTime(judgeAtMs !== null || note().state === 'warned'));
    } catch (error) {
      log.error('guard-round-failed', { error: messageOf(error) });
    }
    if (Object.keys(sections).length > 0) isStart = false;
    arm(nextMs);
  }

  async function noticeClock(): Promise<void> {
    const backMs = time().turnedBackMs();
    if (backMs === 0) return;
    turnedBackMs = backMs;
    log.warn('clock-turned-back', { ms: Math.round(backMs) });
    await memory.tampered('clock-turned-back');
    parts.onChanged();
  }

  function arm(inMs: number): void {
    clearTimeout(timer);
    dueAtMs = uptimeMs() + inMs;
    if (stopped || parts.isManual === true) return;
    timer = setTimeout(come, Math.min(Math.max(inMs, 50), mostMs));
  }

  function come(): void {
    if (!stopped && parts.isManual !== true) void inTurn(round);
  }

  const tampered = (what: Tamper['what']) => void inTurn(() => memory.tampered(what)).then(parts.onChanged);

  return {
    open: () =>
      inTurn(async () => {
        await memory.open(await parts.beats.wasStopped());
        mustSendOut = note().state === 'blocked';
        await round();
      }),
    saw(readings) {
      parts.beats.beat();
      const changed = changedSections(sections, readings);
      Object.assign(sections, readings);
      if (changed.some((name) => name !== 'sessions')) isNews = true;
      if (changed.includes('sessions') && note().state === 'blocked' && signedIn().length > 0) {
        mustSendOut = true;
        blocking.doubt();
      }
      if ((changed.length > 0 && (isNews || note().state !== 'clear')) || uptimeMs() >= dueAtMs) come();
    },
    settingsChanged() {
      isNews = true;
      come();
    },
    measured: (serverMs) => time().measured(serverMs),
    release: () =>
      inTurn(async () => {
        await makeMoves(true);
        arm(retryMs);
      }),
    tampered,
    journalLost() {
      const isKnown = note().tampering.some(({ what }) => what === 'journal-changed');
      if (memory.hadNote() && !isKnown) tampered('journal-changed');
    },
    async health() {
      const nowMs = time().now();
      const tampering = recentTampering(note(), nowMs);
      if (rules() === undefined && note().moves.length === 0) return { tampering };
      const around = { refused: await refusedSince(), mayBlock: mayBlock(), rules: rules(), nowMs };
      return { guard: standingOf(note(), around), tampering };
    },
    due: () => inTurn(round),
    time,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await turn;
      await memory.keepAnyway(note());
      await parts.beats.end();
    },
  };
}
