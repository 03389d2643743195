import { sqliteCode } from './sqlite.ts';

/** Troubles that pass: a full disk, a file that somebody else holds, a disk that does not answer. */
const passing: ReadonlySet<string> = new Set([
  'SQLITE_FULL',
  'SQLITE_BUSY',
  'SQLITE_LOCKED',
  'SQLITE_IOERR',
  'SQLITE_READONLY',
  'SQLITE_CANTOPEN',
  'SQLITE_NOMEM',
]);

/** Whether writing again later may succeed. */
export function mayPass(error: unknown): boolean {
  return passing.has(sqliteCode(error) ?? '');
}
