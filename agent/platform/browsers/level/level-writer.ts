import type { LevelContent } from './level-content.ts';
import { makeLevelLog } from './level-log.ts';
import { makeVarint } from './varint.ts';
import { makeBatch } from './write-batch.ts';

/** The files of a database written anew, in the order in which they must come to lie on the disk. */
export interface NewLevel {
  log: { name: string; bytes: Buffer };
  manifest: { name: string; bytes: Buffer };
  current: { name: 'CURRENT'; bytes: Buffer };
}

const bytesAtOnce = 32 * 1024;
const numbered = (number: number) => String(number).padStart(6, '0');

/**
 * A database that holds exactly these entries: one log, a manifest that names it,
 * and the word which manifest counts. LevelDB makes tables of the log at its next start.
 *
 * INVARIANT: the numbers of its writes follow those of the old database. As long as
 * the old manifest counts, LevelDB reads the new log too, and finds in it what is there already.
 */
export function makeLevel(content: LevelContent): NewLevel {
  const logNumber = content.nextFile;
  const manifestNumber = logNumber + 1;
  const { batches, lastSequence } = batchesOf(content);
  const manifest = `MANIFEST-${numbered(manifestNumber)}`;
  const edit = Buffer.concat([
    ...[makeVarint(1), makeVarint(content.comparator.length), Buffer.from(content.comparator, 'latin1')],
    ...[2, logNumber, 3, manifestNumber + 1, 4, lastSequence].map(makeVarint),
  ]);
  return {
    log: { name: `${numbered(logNumber)}.log`, bytes: makeLevelLog(batches) },
    manifest: { name: manifest, bytes: makeLevelLog([edit]) },
    current: { name: 'CURRENT', bytes: Buffer.from(`${manifest}\n`) },
  };
}

function batchesOf({ entries, lastSequence }: LevelContent): { batches: Buffer[]; lastSequence: number } {
  const batches: Buffer[] = [];
  let next = lastSequence + 1;
  let open: (readonly [Uint8Array, Uint8Array])[] = [];
  let bytes = 0;
  const finish = () => {
    if (open.length > 0) batches.push(makeBatch(open, next));
    next += open.length;
    open = [];
    bytes = 0;
  };
  for (const [key, value] of entries) {
    open.push([Buffer.from(key, 'latin1'), value]);
    bytes += key.length + value.length;
    if (bytes > bytesAtOnce) finish();
  }
  finish();
  return { batches, lastSequence: next - 1 };
}
