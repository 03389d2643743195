import { join } from 'node:path';
import type { Disk } from '../disk.ts';
import type { SessionLife } from '../sign-ins.ts';
import { stampOf } from '../stamp.ts';
import type { Store, Tools } from '../store.ts';
import { isAbsence, stopIfOver, Unreadable } from '../unreadable.ts';
import { parseSession } from './session-file.ts';

const maxBytes = 64 * 1024 * 1024;
const maxPrefsBytes = 8 * 1024 * 1024;

/** Written while Firefox is open, and what it goes on from after a crash. */
const openFile = ['sessionstore-backups', 'recovery.jsonlz4'] as const;
/** Left when it was closed: it goes on from it if it is set to, or if a person asks for it. */
const closedFile = ['sessionstore.jsonlz4'] as const;

/** The cookies of a Firefox profile that end with the browser. The file is written anew as a whole, so it is read without a copy. */
export async function firefoxSessionCookies(profile: string, { disk }: Tools): Promise<Store> {
  const path = await sessionPath(profile, disk);
  return {
    id: path,
    part: 'cookies',
    stamp: () => stampOf([path], disk),
    async read(wanted, signal) {
      stopIfOver(signal);
      const isOpen = path === join(profile, ...openFile);
      if (isOpen && leavesOut(await prefsOf(profile, disk))) throw new Unreadable('not-supported');
      const file = await disk.read(path, maxBytes);
      const cookies = parseSession(file);
      file.fill(0);
      if (cookies === undefined) throw new Unreadable('not-understood');
      const marks = cookies.flatMap(({ name, jar, ...cookie }) => {
        const host = wanted.hostOf(cookie.host);
        return host === undefined ? [] : [{ host, name, jar, createdMs: null, expiresMs: null, lasting: false }];
      });
      return { cookies: marks, storage: [] };
    },
  };
}

/** Whether those cookies are alive: Firefox is open or crashed; or it was closed, and may take them up again. */
export async function firefoxSessionLife(profile: string, disk: Disk): Promise<SessionLife> {
  if ((await sessionPath(profile, disk)) === join(profile, ...openFile)) return 'live';
  return goesOn(await prefsOf(profile, disk)) ? 'live' : 'uncertain';
}

async function sessionPath(profile: string, disk: Disk): Promise<string> {
  const open = join(profile, ...openFile);
  return (await disk.look(open)) === undefined ? join(profile, ...closedFile) : open;
}

async function prefsOf(profile: string, disk: Disk): Promise<string> {
  try {
    return (await disk.read(join(profile, 'prefs.js'), maxPrefsBytes)).toString();
  } catch (error) {
    if (isAbsence(error)) return '';
    throw error;
  }
}

/** "Open previous windows and tabs" in the text of `prefs.js`. */
export function goesOn(prefs: string): boolean {
  return /^user_pref\("browser\.startup\.page", 3\);/m.test(prefs);
}

/** Set so, Firefox keeps the cookies of sites in no session (1: of all that are encrypted, 2: of any): they are in its memory alone. */
function leavesOut(prefs: string): boolean {
  return /^user_pref\("browser\.sessionstore\.privacy_level", [12]\);/m.test(prefs);
}
