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

/** Writes entries; inside a transaction they stand or fall with it. */
export interface Audit {
  (connection: Connection, entry: AuditEntry): Promise<void>;
  /** Many at once, of one setting or of several, in the order given: ten thousand cost little more than one. */
  many(connection: Connection, entries: readonly AuditEntry[]): Promise<void>;
}

export function createAudit(clock: Clock): Audit {
  const many = async (connection: Connection, entries: readonly AuditEntry[]): Promise<void> => {
    const at = instant(clock.now());
    const rows = entries.map((entry) => ({
      setting_id: entry.settingId,
      at,
      actor: entry.actor,
      action: entry.action,
      subject: entry.subject ?? null,
      data: JSON.stringify(entry.data ?? {}),
    }));
    if (rows.length > 0) await connection.batchInsert('audit_entries', rows, 100);
  };
  return Object.assign((connection: Connection, entry: AuditEntry) => many(connection, [entry]), { many });
}
