import { type Clock, instant } from '../../shared/instant.ts';
import type { Log } from '../../shared/log.ts';
import type { Audit } from '../audit/audit.ts';
import type { HeadSigner } from '../audit/chain.ts';
import { accessActRoutes } from './access-acts.ts';
import type { AttachmentFiles } from './attachment-files.ts';
import { attachmentRoutes } from './attachments.ts';
import { caseActRoutes } from './case-acts.ts';
import { caseRoutes } from './case-routes.ts';
import { createClockWatch } from './clock-watch.ts';
import { createDesk } from './desk.ts';
import { exportRoutes } from './export-routes.ts';
import { createMisuseRecord, type EvidenceOf } from './misuse-record.ts';
import { createPurgeWatch } from './purge-watch.ts';
import { createReadersWatch, type ReadersParts } from './readers.ts';
import { createAppend } from './record.ts';
import { reportFormRoutes } from './report-form.ts';
import { createTelling, type Tell } from './telling.ts';
import { createCaseWriter } from './writer.ts';

type PartsOf<Of extends (...parts: never[]) => unknown> = Parameters<Of>[0];

/** What the server joins: settings, people, devices, holds, telling people, and the clock. */
interface IncidentsParts
  extends Pick<PartsOf<typeof createDesk>, 'deviceNames' | 'holdsInForce'>,
    Pick<PartsOf<typeof caseRoutes>, 'db' | 'timeOf' | 'changed' | 'deviceExists' | 'areMembers' | 'looked'>,
    Pick<PartsOf<typeof accessActRoutes>, 'setHold'>,
    Pick<PartsOf<typeof exportRoutes>, 'settingName' | 'daysOf' | 'broken'>,
    Pick<ReadersParts, 'tellReader'>,
    Pick<PartsOf<typeof createPurgeWatch>, 'isHeld' | 'forget' | 'elapsed' | 'clockJumped'> {
  clock: Clock;
  log: Log;
  audit: Audit;
  signer: HeadSigner;
  files: AttachmentFiles;
  tell: Tell;
  evidenceOf: EvidenceOf;
}

export type Incidents = ReturnType<typeof createIncidents>;

/** The record of incidents: what opens a case, who does what with it, and what the clock brings. */
export function createIncidents(given: IncidentsParts) {
  const now = () => instant(given.clock.now());
  const writer = createCaseWriter({ append: createAppend(given.signer), now });
  const tell = createTelling({ tell: given.tell, now });
  const desk = createDesk({ ...given, now });
  const parts = { ...given, now, writer, tell, desk };
  const clocks = createClockWatch(parts);
  const purge = createPurgeWatch(parts);
  const readers = createReadersWatch(parts);
  return {
    misuse: createMisuseRecord(parts),
    routes: {
      ...caseRoutes(parts),
      ...caseActRoutes(parts),
      ...accessActRoutes(parts),
      ...attachmentRoutes(parts),
      ...exportRoutes({ ...parts, publicKey: given.signer.publicKey }),
      ...reportFormRoutes(parts),
    },
    /** One look now, for tests. */
    look: { clocks: clocks.look, purge: purge.look, readers: readers.look },
    /** To be called in the transaction that changes who has which role. */
    rolesChanged: readers.check,
    start: (): void => {
      clocks.start();
      readers.start();
      purge.start();
    },
    stop: async (): Promise<void> => {
      await clocks.stop();
      await readers.stop();
      await purge.stop();
    },
  };
}
