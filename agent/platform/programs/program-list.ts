import { type Clock, instant } from '../../../shared/instant.ts';
import type { ProgramSource, Programs } from '../../../shared/report/programs.ts';
import type { Keeper } from '../keeper.ts';
import { type InstalledProgram, toLines, type UnreadList } from './installed-program.ts';
import { type KeptList, keptListText, linesOf, parseKeptList } from './kept-list.ts';
import { boundChanges, compareLines } from './program-changes.ts';

export interface ProgramList {
  /**
   * Compares what is installed now with the kept list, and keeps it.
   * @param found all programs of all lists that could be read
   * @param unread lists that are there and could not be read, or not all of them: what they held before stays in the kept list
   * @param unchanged lists that this run of the agent read before and that did not change since: they need not be in `found`
   * @param firstSeen of `found`, what stands in a part of a list that could not be seen before: it is not new
   */
  compare(
    found: readonly InstalledProgram[],
    unread: readonly UnreadList[],
    unchanged?: readonly ProgramSource[],
    firstSeen?: readonly InstalledProgram[],
  ): Promise<Programs>;
  /** The last answer, less what has become too old, for a look at which nothing changed at all; undefined: none yet. */
  last(): Programs | undefined;
}

const maxUnread = 16;

/**
 * The list of installed programs, kept over restarts (DEV8). The first look tells
 * no changes, for nobody knows what was there before.
 *
 * INVARIANT: a list that could not be read never makes its programs look removed,
 * and one that can be read for the first time never makes them look installed.
 */
export function createProgramList({ clock, keeper }: { clock: Clock; keeper: Keeper }): ProgramList {
  let kept: KeptList | undefined;
  let last: Omit<Programs, 'changes'> | undefined;

  function answer(list: KeptList, rest: Pick<Programs, 'count' | 'unread'>): Programs {
    last = { ...rest, since: list.since };
    return { ...last, changes: boundChanges(list.changes, clock.now()) };
  }

  async function keep(next: KeptList): Promise<KeptList> {
    const text = keptListText(next);
    const isNew = kept === undefined || keptListText(kept) !== text;
    kept = next;
    if (isNew) await keeper.write('programs', text);
    return next;
  }

  return {
    async compare(found, unread, unchanged = [], firstSeen = []) {
      kept ??= parseKeptList(await keeper.read('programs'));
      const before = kept === undefined ? [] : linesOf(kept);
      const same = before.filter((line) => unchanged.some((source) => isOf(line, source)));
      const now = [...new Set([...toLines(found), ...same])].sort();
      const hidden = before.filter((line) => unread.some(({ source }) => isOf(line, source)));
      const lines = hidden.length === 0 ? now : [...new Set([...now, ...hidden])].sort();
      const seen = firstSeen.length === 0 ? before : withFirstSeen(before, firstSeen);
      const next = follow(kept, seen, lines, unread);
      const changes = boundChanges([...next.news, ...(kept?.changes ?? [])], clock.now());
      const list = { since: next.since, neverRead: next.neverRead, changes, lines: lines.join('\n') };
      return answer(await keep(list), { count: now.length, unread: unread.slice(0, maxUnread) });
    },
    last: () => (kept === undefined || last === undefined ? undefined : answer(kept, last)),
  };

  function follow(known: KeptList | undefined, before: string[], lines: string[], unread: readonly UnreadList[]) {
    const at = instant(clock.now());
    const cannot = [...new Set(unread.map(({ source }) => source))].sort();
    if (known === undefined) return { since: at, neverRead: cannot, news: [] };
    const isNew = (line: string) => !known.neverRead.some((source) => isOf(line, source));
    const news = compareLines(before.filter(isNew), lines.filter(isNew), at);
    return { since: known.since, neverRead: known.neverRead.filter((source) => cannot.includes(source)), news };
  }
}

/** As if it had been there all along. A program that is known by another part of the list keeps its versions. */
function withFirstSeen(before: readonly string[], firstSeen: readonly InstalledProgram[]): string[] {
  return [...new Set([...before, ...toLines(firstSeen)])].sort();
}

function isOf(line: string, source: ProgramSource): boolean {
  return line.startsWith(`${source}\t`);
}
