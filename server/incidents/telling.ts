import type { Role } from '../../shared/api/people.ts';
import type { Sight } from '../../shared/incident/visibility.ts';
import type { Instant } from '../../shared/instant.ts';
import type { Severity } from '../../shared/policy/findings.ts';
import type { Connection } from '../storage/database.ts';
import { findCase } from './case-store.ts';
import { lookersAt } from './sight.ts';

/** Why somebody should look at a case. */
export type CaseNews = 'opened' | 'repeated' | 'restricted' | 'clock-near' | 'clock-run-out';

/** What whoever tells people is given: who should look, and who is never to hear of it (INC3, INC4). No word of the case. */
export interface CaseToTell {
  settingId: string;
  incidentId: string;
  what: CaseNews;
  severity: Severity;
  confidential: boolean;
  /** Those who look after it, the safeguarding leads first. */
  handlers: { personId: string; role: Role }[];
  /** Members who may not know that it is there. */
  excluded: string[];
}

/** Told inside the transaction of what it tells of, so that both stand or fall together. */
export type Tell = (connection: Connection, telling: CaseToTell) => Promise<void>;

export type TellCase = (connection: Connection, news: { incidentId: string; what: CaseNews }) => Promise<void>;

/** Who sees a case as any of these may know that it is there. */
export const knowingSights: readonly Sight[] = ['whole', 'record', 'pseudonymised'];

/** Finds who looks after a case and who may not know of it, and has them told. */
export function createTelling({ tell, now }: { tell: Tell; now: () => Instant }): TellCase {
  return async (connection, { incidentId, what }) => {
    const found = await findCase(connection, incidentId);
    if (found === undefined) return;
    const { settingId, facts } = found;
    const lookers = await lookersAt(connection, { settingId, incidentId, now: now() });
    await tell(connection, {
      settingId,
      incidentId,
      what,
      severity: what === 'clock-run-out' ? 'urgent' : facts.severity,
      confidential: facts.confidential,
      handlers: lookers
        .filter(({ sight }) => sight === 'whole')
        .map(({ personId, role }) => ({ personId, role }))
        .sort((a, b) => Number(b.role === 'safeguarding-lead') - Number(a.role === 'safeguarding-lead')),
      excluded: lookers.filter(({ sight }) => !knowingSights.includes(sight)).map(({ personId }) => personId),
    });
  };
}
