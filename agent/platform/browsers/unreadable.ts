import type { UnknownReason } from '../../../shared/reading.ts';

/** A store that is there and of which nothing certain can be said. */
export class Unreadable extends Error {
  readonly reason: UnknownReason;

  constructor(reason: UnknownReason, options?: ErrorOptions) {
    super(`a browser's store could not be read: ${reason}`, options);
    this.name = 'Unreadable';
    this.reason = reason;
  }
}

/** Codes of the system, of SQLite and of LevelDB that say more than "it cannot be understood". */
const reasons: Readonly<Record<string, UnknownReason>> = {
  EACCES: 'blocked-by-permission',
  EPERM: 'blocked-by-permission',
  EBUSY: 'in-use',
  EAGAIN: 'in-use',
  ETXTBSY: 'in-use',
  // A file that was there a moment ago: its program is at work on it.
  ENOENT: 'in-use',
  ENOSPC: 'tool-failed',
  EDQUOT: 'tool-failed',
  EIO: 'tool-failed',
  EMFILE: 'tool-failed',
  ENFILE: 'tool-failed',
  ENOMEM: 'tool-failed',
  EROFS: 'tool-failed',
  SQLITE_FULL: 'tool-failed',
  SQLITE_IOERR: 'tool-failed',
  SQLITE_NOMEM: 'tool-failed',
  ABORT_ERR: 'timed-out',
  SQLITE_INTERRUPT: 'timed-out',
  ERR_MODULE_NOT_FOUND: 'tool-missing',
  MODULE_NOT_FOUND: 'tool-missing',
  ERR_DLOPEN_FAILED: 'tool-missing',
};

/** Why whatever was thrown leaves a store unread. Never "it is not there": who asks that asks for it first. */
export function reasonOf(error: unknown): UnknownReason {
  if (error instanceof Unreadable) return error.reason;
  for (const code of codesOf(error)) {
    const reason = reasons[code];
    if (reason !== undefined) return reason;
  }
  return 'not-understood';
}

/** Whether the error says that there is no such file or folder. */
export function isAbsence(error: unknown): boolean {
  return codesOf(error).some((code) => code === 'ENOENT' || code === 'ENOTDIR');
}

/** An error's own code, then those of its causes: LevelDB hides the system's behind its own. */
function codesOf(error: unknown): string[] {
  const codes: string[] = [];
  for (let each = error; each instanceof Error && codes.length < 5; each = each.cause) {
    codes.push('code' in each && typeof each.code === 'string' ? each.code : each.name);
  }
  return codes;
}

/** Throws when the time is up. */
export function stopIfOver(signal: AbortSignal): void {
  if (signal.aborted) throw new Unreadable('timed-out');
}
