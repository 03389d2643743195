import { readLevelLog } from './level-log.ts';
import { readVarint, skipCounted } from './varint.ts';

/** The number of the oldest log that still counts, 0 in a database that was never compacted; undefined: not understood. */
export function logNumberOf(manifest: Uint8Array): number | undefined {
  const { records, sound } = readLevelLog(manifest);
  if (!sound || records.length === 0) return undefined;
  let logNumber = 0;
  for (const record of records) {
    const edited = readEdit(record);
    if (edited === undefined) return undefined;
    logNumber = edited.logNumber ?? logNumber;
  }
  return logNumber;
}

/** What follows each tag of a version edit: `n` a number, `s` counted bytes (LevelDB's version_edit.cc). */
const shapes: Readonly<Record<number, string>> = {
  1: 's',
  2: 'n',
  3: 'n',
  4: 'n',
  5: 'ns',
  6: 'nn',
  7: 'nnnss',
  9: 'n',
};
const logNumberTag = 2;

function readEdit(record: Uint8Array): { logNumber?: number } | undefined {
  let logNumber: number | undefined;
  for (let at = 0; at < record.length; ) {
    const tag = readVarint(record, at);
    const shape = tag === undefined ? undefined : shapes[tag.value];
    if (tag === undefined || shape === undefined) return undefined;
    if (tag.value === logNumberTag) logNumber = readVarint(record, tag.end)?.value;
    const end = skipFields(record, tag.end, shape);
    if (end === undefined) return undefined;
    at = end;
  }
  return logNumber === undefined ? {} : { logNumber };
}

function skipFields(record: Uint8Array, from: number, shape: string): number | undefined {
  let at: number | undefined = from;
  for (const field of shape) {
    if (at === undefined) return undefined;
    at = field === 'n' ? readVarint(record, at)?.end : skipCounted(record, at);
  }
  return at;
}
