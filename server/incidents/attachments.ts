import { StatedError } from '../../shared/api/errors.ts';
import type { Download } from '../../shared/api/routes.ts';
import { attachmentLimits, type EntryData } from '../../shared/incident/entries.ts';
import type { Handlers } from '../http/handlers.ts';
import { takeWriteLock } from '../storage/write-lock.ts';
import { type ActingParts, createActing } from './acting.ts';
import type { AttachmentFiles } from './attachment-files.ts';
import { readEntry } from './case-fold.ts';
import { noSuchCase, type OpenedCase } from './desk.ts';
import { entriesOf } from './record-store.ts';
import { createNoteSeen } from './seen.ts';

interface AttachmentRoutesParts extends ActingParts, Pick<Parameters<typeof createNoteSeen>[0], 'looked'> {
  files: AttachmentFiles;
}

export function attachmentsOf({ entries }: Pick<OpenedCase, 'entries'>): EntryData<'attachment'>[] {
  return entries.flatMap((entry) => {
    const folded = readEntry(entry);
    return folded?.kind === 'attachment' ? [folded.data] : [];
  });
}

/** Files that people add to a case. */
export function attachmentRoutes(parts: AttachmentRoutesParts) {
  const { act } = createActing(parts);
  const { db, desk, files } = parts;
  const noteSeen = createNoteSeen(parts);

  return {
    addAttachment: async ({ asker, params, query: { name }, http: { request } }) => {
      const id = params.id ?? '';
      const wanted = { asker, id, act: 'attach' as const };
      // Before a byte is read: what may not be added is not stored for a moment.
      mustHaveRoom(await desk.openFor(db, asker, wanted));
      if (Number(request.headers['content-length']) > attachmentLimits.bytes)
        throw new StatedError(
          'too-large',
          'The file is larger than 10 MB. Make it smaller, or keep it elsewhere and say where.',
        );
      // Not destroyed when it is refused half-way, for the connection would be cut before the answer is heard; what is left of it goes nowhere.
      const pieces: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false });
      const { wasThere, ...kept } = await files.keep(id, pieces).finally(() => request.resume());
      try {
        return await act(wanted, async (opened, _connection, by) => {
          mustHaveRoom(opened);
          if (!(await files.exists(id, kept.digest)))
            throw new StatedError('conflict', 'The same file was refused a moment ago. Add it once more.');
          return { entries: [{ kind: 'attachment', data: { ...kept, name }, text: null, by }] };
        });
      } catch (error) {
        if (!wasThere) await removeUnnamed(id, kept.digest);
        throw error;
      }
    },

    readAttachment: async ({ asker, params }): Promise<Download> => {
      const { id = '', digest = '' } = params;
      const found = await db.transaction(async (connection) => {
        await takeWriteLock(connection);
        const opened = await desk.open(connection, asker, id);
        const file = attachmentsOf(opened).find((each) => each.digest === digest);
        if (opened.of.sight !== 'whole' || file === undefined) throw noSuchCase();
        await noteSeen(connection, asker, opened);
        return file;
      });
      if (!(await files.exists(id, digest)))
        throw new StatedError(
          'storage-failed',
          'This file is on record, and is missing on the server’s disk. Restore it from a backup; the check of the record tells which are.',
        );
      return { type: found.type, name: found.name, pieces: files.read(id, digest) };
    },
  } satisfies Partial<Handlers>;

  /** Under the lock of the record: whoever added the same file at the same time may have it on record by now. */
  function removeUnnamed(id: string, digest: string): Promise<void> {
    return db.transaction(async (connection) => {
      await takeWriteLock(connection);
      const named = attachmentsOf({ entries: await entriesOf(connection, [id], ['attachment']) });
      if (!named.some((each) => each.digest === digest)) await files.remove(id, digest);
    });
  }
}

function mustHaveRoom(opened: OpenedCase): void {
  if (attachmentsOf(opened).length >= attachmentLimits.aCase)
    throw new StatedError('conflict', 'This case has twenty files already. Put several into one PDF.');
}
