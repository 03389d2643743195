import type { Clock } from '../../../shared/instant.ts';
import type { SystemFacts } from '../../../shared/report/system.ts';
import { changedAt, type Files, ifFound } from './files.ts';

type Updates = Extract<NonNullable<SystemFacts['updates']>, { state: 'known' }>['value'];

/** What Ubuntu's own watcher of updates last found, in words. */
const notes = '/var/lib/update-notifier/updates-available';
/** Touched when the lists of what there is were fetched. */
const fetched = '/var/lib/apt/periodic/update-success-stamp';
/** A device that fetched no list for longer does not know what it lacks. */
const staleMs = 14 * 24 * 60 * 60 * 1000;
/** Put there by a package that works fully only after a restart. */
const restartNote = '/run/reboot-required';

/**
 * Updates as the system itself noted them down: nothing is searched for, and no
 * package tool is started. undefined: it keeps no such note,
 * or one that is too old to say that nothing is missing.
 */
export async function readUpdateNotes(files: Files, clock: Clock): Promise<Updates | undefined> {
  const counted = parseUpdateNotes(ifFound(await files.text(notes)) ?? '');
  if (counted === undefined) return undefined;
  const knownAt = changedAt(await files.mark(fetched)) ?? changedAt(await files.mark(notes));
  if (knownAt === undefined || clock.now() - knownAt > staleMs) return undefined;
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
