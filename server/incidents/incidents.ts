import { randomUUID } from 'node:crypto';
import type { Instant } from '../../shared/instant.ts';
import { type Finding, findingCatalogue } from '../../shared/policy/findings.ts';
import type { Handlers } from '../http/handlers.ts';
import type { Connection, Database } from '../storage/database.ts';
import { addCase, addEntry, countAgain, markEnded, openCase, pageOfIncidents } from './incident-store.ts';

interface Misuse {
  deviceId: string;
  code: Finding['code'];
  text: string;
  at: Instant;
}

/**
 * Puts misuse on record without anyone's help: one case for a device and a
 * matter, repeats join it (INC1). Each answers the id of the incident it touched.
 */
export const misuseRecord = {
  began: async (
    connection: Connection,
    { settingId, deviceId, code, text, at }: Misuse & { settingId: string },
  ): Promise<string> => {
    const open = await openCase(connection, deviceId, code);
    const id = open?.id ?? randomUUID();
    if (open === undefined) {
      await addCase(connection, {
        id,
        settingId,
        deviceId,
        matter: code,
        severity: findingCatalogue[code].severity,
        at,
      });
    } else {
      await countAgain(connection, id, at);
    }
    await addEntry(connection, id, { at, kind: open === undefined ? 'opened' : 'repeated', text });
    return id;
  },
  changed: async (connection: Connection, { deviceId, code, text, at }: Misuse): Promise<string | undefined> => {
    const open = await openCase(connection, deviceId, code);
    if (open !== undefined) await addEntry(connection, open.id, { at, kind: 'changed', text });
    return open?.id;
  },
  ended: async (connection: Connection, { deviceId, code, text, at }: Misuse): Promise<string | undefined> => {
    const open = await openCase(connection, deviceId, code);
    if (open === undefined) return undefined;
    await markEnded(connection, open.id, at);
    await addEntry(connection, open.id, { at, kind: 'ended', text });
    return open.id;
  },
};

export function incidentRoutes({ db }: { db: Database }) {
  return {
    listIncidents: async ({ asker, query }) => pageOfIncidents(db, asker.settingId, query),
  } satisfies Partial<Handlers>;
}
