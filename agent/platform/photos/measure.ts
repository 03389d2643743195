import { sep } from 'node:path';
import type { PhotoPlace } from '../../../shared/report/photos.ts';
import type { Asking } from './asking.ts';
import type { FileStat } from './folders.ts';
import type { Ground } from './ground.ts';
import { kindOfHead } from './heads.ts';
import { countNames, livePhotoFilms, readName } from './names.ts';
import type { Slices } from './slices.ts';
import { type Counted, type Folder, type FolderSums, isSameState, noSizes, nothing, type Sizes } from './sums.ts';
import { troubleOf } from './trouble.ts';

/** Places where a file without an ending may well be a photo. Elsewhere it is usually anything but. */
const headPlaces: ReadonlySet<PhotoPlace> = new Set<PhotoPlace>([
  ...(['camera', 'pictures', 'videos', 'downloads', 'desktop', 'chat-apps', 'bin', 'resources'] as const),
]);

/** A folder that could not be measured is tried again then. */
const retryMs = 3_600_000;
/** Shorter than this is no picture. */
const smallestFile = 12;
/** A file system may keep less than one block inside its own records: it is here, and takes no block. */
const blockBytes = 512;

export interface MeasuringParts {
  asking: Asking;
  slices: Slices;
  now(): number;
  isOver(): boolean;
}

/** Whether files without an ending are looked into there: never over a network, and never where they may be placeholders. */
export function readsHeads({ place, ground }: Counted): boolean {
  return ground.kind === 'near' && headPlaces.has(place);
}

/** Whether the count itself is in doubt until files without an ending were looked into. */
export function awaitsHeads(counted: Counted): boolean {
  const { here, bin } = counted.folder.names;
  return here.untold + bin.untold > 0 && readsHeads(counted) && counted.folder.sums?.headsRead !== true;
}

/** The sums of a folder as far as they are known; undefined: it is not measured yet. */
export function sumsOf({ names: { here, bin }, sums }: Folder): FolderSums | undefined {
  return sums ?? (here.photos + here.videos + bin.photos + bin.videos === 0 ? nothing : undefined);
}

/** Measures one folder and remembers it. False: the round's time was over before it was done. */
export async function measureFolder(counted: Counted, parts: MeasuringParts): Promise<boolean> {
  const { folder, ground } = counted;
  try {
    const { files } = await parts.asking.listKinds(folder.path, ground);
    const sums = await sumUp(counted, files, parts);
    if (sums === 'out-of-time') return false;
    const found = await parts.asking.look(folder.path, ground);
    // A folder that changed meanwhile is read anew in the next round, and measured then.
    if (sums === 'changed' || folder.state === undefined || !isSameState(folder.state, found)) return true;
    // Links are found out only now: a folder that looked to have none but files was counted by names alone.
    folder.names = countNames(files);
    folder.sums = sums;
    folder.refused = sums.closed > 0 ? { trouble: 'blocked', untilMs: parts.now() + retryMs } : undefined;
  } catch (error) {
    folder.refused = { trouble: troubleOf(error) ?? 'out-of-time', untilMs: parts.now() + retryMs };
  }
  return true;
}

async function sumUp(
  counted: Counted,
  files: readonly string[],
  parts: MeasuringParts,
): Promise<FolderSums | 'changed' | 'out-of-time'> {
  const halves = livePhotoFilms(files);
  const headsRead = readsHeads(counted);
  const sums: FolderSums = {
    here: { ...noSizes },
    bin: { ...noSizes },
    headsRead,
    closed: 0,
    measuredAtMs: parts.now(),
  };
  for (const name of files) {
    if (readName(name).kind === 'none') continue;
    if (parts.slices.isOver()) await parts.slices.pause();
    if (parts.isOver()) return 'out-of-time';
    const found = await addFile(name, sums, halves, counted, parts);
    if (found === 'changed') return 'changed';
  }
  return sums;
}

async function addFile(
  told: string,
  sums: FolderSums,
  halves: ReadonlySet<string>,
  { folder, ground }: Counted,
  { asking }: MeasuringParts,
): Promise<'added' | 'changed'> {
  const { kind, binned, elsewhere } = readName(told);
  if (kind === 'untold' && !sums.headsRead) return 'added';
  const path = `${folder.path}${sep}${told}`;
  const file = await asking.measure(path, ground);
  const sizes = binned ? sums.bin : sums.here;
  if (kind === 'untold') return addUntold(await kindByHead(path, file, ground, asking), file, sizes, sums);
  addSize(sizes, file);
  // A Live Photo is one, wherever its two halves lie.
  if ((elsewhere || isPlaceholder(file)) && !halves.has(told)) sizes.cloudOnly += 1;
  return 'added';
}

type Head = 'photo' | 'video' | 'other' | 'closed' | 'changed';

function addUntold(head: Head, file: FileStat, sizes: Sizes, sums: FolderSums): 'added' | 'changed' {
  if (head === 'changed') return 'changed';
  if (head === 'closed') sums.closed += 1;
  if (head !== 'photo' && head !== 'video') return 'added';
  sizes.photos += head === 'photo' ? 1 : 0;
  sizes.videos += head === 'video' ? 1 : 0;
  addSize(sizes, file);
  return 'added';
}

/** Looks into one file without an ending. `closed`: it may not be opened. */
async function kindByHead(path: string, file: FileStat, ground: Ground, asking: Asking): Promise<Head> {
  if (!file.isFile || file.size < smallestFile || file.blocks === 0) return 'other';
  try {
    return kindOfHead(await asking.head(path, ground)) ?? 'other';
  } catch (error) {
    return troubleOf(error) === undefined ? 'changed' : 'closed';
  }
}

/** It has a size, and no block of this disk: its content lies elsewhere. */
function isPlaceholder({ size, blocks }: FileStat): boolean {
  return size >= blockBytes && blocks === 0;
}

function addSize(sizes: Sizes, { size, mtimeMs }: FileStat): void {
  sizes.bytes += size;
  if (Number.isFinite(mtimeMs)) sizes.oldestMs = Math.min(sizes.oldestMs ?? mtimeMs, mtimeMs);
}
