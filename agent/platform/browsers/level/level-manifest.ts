import { readLevelLog } from './level-log.ts';
import { readVarint, skipCounted } from './varint.ts';

/** Which files of a database count. Others may lie beside them until LevelDB tidies up. */
export interface Manifest {
  /** The oldest log that counts; 0 in a database that was never compacted. */
  logNumber: number;
  /** One more log that counts, in databases of old; 0: none. */
  previousLog: number;
  tables: ReadonlySet<number>;
  /** The order of its keys, by name; empty: not told. */
  comparator: string;
  /** A number that no file has yet. */
  nextFile: number;
}

type Told = Pick<Manifest, 'logNumber' | 'previousLog' | 'comparator' | 'nextFile'>;

/** Reads a database's manifest, a log of changes to the list of its files (LevelDB's version_edit.cc); undefined: damaged. */
export function readManifest(bytes: Uint8Array): Manifest | undefined {
  const { records, sound } = readLevelLog(bytes);
  if (!sound || records.length === 0) return undefined;
  const tables = new Set<number>();
  const told: Told = { logNumber: 0, previousLog: 0, comparator: '', nextFile: 0 };
  for (const record of records) {
    if (!readEdit(record, tables, told)) return undefined;
  }
  return { ...told, tables };
}

const tags = { comparator: 1, logNumber: 2, nextFile: 3, deletedFile: 6, newFile: 7, previousLog: 9 } as const;
/** What follows each tag: `n` a number, `s` counted bytes. */
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

function readEdit(record: Uint8Array, tables: Set<number>, told: Told): boolean {
  for (let at = 0; at < record.length; ) {
    const tag = readVarint(record, at);
    const shape = tag === undefined ? undefined : shapes[tag.value];
    const fields = tag === undefined || shape === undefined ? undefined : readFields(record, tag.end, shape);
    if (tag === undefined || fields === undefined) return false;
    apply(tag.value, fields.numbers, tables, told);
    if (tag.value === tags.comparator) told.comparator = nameAt(record, tag.end);
    at = fields.end;
  }
  return true;
}

function nameAt(record: Uint8Array, at: number): string {
  const length = readVarint(record, at);
  if (length === undefined) return '';
  return Buffer.from(record.subarray(length.end, length.end + length.value)).toString('latin1');
}

function apply(tag: number, [first = 0, second = 0]: readonly number[], tables: Set<number>, told: Told): void {
  if (tag === tags.logNumber) told.logNumber = first;
  if (tag === tags.previousLog) told.previousLog = first;
  if (tag === tags.nextFile) told.nextFile = first;
  // Level and number: a number is given once, so the level is no matter.
  if (tag === tags.newFile) tables.add(second);
  if (tag === tags.deletedFile) tables.delete(second);
}

function readFields(record: Uint8Array, from: number, shape: string): { numbers: number[]; end: number } | undefined {
  const numbers: number[] = [];
  let at = from;
  for (const field of shape) {
    const number = field === 'n' ? readVarint(record, at) : undefined;
    const end = field === 'n' ? number?.end : skipCounted(record, at);
    if (end === undefined) return undefined;
    if (number !== undefined) numbers.push(number.value);
    at = end;
  }
  return { numbers, end: at };
}
