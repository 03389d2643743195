import { type Instant, instant } from '../../../shared/instant.ts';
import { type ProgramChange, programSourceSchema } from '../../../shared/report/programs.ts';

/** Versions of each program by `source TAB program`: some systems keep several of one side by side. */
type Versions = Map<string, string[]>;

const dayMs = 24 * 60 * 60 * 1000;
const keptDays = 30;
const maxChanges = 50;

/** What one list has that the other has not. Lines as `toLine` writes them. */
export function compareLines(before: readonly string[], after: readonly string[], at: Instant): ProgramChange[] {
  const was = versionsOf(before);
  const is = versionsOf(after);
  const changes: ProgramChange[] = [];
  const tell = (what: ProgramChange['what'], key: string, version: string) => {
    const [source, program = ''] = key.split('\t');
    const parsed = programSourceSchema.safeParse(source);
    if (parsed.success && program !== '')
      changes.push({ what, source: parsed.data, program, version: version === '' ? null : version, at });
  };
  for (const [key, versions] of is) {
    const old = was.get(key);
    if (old === undefined) tell('installed', key, versions.at(-1) ?? '');
    else compareVersions(old, versions, (what, version) => tell(what, key, version));
  }
  for (const [key, versions] of was) if (!is.has(key)) tell('removed', key, versions.at(-1) ?? '');
  return changes;
}

/** A version that is not told on one side is no evidence of a change. */
function compareVersions(
  old: readonly string[],
  now: readonly string[],
  tell: (what: ProgramChange['what'], version: string) => void,
): void {
  if (old.includes('') || now.includes('')) return;
  const added = now.filter((version) => !old.includes(version)).at(-1);
  const gone = old.filter((version) => !now.includes(version)).at(-1);
  if (added !== undefined) tell('updated', added);
  else if (gone !== undefined) tell('removed', gone);
}

function versionsOf(lines: readonly string[]): Versions {
  const versions: Versions = new Map();
  for (const line of lines) {
    const end = line.lastIndexOf('\t');
    const key = line.slice(0, end);
    const known = versions.get(key);
    if (known === undefined) versions.set(key, [line.slice(end + 1)]);
    else known.push(line.slice(end + 1));
  }
  return versions;
}

/** At one moment, what DEV8 asks about comes first. */
const weights: { readonly [What in ProgramChange['what']]: number } = { installed: 0, removed: 1, updated: 2 };

/**
 * The changes to keep, newest first: thirty days, and fifty of them. When there are
 * more, updates go first: one night of them must not hide that a program was installed.
 */
export function boundChanges(changes: readonly ProgramChange[], nowMs: number): ProgramChange[] {
  const oldest = instant(nowMs - keptDays * dayMs);
  const young = changes
    .filter((change) => change.at >= oldest)
    .sort((one, other) => (one.at === other.at ? weights[one.what] - weights[other.what] : one.at < other.at ? 1 : -1));
  if (young.length <= maxChanges) return young;
  const telling = young.filter((change) => change.what !== 'updated').slice(0, maxChanges);
  const updates = young.filter((change) => change.what === 'updated').slice(0, maxChanges - telling.length);
  const kept = new Set([...telling, ...updates]);
  return young.filter((change) => kept.has(change));
}
