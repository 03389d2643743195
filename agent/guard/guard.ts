import type { Tamper } from '../../shared/guard/standing.ts';
import type { Clock } from '../../shared/instant.ts';
import { type Log, unquotedMessageOf } from '../../shared/log.ts';
import type { PlatformName } from '../../shared/names.ts';
import type { Health } from '../../shared/report/health.ts';
import type { Sections } from '../../shared/report/report.ts';
import type { Session } from '../../shared/report/sessions.ts';
import { createActing, mostMs, retryMs } from './acting.ts';
import { createAssessing } from './assessing.ts';
import type { Beats } from './beats.ts';
import { type BlockingParts, createBlocking } from './blocking.ts';
import { createGuardMemory } from './guard-memory.ts';
import { type GuardNote, recentTampering, recounted } from './guard-note.ts';
import { standingOf } from './guard-standing.ts';
import { createInForce } from './in-force.ts';
import { createMoving } from './moving.ts';
import type { SealedFile } from './sealed-file.ts';
import type { SettingsHolder } from './settings-holder.ts';
import type { TrustedTime } from './trusted-time.ts';

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
  const { log, uptimeMs } = parts;
  const memory = createGuardMemory(parts);
  const { note, time } = memory;
  const inForce = createInForce(parts);
  const blocking = createBlocking(parts);
  const seen = createAssessing({ ...parts, memory });
  const { demand, signedIn } = seen;
  const acting = createActing({ ...parts, memory, inForce, blocking, demand, signedIn });
  const moving = createMoving({
    ...{ memory, inForce, log, demand, releasedBy: blocking.releasedBy, refusals: parts.refusals },
    onMoved(to) {
      acting.moved(to === 'blocked');
      parts.onChanged();
    },
  });
  /** Nobody could be warned while the time ran: nothing was looked at yet in this run. */
  let isStart = true;
  let dueAtMs = 0;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let turn: Promise<unknown> = Promise.resolve();

  function inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const done = turn.then(work);
    turn = done.catch(() => {});
    return done;
  }

  async function round(): Promise<void> {
    let nextMs = retryMs;
    try {
      nextMs = await doWhatIsDue();
    } catch (error) {
      log.error('guard-round-failed', { error: unquotedMessageOf(error) });
    }
    if (seen.hasLooked()) isStart = false;
    arm(nextMs);
  }

  /** Answers in how many milliseconds to come again. */
  async function doWhatIsDue(): Promise<number> {
    await noticeClock();
    await seen.judge();
    await countAnew();
    await moving.makeMoves({ byServer: false, wasOff: isStart });
    const nextMs = await acting.act();
    const judgeAtMs = seen.dueMs();
    const untilJudgedMs = judgeAtMs === null ? mostMs : Math.max(0, judgeAtMs - time().now());
    const untilKeptMs = await memory.keepTime(judgeAtMs !== null || note().state === 'warned');
    return Math.min(nextMs, untilJudgedMs, untilKeptMs);
  }

  async function countAnew(): Promise<void> {
    const moment = time().moment();
    const next = recounted(note(), { mayBlock: inForce.mayBlock(), warningMs: inForce.warningMs(), moment });
    if (next === undefined) return;
    await memory.keepAnyway(next);
    acting.warnAnew();
    parts.onChanged();
  }

  async function noticeClock(): Promise<void> {
    const backMs = time().turnedBackMs();
    if (backMs === 0) return;
    moving.clockTurnedBack(backMs);
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
        acting.moved(note().state === 'blocked');
        await round();
      }),
    saw(readings) {
      parts.beats.beat();
      const changed = seen.saw(readings);
      if (changed.includes('sessions') && note().state === 'blocked' && signedIn().length > 0) acting.somebodyCame();
      if ((changed.length > 0 && (seen.isNews() || note().state !== 'clear')) || uptimeMs() >= dueAtMs) come();
    },
    settingsChanged() {
      seen.settingsChanged();
      come();
    },
    measured: (serverMs) => time().measured(serverMs),
    release: () =>
      inTurn(async () => {
        await moving.makeMoves({ byServer: true, wasOff: isStart });
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
      const rules = inForce.rules();
      if (rules === undefined && note().moves.length === 0) return { tampering };
      const around = { refused: await moving.refusedSince(), mayBlock: inForce.mayBlock(), rules, nowMs };
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
