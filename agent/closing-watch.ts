import { messageOf } from '../shared/log.ts';
import type { Sections } from '../shared/report/report.ts';
import type { Session } from '../shared/report/sessions.ts';
import type { Closing } from './closing/closing.ts';
import type { ClosingSurroundings, ClosingTimeParts } from './closing-time.ts';

/** Comes to the closing time when it is due; what goes through it is in memory only where the setting asks for it. */
export interface ClosingWatch {
  saw(readings: Partial<Sections>): void;
  /** The rules may ask for other hours now. */
  settingsChanged(): void;
  standing(): ReturnType<Closing['standing']>;
  stop(): void;
}

interface WatchParts extends ClosingTimeParts {
  /** It only watches and reports, and closes nothing. */
  observeMode: boolean;
  uptimeMs(): number;
}

const retryMs = 60_000;
const mostMs = 6 * 60 * 60_000;

export function watchClosing(parts: WatchParts, around: Omit<ClosingSurroundings, 'sessions'>): ClosingWatch {
  let signedIn: readonly Session[] = [];
  let closing: Promise<Closing> | undefined;
  let current: Closing | undefined;
  let timer: NodeJS.Timeout | undefined;
  let dueAtMs = 0;
  let isComing = false;
  let stopped = false;

  const isAsked = () => !parts.observeMode && parts.settings.current().rules?.switches.closingTime != null;

  async function load(): Promise<Closing> {
    const { composeClosing } = await import('./closing-time.ts');
    const made = composeClosing(parts, { ...around, sessions: () => signedIn });
    await made.open();
    current = made;
    return made;
  }

  async function come(): Promise<void> {
    if (stopped || isComing || !isAsked()) return;
    isComing = true;
    let inMs = retryMs;
    try {
      closing ??= load();
      inMs = await (await closing).due();
    } catch (error) {
      parts.log.error('closing-failed', { error: messageOf(error) });
    }
    isComing = false;
    arm(inMs);
  }

  function arm(inMs: number): void {
    clearTimeout(timer);
    dueAtMs = parts.uptimeMs() + inMs;
    if (!stopped) timer = setTimeout(() => void come(), Math.min(Math.max(inMs, 50), mostMs));
  }

  return {
    saw({ sessions }) {
      if (sessions?.state === 'known') signedIn = sessions.value.sessions;
      // A timer stands still while the computer sleeps.
      if (parts.uptimeMs() >= dueAtMs) void come();
    },
    settingsChanged: () => void come(),
    standing: () => current?.standing(),
    stop() {
      stopped = true;
      clearTimeout(timer);
      current?.stop();
    },
  };
}
