import type { SecurityEventCode } from '../shared/api/safeguards.ts';
import { type Log, messageOf } from '../shared/log.ts';
import type { Audit, AuditEntry } from './audit/audit.ts';
import type { Security } from './security/security.ts';

/** What of the audit log is a security event as well. */
const telling: Readonly<Record<string, SecurityEventCode>> = {
  'csrf.refused': 'csrf-refused',
  'sign-in.throttled': 'sign-in-throttled',
};

interface EntryNoticesParts {
  log: Log;
  raise: Security['raise'];
  /** Every setting of this server: who tries to sign in has none yet, so all are told. */
  settingIds: () => Promise<string[]>;
}

/** Raises the security event that an entry stands for, after it was written. */
export function createEntryNotices({ log, raise, settingIds }: EntryNoticesParts): (entry: AuditEntry) => void {
  const tell = async (code: SecurityEventCode, settingId: string | null): Promise<void> => {
    for (const id of settingId === null ? await settingIds() : [settingId]) await raise({ settingId: id, code });
  };
  return ({ action, settingId }) => {
    const code = telling[action];
    if (code === undefined) return;
    tell(code, settingId).catch((error: unknown) => log.error('security.not-told', { code, error: messageOf(error) }));
  };
}

/** An audit log that tells of each entry it has written. Entries of a transaction are told before its end: only what stands alone is to be acted on. */
export function tellingAudit(audit: Audit, written: (entry: AuditEntry) => void): Audit {
  return Object.assign(
    async (...[connection, entry]: Parameters<Audit>): Promise<void> => {
      await audit(connection, entry);
      written(entry);
    },
    { many: audit.many, along: audit.along },
  );
}
