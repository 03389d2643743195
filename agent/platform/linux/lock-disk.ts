import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile, realpath, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { LockNotice } from '../actions.ts';
import { makeOpenFolder, removeDurably, writeDurably } from '../durable-file.ts';
import type { LockWords } from '../platform.ts';
import { accountLines, authLines, checkScript, codeScript, flagText, issueText, lockPlaces } from './lock-hook.ts';
import { commonAccountFiles, commonAuthFiles, hasLines, type PamText, withLines, withoutLines } from './lock-pam.ts';

const recordSchema = z.strictObject({ files: z.array(z.string()), madeFolders: z.array(z.string()) });
type Record = z.infer<typeof recordSchema>;

const pamFolder = '/etc/pam.d';
/** Where PAM looks for a service, in its order. */
const pamFolders = [pamFolder, '/usr/lib/pam.d', '/usr/etc/pam.d'] as const;

/** The lock on one file system; `root` is another than `/` for tests only. */
export function createLockDisk({ words, root = '/' }: { words: LockWords; root?: string }) {
  const at = (path: string) => join(root, path);

  const readPam: PamText = (name) => {
    if (!/^[\w.+-]+$/.test(name)) return undefined;
    for (const folder of pamFolders) {
      const text = textNow(at(`${folder}/${name}`));
      if (text !== undefined) return text;
    }
    return undefined;
  };

  /** Files of these names that are there, behind whatever links. */
  async function existing(names: readonly string[]): Promise<string[]> {
    const paths = names.map((name) => at(`${pamFolder}/${name}`)).filter((path) => existsSync(path));
    return [...new Set(await Promise.all(paths.map((path) => realpath(path))))];
  }

  /** Whether any sign-in is led to the hook. */
  async function isHooked(): Promise<boolean> {
    const files = await existing(commonAccountFiles);
    return files.some((path) => hasLines(textNow(path) ?? '', accountLines.slice(1)));
  }

  async function readRecord(): Promise<Record> {
    const text = textNow(at(lockPlaces.record));
    return recordSchema.safeParse(parseJson(text ?? '')).data ?? { files: [], madeFolders: [] };
  }

  async function change(path: string, edit: (text: string) => string): Promise<void> {
    const text = await readFile(path, 'utf8').catch(() => undefined);
    const edited = text === undefined ? undefined : edit(text);
    if (edited !== undefined && edited !== text) await writeDurably(path, edited);
  }

  /** Every step may be cut off, and is found again by the next one: what was changed is written down first. The flag goes last: it locks. */
  async function putIn(since: string, notice: LockNotice): Promise<void> {
    const [account, auth] = [await existing(commonAccountFiles), await existing(commonAuthFiles)];
    const before = await readRecord();
    await makeOpenFolder(at(lockPlaces.folder));
    const fresh = [lockPlaces.hookFolder, lockPlaces.issueFolder].filter((path) => !existsSync(at(path)));
    const record: Record = {
      files: [...new Set([...before.files, ...account, ...auth])],
      madeFolders: [...new Set([...before.madeFolders, ...fresh])],
    };
    await writeDurably(at(lockPlaces.record), JSON.stringify(record), 0o600);
    await makeOpenFolder(at(lockPlaces.hookFolder));
    await makeOpenFolder(at(lockPlaces.issueFolder));
    await writeDurably(at(lockPlaces.check), checkScript(words.breakGlass), 0o755);
    await writeDurably(at(lockPlaces.code), codeScript(words.codeCommand, words.breakGlass), 0o755);
    for (const path of account) await change(path, (text) => withLines(text, accountLines));
    for (const path of auth) await change(path, (text) => withLines(text, authLines));
    await writeDurably(at(lockPlaces.issue), issueText(notice));
    // Of a lock that is new nobody was refused yet.
    if (textNow(at(lockPlaces.flag)) === undefined) await writeDurably(at(lockPlaces.refused), '', 0o600);
    await writeDurably(at(lockPlaces.flag), flagText(since, notice));
  }

  /**
   * Puts in a lock, or a new notice where one holds. DANGER: a lock that holds is never taken out because its new
   * notice could not be written, as on a full disk: it goes on as it was, with the notice it had.
   */
  async function putInOrLeave(since: string, notice: LockNotice): Promise<void> {
    const [flag, issue] = [textNow(at(lockPlaces.flag)), textNow(at(lockPlaces.issue))];
    const held = flag !== undefined && (await isHooked());
    try {
      await putIn(since, notice);
    } catch (error) {
      if (!held) await takeOut();
      else if (issue !== undefined) await change(at(lockPlaces.issue), () => issue).catch(() => {});
      throw error;
    }
  }

  /** The flag goes first, and lets everybody in at once. The hook goes last: lines that lead to none would refuse everybody. */
  async function takeOut(): Promise<void> {
    await removeDurably(at(lockPlaces.flag));
    await removeDurably(at(lockPlaces.issue));
    const { files, madeFolders } = await readRecord();
    const all = [...files, ...(await existing(commonAccountFiles)), ...(await existing(commonAuthFiles))];
    for (const path of new Set(all)) {
      await change(path, (text) => withoutLines(withoutLines(text, accountLines), authLines));
    }
    if (await isHooked()) throw new Error('sign-ins are still led to the hook of the lock');
    for (const path of [lockPlaces.check, lockPlaces.code, lockPlaces.refused]) await removeDurably(at(path));
    await removeDurably(at(lockPlaces.record));
    for (const folder of [...madeFolders, lockPlaces.folder]) await rmdir(at(folder)).catch(() => {});
  }

  return {
    readPam,
    putIn: putInOrLeave,
    takeOut,
    /** The flag's text; undefined: the device is not locked. */
    flag: () => textNow(at(lockPlaces.flag)),
    isHooked,
    /** How often the hook refused somebody; null: it does not count. */
    refused(): number | null {
      const text = textNow(at(lockPlaces.refused));
      return text === undefined ? null : text.length;
    },
    /** Whether there is anything to hang a hook on, and whether PAM can run one. */
    async canHook(): Promise<boolean> {
      return (await existing(commonAccountFiles)).length > 0 && hasModule(at, 'pam_exec.so');
    },
    exists: (path: string) => existsSync(at(path)),
    text: (path: string) => textNow(at(path)),
    names: (path: string) => namesIn(at(path)),
  };
}

export type LockDisk = ReturnType<typeof createLockDisk>;

/** Throws where a file is there and cannot be read just now: a lock must not pass for gone because too many files are open. */
function textNow(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && absences.has(error.code)) return undefined;
    throw error;
  }
}

const absences: ReadonlySet<unknown> = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP']);

/** DANGER: a line that names a module which is not there refuses everybody, root included. */
function hasModule(at: (path: string) => string, name: string): boolean {
  const folders = ['/lib', '/usr/lib', '/lib64', '/usr/lib64'].flatMap((folder) => [
    folder,
    ...namesIn(at(folder))
      .filter((inner) => /-linux-/.test(inner))
      .map((inner) => `${folder}/${inner}`),
  ]);
  const both = [name, 'pam_succeed_if.so'];
  return folders.some((folder) => both.every((module) => existsSync(at(`${folder}/security/${module}`))));
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
