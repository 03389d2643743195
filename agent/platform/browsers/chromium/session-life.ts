import { z } from 'zod';
import type { Disk } from '../disk.ts';
import type { SessionLife } from '../sign-ins.ts';

/** A profile's settings are some hundred kB. */
const maxBytes = 32 * 1024 * 1024;

/** The little of Chromium's own file `Preferences` that is looked at; the rest of it is dropped in reading. */
const preferencesSchema = z.object({
  profile: z.object({ exit_type: z.string().optional() }).optional(),
  session: z.object({ restore_on_startup: z.number().optional() }).optional(),
});

/** `session.restore_on_startup`: go on where one left off. */
const continues = 1;
/** `profile.exit_type` after an end in good order, by the user or with the system. */
const orderly = ['Normal', 'SessionEnded'];

/**
 * What becomes of a profile's cookies without an end, by what it says of itself
 * (chrome/browser/sessions/exit_type_service.cc: "Crashed" stands there from the
 * start of the browser until it ends in good order; after a crash, and with
 * "continue where you left off", profile_impl.cc takes them up again).
 *
 * @param isLocked the browser's own lock is there: it is open, or was killed.
 */
export function sessionLifeOf(preferences: string | undefined, isLocked: boolean): SessionLife {
  const parsed = preferencesSchema.safeParse(parseJson(preferences ?? ''));
  const exit = parsed.data?.profile?.exit_type;
  if (exit === 'Crashed' || parsed.data?.session?.restore_on_startup === continues) return 'live';
  // Within the first seconds after a start the file still tells of the last end.
  if (isLocked || exit === undefined || !orderly.includes(exit)) return 'uncertain';
  return 'ended';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Links and files that a Chromium lays in its folder while it runs: on Linux and macOS, on Windows. */
const locks = ['SingletonLock', 'lockfile'] as const;

/** What becomes of the cookies without an end of one profile. The file is read again only when it changed. */
export type AskSessionLife = (preferences: string, namesBeside: readonly string[], disk: Disk) => Promise<SessionLife>;

export function createSessionLife(): AskSessionLife {
  const kept = new Map<string, { stamp: string; ifLocked: SessionLife; ifNot: SessionLife }>();
  return async (path, namesBeside, disk) => {
    const isLocked = locks.some((lock) => namesBeside.includes(lock));
    const stamp = (await disk.look(path).catch(() => undefined))?.stamp ?? '';
    const before = kept.get(path);
    if (before?.stamp === stamp) return isLocked ? before.ifLocked : before.ifNot;
    const text = await readPreferences(path, disk);
    const lives = { stamp, ifLocked: sessionLifeOf(text, true), ifNot: sessionLifeOf(text, false) };
    kept.set(path, lives);
    return isLocked ? lives.ifLocked : lives.ifNot;
  };
}

async function readPreferences(path: string, disk: Disk): Promise<string | undefined> {
  try {
    return (await disk.read(path, maxBytes)).toString();
  } catch {
    return undefined;
  }
}
