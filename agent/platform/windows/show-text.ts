import { z } from 'zod';
import type { Session } from '../../../shared/report/sessions.ts';
import { nativeReady } from './native.ts';
import type { PowerShell } from './powershell.ts';
import { readJsonList } from './powershell-json.ts';
import { textWord } from './powershell-text.ts';
import { listSessionsScript, parseWtsRows } from './wts.ts';

/** Puts a box with the text into each session and does not wait for it to be read; gives an error number of Windows each, 0 for none. */
export function showScript(text: string, ids: readonly number[]): string {
  return [
    nativeReady,
    `$t=${textWord(text)};`,
    `ConvertTo-Json -Compress -InputObject @(@(${ids.join(',')})|ForEach-Object{[Hometime.Wts]::Show($_,'Hometime',$t)})`,
  ].join('');
}

/** Which of these sessions took the text; a list of another length tells of none. */
export function parseShown(json: string, count: number): boolean[] {
  const numbers = z.array(z.int()).length(count).safeParse(readJsonList(json)).data;
  return numbers?.map((number) => number === 0) ?? Array.from({ length: count }, () => false);
}

/**
 * Puts a text on people's screens, by the sessions API of Windows. A session that is gone, or another's by now, is
 * left alone. One without a screen (disconnected) is given the text, to be found later, and told as not shown.
 * Never tried on Windows by us.
 */
export function createShowText(powershell: PowerShell) {
  return async (text: string, sessions: readonly Session[]): Promise<readonly boolean[]> => {
    const listed = await powershell.ask(listSessionsScript);
    const now = listed.kind === 'answer' ? parseWtsRows(listed.text) : [];
    if (typeof now === 'string') return sessions.map(() => false);
    const there = sessions.flatMap((session) => now.find((each) => isSame(each, session)) ?? []);
    if (there.length === 0) return sessions.map(() => false);
    const answer = await powershell.ask(
      showScript(
        text,
        there.map(({ id }) => Number(id)),
      ),
    );
    const took = parseShown(answer.kind === 'answer' ? answer.text : '', there.length);
    const shown = new Set(there.filter(({ activity }, at) => took[at] && activity === 'active').map(({ id }) => id));
    return sessions.map((session) => shown.has(session.id) && there.some((each) => isSame(each, session)));
  };
}

function isSame(one: Session, other: Session): boolean {
  return one.id === other.id && one.person === other.person;
}
