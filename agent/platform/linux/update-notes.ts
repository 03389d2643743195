import type { SystemFacts } from '../../../shared/report/system.ts';
import { type Files, ifFound } from './files.ts';

type Updates = Extract<NonNullable<SystemFacts['updates']>, { state: 'known' }>['value'];

/** What Ubuntu's own watcher of updates last found, in words. */
const notes = '/var/lib/update-notifier/updates-available';
/** Put there by a package that works fully only after a restart. */
const restartNote = '/run/reboot-required';

/**
 * Updates as the system itself noted them down: nothing is searched for, and no
 * package tool is started. undefined: it keeps no such note.
 */
export async function readUpdateNotes(files: Files): Promise<Updates | undefined> {
  const counted = parseUpdateNotes(ifFound(await files.text(notes)) ?? '');
  if (counted === undefined) return undefined;
  return { ...counted, restart: (await files.mark(restartNote)) !== 'absent' };
}

/**
 * The first line that begins with a number counts all updates, in every language and
 * version. How many concern security is told by English words only; a new text that
 * does not mention them means none.
 */
export function parseUpdateNotes(text: string): Pick<Updates, 'pending' | 'security'> | undefined {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => line.trim());
  const first = lines.find((line) => /^\d{1,6} \S/.test(line));
  if (first === undefined) return undefined;
  const pending = Number(first.split(' ')[0]);
  const said = lines.flatMap(
    (line) => /^(\d{1,6}) (?:of these updates|updates?) (?:is|are) .*security/.exec(line)?.[1] ?? [],
  );
  const isEnglish = /^\d+ (?:updates?|packages?) can be /.test(first);
  return { pending, security: said[0] === undefined ? (isEnglish ? 0 : null) : Math.min(pending, Number(said[0])) };
}
