import type { PhotoSelection } from '../actions.ts';
import type { Entry, EntryStat, Held } from '../held-folder.ts';
import { kindOfHead } from './heads.ts';
import { livePhotoFilms, readName } from './names.ts';

/** A file of the selection. */
export interface Picked {
  entry: Entry;
  /** As what it is counted: the film of a Live Photo belongs to its photo. */
  as: 'photos' | 'videos';
  /** False for a film that is half of a Live Photo: the still counts for both. */
  counts: boolean;
  /** A phone keeps it as thrown away, wherever it lies. */
  binned: boolean;
  /** Only its name is here, its content in a cloud. */
  elsewhere: boolean;
}

export interface Choice extends Pick<PhotoSelection, 'only'> {
  /** Only what was last changed at this time or before; undefined: whatever its age. */
  untilMs: number | undefined;
  /** Whether files without an ending are looked into here. */
  readsHeads: boolean;
  /** A file may not be opened, so nobody can tell whether it is a photo. */
  onTrouble(error: unknown): void;
}

const dayMs = 86_400_000;
/** Shorter than this is no picture. */
const smallestFile = 12;

/** Until when a file must have been last changed to be old enough; undefined: age does not matter. */
export function untilMsOf({ olderThanDays }: Pick<PhotoSelection, 'olderThanDays'>, nowMs: number): number | undefined {
  return olderThanDays === undefined || olderThanDays === 0 ? undefined : nowMs - olderThanDays * dayMs;
}

/**
 * The files of one folder that the order is about, by the rule that photos are counted
 * by (names.ts). A Live Photo goes as a whole, when both its halves are old enough.
 */
export async function pickFiles(held: Held, entries: readonly Entry[], choice: Choice): Promise<Picked[]> {
  const files = entries.filter(({ kind }) => kind === 'file');
  const halves = livePhotoFilms(files.map(({ name }) => name));
  const chosen: Chosen[] = [];
  for (const entry of files) {
    const each = await choose(held, entry, halves.has(entry.name), choice);
    if (each !== undefined) chosen.push(each);
  }
  const { untilMs } = choice;
  const old = untilMs === undefined ? chosen : chosen.filter(olderThan(untilMs, chosen));
  return old.map(({ picked }) => picked);
}

interface Chosen {
  picked: Picked;
  /** When it was last changed; undefined: it was not asked. */
  mtimeMs: number | undefined;
  /** What both halves of a Live Photo are called. */
  pair: string | undefined;
}

async function choose(held: Held, entry: Entry, isHalf: boolean, choice: Choice): Promise<Chosen | undefined> {
  const { kind, name, binned, elsewhere } = readName(entry.name);
  if (kind === 'none' || (kind === 'untold' && !choice.readsHeads)) return undefined;
  const stat = await statWhereNeeded(held, entry, kind === 'untold' || choice.untilMs !== undefined);
  if (stat === 'gone') return undefined;
  const as = kind === 'untold' ? await kindByHead(held, entry, stat, choice) : classOf(kind, isHalf);
  if (as === undefined || (choice.only !== undefined && as !== choice.only)) return undefined;
  const pair = kind === 'still' || isHalf ? stemOf(name, binned) : undefined;
  return { picked: { entry, as, counts: !isHalf, binned, elsewhere }, mtimeMs: stat?.mtimeMs, pair };
}

/** What carries no time is never old. */
function olderThan(untilMs: number, chosen: readonly Chosen[]): (each: Chosen) => boolean {
  const newest = new Map<string, number>();
  const timeOf = ({ mtimeMs }: Chosen) => mtimeMs ?? Number.POSITIVE_INFINITY;
  for (const each of chosen) {
    if (each.pair !== undefined) newest.set(each.pair, Math.max(newest.get(each.pair) ?? 0, timeOf(each)));
  }
  return (each) => (each.pair === undefined ? timeOf(each) : (newest.get(each.pair) ?? timeOf(each))) <= untilMs;
}

async function statWhereNeeded(held: Held, entry: Entry, isNeeded: boolean): Promise<EntryStat | 'gone' | undefined> {
  if (!isNeeded) return undefined;
  try {
    const stat = await held.measure(entry);
    return stat.isFile ? stat : 'gone';
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'gone';
    throw error;
  }
}

function classOf(kind: 'photo' | 'still' | 'video' | 'film', isHalf: boolean): Picked['as'] {
  return kind === 'photo' || kind === 'still' || isHalf ? 'photos' : 'videos';
}

/** Looks into a file without an ending, never into a placeholder; undefined: no picture and no film. */
async function kindByHead(
  held: Held,
  entry: Entry,
  stat: EntryStat | undefined,
  choice: Choice,
): Promise<Picked['as'] | undefined> {
  if (stat === undefined || stat.size < smallestFile || stat.blocks === 0) return undefined;
  try {
    const kind = kindOfHead(await held.head(entry));
    return kind === undefined ? undefined : `${kind}s`;
  } catch (error) {
    choice.onTrouble(error);
    return undefined;
  }
}

/** What a name is called without its ending; one in the bin is no half of one that is not. */
function stemOf(name: string, binned: boolean): string {
  const stem = name.slice(0, name.lastIndexOf('.')).toLowerCase();
  return binned ? `/${stem}` : stem;
}
