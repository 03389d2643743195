import { createHash } from 'node:crypto';
import type { FolderNames } from './names.ts';
import { type Folder, type FolderState, type FolderSums, type Sizes, wasSettled } from './sums.ts';

/**
 * Sums of folders over a restart of the agent, as text. A folder is known by device,
 * inode and both its times alone: no name and no path is in it. The text carries its
 * own digest: one that was damaged counts as none, and its folders are measured again.
 */
export interface KeptSums {
  /** What was measured when the folder was just as it is now, names counted alike. */
  find(state: FolderState, names: FolderNames): FolderSums | undefined;
}

const heading = 'hometime photo folders 1';
/** More folders than this are measured again after a restart. */
const maxKept = 20_000;

export function readKept(text: string | undefined): KeptSums {
  const lines = new Map<string, string>();
  const [head, digest, ...rest] = (text ?? '').split('\n');
  if (head === heading && digest === digestOf(rest.join('\n'))) {
    for (const line of rest) {
      const space = line.indexOf(' ');
      lines.set(line.slice(0, space), line.slice(space + 1));
    }
  }
  return {
    find(state, names) {
      if (lines.size === 0) return undefined;
      const line = lines.get(keyOf(state));
      return line === undefined ? undefined : readLine(line, names);
    },
  };
}

export function writeKept(folders: Iterable<Folder>): string {
  const lines: string[] = [];
  for (const { state, names, sums } of folders) {
    if (state === undefined || sums === undefined || lines.length >= maxKept) continue;
    // What may not be opened is tried again after a restart: the rights may be others then.
    if (Number(state.ino) === 0 || sums.closed > 0 || !wasSettled(state, sums.measuredAtMs)) continue;
    lines.push(`${keyOf(state)} ${lineOf(names, sums)}`);
  }
  const body = lines.join('\n');
  return `${heading}\n${digestOf(body)}\n${body}`;
}

function keyOf({ dev, ino, mtimeMs, ctimeMs }: FolderState): string {
  return `${dev}:${ino}:${mtimeMs}:${ctimeMs}`;
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function lineOf(names: FolderNames, { here, bin, headsRead, measuredAtMs }: FolderSums): string {
  return [countsText(names), sizesText(here), sizesText(bin), Number(headsRead), measuredAtMs].join(' ');
}

function countsText({ here, bin }: FolderNames): string {
  return [here.photos, here.videos, here.untold, bin.photos, bin.videos, bin.untold].join(' ');
}

function sizesText({ bytes, oldestMs, cloudOnly, photos, videos }: Sizes): string {
  return [bytes, oldestMs ?? '-', cloudOnly, photos, videos].join(' ');
}

function readLine(line: string, names: FolderNames): FolderSums | undefined {
  const counts = countsText(names);
  if (!line.startsWith(`${counts} `)) return undefined;
  const fields = line.slice(counts.length + 1).split(' ');
  const here = readSizes(fields.slice(0, 5));
  const bin = readSizes(fields.slice(5, 10));
  const measuredAtMs = Number(fields[11]);
  if (here === undefined || bin === undefined || fields.length !== 12 || !Number.isFinite(measuredAtMs))
    return undefined;
  return { here, bin, headsRead: fields[10] === '1', closed: 0, measuredAtMs };
}

function readSizes([bytesText, oldest, ...rest]: readonly string[]): Sizes | undefined {
  const [bytes = Number.NaN, cloudOnly = Number.NaN, photos = Number.NaN, videos = Number.NaN] = [
    bytesText,
    ...rest,
  ].map(Number);
  const oldestMs = oldest === '-' ? undefined : Number(oldest);
  const areCounts = [bytes, cloudOnly, photos, videos].every((each) => Number.isSafeInteger(each) && each >= 0);
  if (!areCounts || (oldestMs !== undefined && !Number.isFinite(oldestMs))) return undefined;
  return { bytes, oldestMs, cloudOnly, photos, videos };
}
