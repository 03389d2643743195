import { setTimeout as sleep } from 'node:timers/promises';
import type { Notice } from '../../shared/command/kind/logout.ts';
import type { Session } from '../../shared/report/sessions.ts';

/** Puts a text on the screens of these sessions; answers for each whether the system took it. */
export type ShowText = (text: string, sessions: readonly Session[]) => Promise<readonly boolean[]>;

interface NoticeParts {
  notice: Notice | undefined;
  /** Those concerned. */
  sessions: readonly Session[];
  /** The agent's own words, for a notice without any. */
  words(seconds: number): string;
  showText: ShowText;
  /** Fires when the agent ends. */
  signal: AbortSignal;
}

/**
 * Tells people what is about to happen, and gives them the time that was promised. Answers how many were shown
 * it; undefined: no notice was asked for. With nobody to be told nobody is waited for. A screen that takes
 * no text keeps nothing from happening. Rejects when the agent ends: then nothing was done yet.
 */
export async function giveNotice({
  notice,
  sessions,
  words,
  showText,
  signal,
}: NoticeParts): Promise<number | undefined> {
  if (notice === undefined) return undefined;
  if (sessions.length === 0) return 0;
  const shown = await showText(notice.text ?? words(notice.seconds), sessions).catch((): boolean[] => []);
  await sleep(notice.seconds * 1000, undefined, { signal });
  return shown.filter(Boolean).length;
}
