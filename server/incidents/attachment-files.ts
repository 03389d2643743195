import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { StatedError } from '../../shared/api/errors.ts';
import { type AttachmentType, attachmentLimits } from '../../shared/incident/entries.ts';
import { createTextWatch, sniffedBytes, typeOf } from './sniffing.ts';

/** A file that was taken in, and is in its place. */
export interface KeptFile {
  digest: string;
  type: AttachmentType;
  bytes: number;
  /** It was there already, of an earlier entry. */
  wasThere: boolean;
}

const unfinishedPrefix = 'unfinished-';
const digestPattern = /^[0-9a-f]{64}$/;
/** A request is cut after five minutes. */
const unfinishedForMs = 15 * 60_000;

export type AttachmentFiles = ReturnType<typeof createAttachmentFiles>;

/**
 * Attachments as files of the data folder, one folder a case, each file called by its own SHA-256. They are read as
 * they come, at most so many bytes; what is too large, of another kind or does not fit on the disk leaves nothing.
 */
export function createAttachmentFiles(folder: string) {
  const folderOf = (incidentId: string) => join(folder, incidentId);
  const pathOf = (incidentId: string, digest: string) => join(folderOf(incidentId), digest);

  return {
    /** @throws StatedError `too-large`, `not-valid` (empty, or of a kind that is not taken), `storage-failed` */
    keep: async (incidentId: string, pieces: AsyncIterable<Buffer>): Promise<KeptFile> => {
      await mkdir(folderOf(incidentId), { recursive: true, mode: 0o700 }).catch(asStated);
      const unfinished = join(folderOf(incidentId), `${unfinishedPrefix}${randomUUID()}`);
      try {
        const taken = await take(unfinished, pieces);
        const path = pathOf(incidentId, taken.digest);
        const wasThere = await exists(path);
        await rename(unfinished, path).catch(asStated);
        await syncFolder(folderOf(incidentId));
        return { ...taken, wasThere };
      } finally {
        await rm(unfinished, { force: true });
      }
    },
    read: (incidentId: string, digest: string): AsyncIterable<Buffer> => createReadStream(pathOf(incidentId, digest)),
    exists: (incidentId: string, digest: string): Promise<boolean> => exists(pathOf(incidentId, digest)),
    /** The digest of what lies there now, and its size; undefined: nothing does, or it cannot be read. */
    digestOf: async (incidentId: string, digest: string): Promise<{ digest: string; bytes: number } | undefined> => {
      try {
        const hash = createHash('sha256');
        for await (const piece of createReadStream(pathOf(incidentId, digest))) hash.update(piece);
        return { digest: hash.digest('hex'), bytes: (await stat(pathOf(incidentId, digest))).size };
      } catch {
        return undefined;
      }
    },
    remove: (incidentId: string, digest: string): Promise<void> => rm(pathOf(incidentId, digest), { force: true }),
    /** What was coming in when a server was cut off: older than any file takes to come in. */
    removeUnfinished: async (now: number): Promise<void> => {
      const names = await readdir(folder, { recursive: true }).catch(() => []);
      for (const name of names.filter((each) => basename(each).startsWith(unfinishedPrefix))) {
        const { mtimeMs } = await stat(join(folder, name));
        if (now - mtimeMs > unfinishedForMs) await rm(join(folder, name), { force: true });
      }
    },
    /** The cases that have a folder, by their ids. */
    folders: (): Promise<string[]> => readdir(folder).catch(() => []),
    /** The whole files of a case and when each was written, in milliseconds since 1970; none while another is coming in. */
    listed: async (incidentId: string): Promise<{ digest: string; writtenAt: number }[]> => {
      const names = await readdir(folderOf(incidentId)).catch(() => []);
      if (names.some((name) => name.startsWith(unfinishedPrefix))) return [];
      const found: { digest: string; writtenAt: number }[] = [];
      for (const digest of names.filter((name) => digestPattern.test(name)))
        found.push({ digest, writtenAt: (await stat(pathOf(incidentId, digest))).mtimeMs });
      return found;
    },
    /** All of a case, when it is purged. */
    removeAll: (incidentId: string): Promise<void> => rm(folderOf(incidentId), { recursive: true, force: true }),
  };
}

async function take(path: string, pieces: AsyncIterable<Buffer>): Promise<Omit<KeptFile, 'wasThere'>> {
  const file = await open(path, 'wx', 0o600).catch(asStated);
  try {
    const { bytes, digest, start, isText } = await pour(file, pieces);
    if (bytes === 0) throw new StatedError('not-valid', 'The file is empty. Choose another.');
    const type = typeOf(start) ?? (isText ? 'text/plain' : undefined);
    if (type === undefined)
      throw new StatedError(
        'not-valid',
        'Only pictures (JPEG, PNG, WebP, HEIC), PDF and plain text are taken. Save it as one of these and add it again.',
      );
    await file.sync().catch(asStated);
    return { digest, type, bytes };
  } finally {
    await file.close();
  }
}

async function pour(file: FileHandle, pieces: AsyncIterable<Buffer>) {
  const hash = createHash('sha256');
  const text = createTextWatch();
  let start = Buffer.alloc(0);
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.length;
    if (bytes > attachmentLimits.bytes)
      throw new StatedError(
        'too-large',
        'The file is larger than 10 MB. Make it smaller, or keep it elsewhere and say where.',
      );
    if (start.length < sniffedBytes) start = Buffer.concat([start, piece.subarray(0, sniffedBytes)]);
    hash.update(piece);
    text.look(piece);
    await file.writeFile(piece).catch(asStated);
  }
  return { bytes, digest: hash.digest('hex'), start, isText: text.ended() };
}

/** The name of a file is on disk only when its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(asStated);
  await folder.sync().catch(asStated);
  await folder.close();
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function asStated(cause: unknown): never {
  const isFull = cause instanceof Error && 'code' in cause && (cause.code === 'ENOSPC' || cause.code === 'EDQUOT');
  throw new StatedError(
    'storage-failed',
    isFull
      ? 'The server’s disk is full; the file was not taken. Make room on it, then add it again.'
      : 'The server could not store the file. Check the disk it stands on, then add it again.',
    { cause },
  );
}
