import type { PhotoPlace } from '../../../shared/report/photos.ts';
import { awaitsHeads, type MeasuringParts, measureFolder, sumsOf } from './measure.ts';
import { type Counted, type FolderSums, nothing } from './sums.ts';
import type { Trouble } from './trouble.ts';

/** Sizes are taken again after a day: a file can be changed, or sent to the cloud, without its folder changing. */
const freshMs = 24 * 3_600_000;

/**
 * Measures what is due: first what the count hangs on, whatever it takes; then, for
 * `sizesMs` of work, what was never measured and what is old. Tells whether anything
 * was measured.
 */
export async function measureDue(
  counted: readonly Counted[],
  parts: MeasuringParts & { sizesMs: number },
): Promise<boolean> {
  const { urgent, later } = measuringOrder(counted, parts.now());
  let some = false;
  for (const each of urgent) some = (await measureFolder(each, parts)) || some;
  const begun = parts.slices.workedMs();
  for (const each of later) {
    if (parts.isOver() || parts.slices.workedMs() - begun >= parts.sizesMs) break;
    // A folder that was begun is finished: one larger than the budget would never be done.
    some = (await measureFolder(each, parts)) || some;
  }
  return some;
}

function measuringOrder(counted: readonly Counted[], nowMs: number): { urgent: Counted[]; later: Counted[] } {
  const urgent: Counted[] = [];
  const never: Counted[] = [];
  const old: Counted[] = [];
  for (const each of counted) {
    const { folder } = each;
    if (folder.sums === nothing) continue;
    if (folder.refused !== undefined && nowMs < folder.refused.untilMs) continue;
    if (awaitsHeads(each)) urgent.push(each);
    else if (sumsOf(folder) === undefined) never.push(each);
    else if (folder.sums !== undefined && isOld(folder.sums, nowMs)) old.push(each);
  }
  return { urgent, later: [...never, ...old] };
}

/** Until when nothing of a folder is due to be measured; 0: something is, or was refused. */
export function measuredUntil(counted: Counted): number {
  const { folder } = counted;
  const sums = sumsOf(folder);
  if (sums === undefined || folder.refused !== undefined || awaitsHeads(counted)) return 0;
  return sums === nothing ? Number.POSITIVE_INFINITY : sums.measuredAtMs + freshMs;
}

function isOld(sums: FolderSums, nowMs: number): boolean {
  return sums !== nothing && (nowMs - sums.measuredAtMs > freshMs || nowMs < sums.measuredAtMs);
}

/** What of a folder nobody can tell yet, for files without an ending were not looked into or may not be. */
export function doubtsOf(counted: Counted): { places: PhotoPlace[]; trouble: Trouble } | undefined {
  const { folder, place } = counted;
  const isClosed = (folder.sums?.closed ?? 0) > 0;
  if (!isClosed && !awaitsHeads(counted)) return undefined;
  const places: PhotoPlace[] = [];
  if (folder.names.here.untold > 0) places.push(place);
  if (folder.names.bin.untold > 0) places.push('bin');
  return { places, trouble: folder.refused?.trouble ?? 'out-of-time' };
}
