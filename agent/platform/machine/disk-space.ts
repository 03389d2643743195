import { statfsSync } from 'node:fs';
import type { SystemFacts } from '../../../shared/report/system.ts';

/** Bytes of a volume; undefined: they cannot be told. */
export type VolumeBytes = () => Promise<{ total: number; free: number } | undefined>;

const gigabyte = 1e9;

/** The volume that a path lies on, as the system itself counts: no process is started. Asked at once, for the volume is the device's own. */
export function volumeAt(path: string): VolumeBytes {
  return async () => {
    try {
      const { blocks, bavail, bsize } = statfsSync(path);
      return { total: blocks * bsize, free: bavail * bsize };
    } catch {
      return undefined;
    }
  };
}

/** Free space goes up and down all day: it moves in the report only when it moved by more than a gigabyte. */
export function createDiskSpace(bytes: VolumeBytes): () => Promise<SystemFacts['disk']> {
  let before: number | undefined;
  return async () => {
    const found = await bytes();
    const isTold = found !== undefined && found.total > 0 && found.free >= 0 && found.free <= found.total;
    if (!isTold) return null;
    const exact = found.free / gigabyte;
    const freeGb = before !== undefined && Math.abs(exact - before - 0.5) <= 1 ? before : Math.floor(exact);
    before = freeGb;
    return { totalGb: Math.round(found.total / gigabyte), freeGb };
  };
}
