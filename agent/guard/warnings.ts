import type { GuardReason } from '../../shared/guard/standing.ts';
import { warningText } from '../../shared/guard/words.ts';
import type { Session } from '../../shared/report/sessions.ts';

/** Minutes before the end at which people are reminded; longer warnings also each half hour. */
const reminders = [30, 20, 10, 5, 2, 1] as const;
const halfHour = 30;
const minuteMs = 60_000;

interface Warned {
  cause: GuardReason | null;
  /** null: the rules only warn. */
  leftMs: number | null;
  sessions: readonly Session[];
}

interface WarningsParts {
  showText(text: string, sessions: readonly Session[]): Promise<readonly boolean[]>;
  /** How long the computer has run since it was started. */
  uptimeMs(): number;
}

/** Tells people on the screen what is about to happen: at once, when a reminder is due, and whoever comes later. */
export function createWarnings({ showText, uptimeMs }: WarningsParts) {
  /** Who was told what is due by now. */
  let told = new Set<string>();
  let nextAtMs = Number.NEGATIVE_INFINITY;

  function plan({ leftMs }: Warned): void {
    const left = leftMs === null ? halfHour * 2 : leftMs / minuteMs;
    const next = reminders.find((minutes) => minutes < left - 0.5) ?? 0;
    const inMinutes = Math.min(left - next, halfHour);
    nextAtMs = uptimeMs() + Math.max(1, inMinutes) * minuteMs;
  }

  return {
    /** Shows what is due. Answers in how many milliseconds something is again. */
    async show(warned: Warned): Promise<number> {
      const isDue = uptimeMs() >= nextAtMs;
      if (isDue) told = new Set();
      const toTell = warned.sessions.filter(({ id, person, since }) => !told.has(`${id} ${person} ${since}`));
      if (isDue) plan(warned);
      for (const { id, person, since } of toTell) told.add(`${id} ${person} ${since}`);
      const minutes = warned.leftMs === null ? null : Math.max(1, Math.round(warned.leftMs / minuteMs));
      // A screen that takes no text keeps nothing from happening.
      if (toTell.length > 0) await showText(warningText(warned.cause, minutes), toTell).catch(() => []);
      return Math.max(0, nextAtMs - uptimeMs());
    },
    /** The next warning begins anew. */
    reset(): void {
      told = new Set();
      nextAtMs = Number.NEGATIVE_INFINITY;
    },
  };
}
