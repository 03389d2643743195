import { dirname } from 'node:path';
import type { Folders } from '../photos/folders.ts';
import type { Grounds } from '../photos/ground.ts';
import { type Files, type FilesNow, nameNow } from './files.ts';
import { linuxGrounds, parseMountInfo } from './photo-mounts.ts';
import type { ReadText } from './proc.ts';

/** Whether whatever lies at a path can be asked without waiting for anybody: on a disk of this device, with no link on the way. */
export type IsNear = (path: string) => boolean;

interface NearParts {
  /** Reads the kernel's list of mounts. */
  readKernel: (path: string) => string | undefined;
  /** Looks at a name; what it finds is at hand for the same files. */
  name?: FilesNow['name'];
  steadyMs?: () => number;
}

/** One round asks for dozens of paths. What is known of the way to them holds this long. */
const knownForMs = 500;

/**
 * Homes nearly always lie on the device's own disk, and there an answer is had at
 * once for a tenth of what the pool of threads costs. But one may lie on a server
 * that does not answer, or a link in it lead there: the way is looked at name by
 * name, and from the first that is a link or lies elsewhere nothing more is asked.
 */
export function createNearness({ readKernel, name = nameNow, steadyMs = () => performance.now() }: NearParts): IsNear {
  let grounds: Grounds | undefined;
  let told: string | undefined;
  let plain = new Set<string>();
  let untilMs = Number.NEGATIVE_INFINITY;

  function refresh(): void {
    untilMs = steadyMs() + knownForMs;
    plain = new Set();
    const mounts = readKernel('/proc/self/mountinfo');
    if (mounts === told) return;
    told = mounts;
    grounds = mounts === undefined ? undefined : linuxGrounds(parseMountInfo(mounts));
  }

  function isPlain(path: string): boolean {
    if (plain.has(path)) return true;
    if (grounds?.of(path).kind !== 'near') return false;
    if (path !== '/' && !isPlain(dirname(path))) return false;
    // What is not there is answered at once, too; it may be there the next time.
    const named = name(path);
    if ('missing' in named) return named.missing === 'absent';
    if (named.found.isSymbolicLink()) return false;
    if (named.found.isDirectory()) plain.add(path);
    return true;
  }

  return (path) => {
    if (steadyMs() >= untilMs) refresh();
    try {
      return isPlain(path);
    } catch {
      return false;
    }
  };
}

/** Files of homes: at once where they are near, otherwise by the pool of threads. */
export function nearFiles(isNear: IsNear, now: Files, later: Files): Files {
  const at = (path: string) => (isNear(path) ? now : later);
  return {
    text: (path) => at(path).text(path),
    bytes: (path) => at(path).bytes(path),
    names: (path) => at(path).names(path),
    head: (path, length) => at(path).head(path, length),
    parts: later.parts,
    link: (path) => at(path).link(path),
    mark: (path) => at(path).mark(path),
    now: (path) => at(path).now?.(path),
  };
}

/** The same for texts. */
export function nearText(isNear: IsNear, now: ReadText, later: ReadText): ReadText {
  return (path) => (isNear(path) ? now(path) : later(path));
}

/** The same for lists of names. */
export function nearLists(isNear: IsNear, folders: Folders): Pick<Folders, 'list'> {
  const { now } = folders;
  return {
    list: async (path) => (now !== undefined && isNear(path) ? now.list(path) : folders.list(path)),
  };
}
