import { type Instant, instant } from '../shared/instant.ts';
import { unquotedMessageOf } from '../shared/log.ts';
import type { Health } from '../shared/report/health.ts';
import type { Sections } from '../shared/report/report.ts';
import type { Session } from '../shared/report/sessions.ts';
import type { Closing } from './closing/closing.ts';
import { createLookAfter } from './closing/look-after.ts';
import type { ClosingSurroundings, ClosingTimeParts } from './closing-time.ts';
import type { Prober } from './probe/prober.ts';

/** Comes to the closing time when it is due; what goes through it is in memory only where the setting asks for it. */
export interface ClosingWatch {
  saw(readings: Partial<Sections>): void;
  /** The rules may ask for other hours now. */
  settingsChanged(): void;
  /** For the agent's health. */
  standing(): Pick<Health, 'closing' | 'lookedAtClosing'>;
  stop(): void;
}

interface WatchParts extends ClosingTimeParts {
  /** It only watches and reports, and closes nothing. */
  observeMode: boolean;
  uptimeMs(): number;
}

interface WatchSurroundings extends Omit<ClosingSurroundings, 'sessions' | 'askedFrom' | 'uptimeMs' | 'prober'> {
  prober: Pick<Prober, 'ask' | 'askAll'>;
  isTimeCompared(): boolean;
}

const retryMs = 60_000;
const mostMs = 6 * 60 * 60_000;

export function watchClosing(parts: WatchParts, around: WatchSurroundings): ClosingWatch {
  let signedIn: readonly Session[] | undefined;
  /** A device that is switched on before the setting opens makes up for its closing before anybody signs in: it waits for a look, and no longer. */
  let isSeen = false;
  let closing: Promise<Closing> | undefined;
  let current: Closing | undefined;
  let timer: NodeJS.Timeout | undefined;
  let dueAtMs = 0;
  let isComing = false;
  let stopped = false;

  const rules = () => parts.settings.current().rules;
  const lookAfter = createLookAfter({
    ...{ now: around.now, isTimeCompared: around.isTimeCompared },
    calendar: () => rules()?.calendar,
    finishedAt: () => current?.standing()?.finishedAt ?? null,
    look: () => around.prober.askAll(),
  });
  const isAsked = () => !parts.observeMode && rules()?.switches.closingTime != null;

  /** Rules that do not ask for it were in force. */
  let wasUnasked = false;
  let askedFrom: Instant | undefined;

  function noticeRules(): void {
    if (!isAsked()) wasUnasked ||= rules() !== undefined;
    else if (wasUnasked) {
      wasUnasked = false;
      askedFrom = instant(around.now());
    }
  }
  // By those that were kept, before any come.
  noticeRules();

  async function load(): Promise<Closing> {
    const { composeClosing } = await import('./closing-time.ts');
    const { uptimeMs } = parts;
    const made = composeClosing(parts, { ...around, uptimeMs, sessions: () => signedIn, askedFrom: () => askedFrom });
    await made.open();
    current = made;
    return made;
  }

  async function come(): Promise<void> {
    if (stopped || isComing || !isSeen) return;
    isComing = true;
    let inMs = retryMs;
    try {
      inMs = await doWhatIsDue();
    } catch (error) {
      parts.log.error('closing-failed', { error: unquotedMessageOf(error) });
    }
    isComing = false;
    arm(inMs);
  }

  async function doWhatIsDue(): Promise<number> {
    let inMs = mostMs;
    noticeRules();
    if (isAsked()) {
      closing ??= load();
      inMs = await (await closing).due();
    }
    const before = lookAfter.lookedAt();
    const untilLookMs = await lookAfter.due();
    if (lookAfter.lookedAt() !== before) around.onChanged();
    return Math.min(inMs, untilLookMs);
  }

  function arm(inMs: number): void {
    clearTimeout(timer);
    dueAtMs = parts.uptimeMs() + inMs;
    if (!stopped) timer = setTimeout(() => void come(), Math.min(Math.max(inMs, 50), mostMs));
  }

  return {
    saw({ sessions }) {
      if (sessions !== undefined) {
        isSeen = true;
        signedIn = sessions.state === 'known' ? sessions.value.sessions : undefined;
      }
      // A timer stands still while the computer sleeps.
      if (parts.uptimeMs() >= dueAtMs) void come();
    },
    settingsChanged: () => void come(),
    standing() {
      const standing = current?.standing();
      const lookedAtClosing = lookAfter.lookedAt();
      return { ...(standing && { closing: standing }), ...(lookedAtClosing && { lookedAtClosing }) };
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
      current?.stop();
    },
  };
}
