import type { Clock } from '../../shared/instant.ts';
import { instant } from '../../shared/instant.ts';
import type { Connection } from '../storage/database.ts';

/** What happened, for the record. Append-only; names, ids and codes, never a secret. */
export interface AuditEntry {
  settingId: string | null;
  /** A person's or token's name, "server", or a device's id. */
  actor: string;
  /** Stable code, noun and verb: "enrolment-link.made", "enrolment.refused". */
  action: string;
  /** The id of what it was done to. */
  subject?: string;
  data?: Record<string, string | number | boolean | null>;
}

/** Writes an entry; inside a transaction it stands or falls with it. */
export type Audit = (connection: Connection, entry: AuditEntry) => Promise<void>;

export function createAudit(clock: Clock): Audit {
  return async (connection, entry) => {
    await connection('audit_entries').insert({
      setting_id: entry.settingId,
      at: instant(clock.now()),
      actor: entry.actor,
      action: entry.action,
      subject: entry.subject ?? null,
      data: JSON.stringify(entry.data ?? {}),
    });
  };
}
