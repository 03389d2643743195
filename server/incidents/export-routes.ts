import { StatedError } from '../../shared/api/errors.ts';
import type { Download } from '../../shared/api/routes.ts';
import type { Audit } from '../audit/audit.ts';
import type { HeadSigner } from '../audit/chain.ts';
import type { Handlers } from '../http/handlers.ts';
import type { Connection } from '../storage/database.ts';
import { takeWriteLock } from '../storage/write-lock.ts';
import type { ActingParts } from './acting.ts';
import type { AttachmentFiles } from './attachment-files.ts';
import { type CaseFile, proofOf } from './case-proof.ts';
import { actorOf, type DeskParts } from './desk.ts';
import { logRows } from './log-csv.ts';
import { casesReadBy, verifiedAsSeen } from './verified-as-seen.ts';
import { verifyRecord } from './verify.ts';

interface ExportRoutesParts extends ActingParts, Pick<DeskParts, 'deviceNames'> {
  audit: Audit;
  signer: HeadSigner;
  /** PEM of the key that the signer signs with. */
  publicKey: string;
  files: AttachmentFiles;
  settingName: (connection: Connection, settingId: string) => Promise<string>;
  /** The instants between which two days of the setting's own lie, the last one included. */
  daysOf: (
    connection: Connection,
    settingId: string,
    days: { from: string; to: string },
  ) => Promise<{ from: string; before: string }>;
  /** Told when the record is found not to be as it was written. */
  broken: (settingId: string) => Promise<void>;
}

/** What leaves the server of the record, and the check of the whole. */
export function exportRoutes(parts: ExportRoutesParts) {
  const { db, desk, writer, now, signer, publicKey, settingName, audit, files, broken, changed } = parts;

  return {
    exportIncident: async ({ asker, params, query: { format } }): Promise<Download> => {
      const id = params.id ?? '';
      const file = await db.transaction(async (connection): Promise<CaseFile> => {
        await takeWriteLock(connection);
        await desk.openFor(connection, asker, { id, act: 'export' });
        // First, so that the file itself says who took it away.
        await writer.write(connection, id, [{ kind: 'exported', data: { format }, text: null, by: actorOf(asker) }]);
        const opened = await desk.open(connection, asker, id);
        return {
          format: 'hometime incident 1',
          exportedAt: now(),
          exportedBy: asker.name,
          settingName: await settingName(connection, asker.settingId),
          case: await desk.show(connection, asker, opened),
          proof: proofOf(opened, { signer, publicKey }),
        };
      });
      changed([id]);
      const name = `hometime-incident-${file.case.reference}.${format}`;
      if (format === 'pdf') return { type: 'application/pdf', name, pieces: await drawn(file) };
      return { type: 'application/json', name, pieces: oneOf(`${JSON.stringify(file, undefined, 2)}\n`) };
    },

    exportIncidentLog: async ({ asker, query: { from, to } }): Promise<Download> => {
      if (from > to)
        throw new StatedError('not-valid', 'The period ends before it begins.', { fields: { to: 'is before from' } });
      const { settingId, name: actor } = asker;
      const period = await parts.daysOf(db, settingId, { from, to });
      // Who takes the log away is on record; which cases it held is in no log that others read.
      await audit(db, { settingId, actor, action: 'incident-log.exported', data: { from, to } });
      const pieces = logRows({ connection: db, looker: asker, now: now(), deviceNames: parts.deviceNames }, period);
      return { type: 'text/csv', name: `hometime-incidents-${from}-${to}.csv`, pieces };
    },

    verifyIncidents: async ({ asker }) => {
      const found = await verifyRecord({ db, signer, files }, asker.settingId);
      if (!found.intact) await broken(asker.settingId);
      return verifiedAsSeen(found, await casesReadBy(db, asker, now()));
    },
  } satisfies Partial<Handlers>;
}

async function* oneOf(text: string): AsyncGenerator<string> {
  yield text;
}

/** The drawing of PDFs is loaded when one is wanted: its fonts are most of a start's memory, and few starts need them. */
async function drawn(file: CaseFile): Promise<AsyncIterable<Uint8Array>> {
  const { pdfOf } = await import('./case-pdf.ts');
  return pdfOf(file);
}
