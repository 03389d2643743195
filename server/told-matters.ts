import { type MatterKind, matterKindSchema } from '../shared/api/notify.ts';
import { type Role, roleSchema } from '../shared/api/people.ts';
import type { SecurityEventCode } from '../shared/api/safeguards.ts';
import { type Clock, instant } from '../shared/instant.ts';
import { type FindingCode, findingCatalogue, type Severity } from '../shared/policy/findings.ts';
import type { Approvers } from './commands/approvers.ts';
import { findDevice } from './devices/device-store.ts';
import type { NewReader } from './incidents/readers.ts';
import { type Looker, sightOf } from './incidents/sight.ts';
import { knowingSights } from './incidents/telling.ts';
import type { KnownTo } from './notify/known.ts';
import { localDate } from './notify/local-hours.ts';
import type { Notices } from './notify/notices.ts';
import { rulesOf, timeZoneOf } from './notify/preferences-store.ts';
import { listMembers } from './people/memberships-store.ts';
import type { Connection } from './storage/database.ts';

/** How pressing it is that somebody looks at a security event. */
const severities: { readonly [Code in SecurityEventCode]: Severity } = {
  'order-forged': 'act',
  'order-replayed': 'act',
  'order-late': 'check',
  'order-misaddressed': 'act',
  'order-unknown': 'check',
  'wiped-device-came-back': 'urgent',
  'retired-device-came-back': 'act',
  'release-codes-wrong': 'act',
  'released-by-code': 'check',
  'sign-in-throttled': 'check',
  'csrf-refused': 'check',
  'audit-broken': 'urgent',
  'clock-jumped': 'act',
};

/** Has a security event told, in the transaction that wrote it down. */
export function tellingOfEvents({ tell }: Notices) {
  return (
    connection: Connection,
    { settingId, code, id }: { settingId: string; code: SecurityEventCode; id: number },
  ): Promise<void> =>
    tell(connection, { settingId, matter: { kind: 'security-event', id: String(id) }, severity: severities[code] });
}

/** What is found wrong with a device and is no misuse, but somebody is waited for: a whole closing time, or one device. */
const toldFindings: Partial<Record<FindingCode, 'hometime' | 'device'>> = {
  'hometime-missed': 'hometime',
  'device-blocked': 'device',
};

/**
 * Has such a finding told, in the transaction that found it. However many devices missed closing time, it is one
 * matter of the setting's own day (DEV2).
 */
export function tellingOfFindings({ tell }: Notices, clock: Clock) {
  return async (connection: Connection, { deviceId, code }: { deviceId: string; code: FindingCode }): Promise<void> => {
    const kind = toldFindings[code];
    const settingId = kind === undefined ? undefined : (await findDevice(connection, deviceId))?.settingId;
    if (kind === undefined || settingId === undefined) return;
    const today = localDate(clock.now(), await timeZoneOf(connection, settingId));
    const matter = { kind, id: kind === 'device' ? deviceId : today };
    await tell(connection, { settingId, matter, severity: findingCatalogue[code].severity });
  };
}

/** Somebody looked at a security event: nobody else has to. */
export function eventsLookedAt({ withdraw }: Notices) {
  return (connection: Connection, { settingId, id }: { settingId: string; id: number }): Promise<void> =>
    withdraw(connection, { settingId, matter: { kind: 'security-event', id: String(id) } });
}

/**
 * Has whoever may approve an order told that it waits for them, and never who asked for it: their yes counts for nothing.
 * Urgent: what is wiped is out of the house, and after a day nothing happens any more.
 */
export function tellingOfApprovals({ tell, withdraw }: Notices): Approvers {
  return {
    ask: async (connection, orders) => {
      for (const { id, settingId, askedById } of orders) {
        const matter = { kind: 'approval', id } as const;
        await tell(connection, { settingId, matter, severity: 'urgent', excluded: [askedById] });
      }
    },
    settled: async (connection, orders) => {
      for (const { id, settingId } of orders)
        await withdraw(connection, { settingId, matter: { kind: 'approval', id } });
    },
  };
}

const ofCases: readonly MatterKind[] = ['incident', 'incident-clock'];

/**
 * Of which matters somebody may know now: of a case as far as they see it at this moment, whoever was told of it once;
 * of anything else by the setting's rules as they are now. A case that was told has its row for ever.
 */
export function knownTo(clock: Clock): KnownTo {
  return async (connection, { settingId, personId, role }) => {
    const rules = await rulesOf(connection, settingId);
    const named = (kind: MatterKind) => [
      ...rules.roles[kind].first,
      ...rules.roles[kind].alternates,
      ...alsoTold(kind),
    ];
    const kinds = matterKindSchema.options.filter((kind) => !ofCases.includes(kind) && named(kind).includes(role));
    const looker: Looker = { kind: 'person', id: personId, role, settingId };
    const { sql, bindings } = sightOf(looker, instant(clock.now()));
    return {
      sql: `(notice_matters.kind in (${kinds.map(() => '?').join(', ')}) or (
        notice_matters.kind in (${ofCases.map(() => '?').join(', ')}) and exists (select 1 from incidents
          where incidents.id = notice_matters.matter_id and incidents.setting_id = notice_matters.setting_id
          and (${sql}) in (${knowingSights.map(() => '?').join(', ')}))))`,
      bindings: [...kinds, ...ofCases, ...bindings, ...knowingSights],
    };
  };
}

/** Administrators are told where nobody else is left; that somebody else reads confidential cases, whoever did before. */
function alsoTold(kind: MatterKind): readonly Role[] {
  return kind === 'confidential-reader' ? roleSchema.options : ['administrator'];
}

/**
 * Has the others told that somebody comes to read confidential cases: the safeguarding leads, who could read them
 * before, and where there is no other lead whoever stands in; never by whoever it is themselves (INC4). Told anew each time.
 */
export function tellingOfReaders({ tell }: Notices, clock: Clock) {
  return async (connection: Connection, { settingId, personId, before }: NewReader): Promise<void> => {
    const rule = (await rulesOf(connection, settingId)).roles['confidential-reader'];
    const members = await listMembers(connection, { settingId, now: instant(clock.now()) });
    const isLeft = members.some(({ id, role }) => id !== personId && rule.first.includes(role));
    await tell(connection, {
      settingId,
      matter: { kind: 'confidential-reader', id: personId },
      severity: 'urgent',
      to: { roles: isLeft ? rule.first : [...rule.first, ...rule.alternates], people: before },
      excluded: [personId],
      again: true,
    });
  };
}

/** A case that somebody should look at; nothing of what it says. */
interface ToldCase {
  settingId: string;
  incidentId: string;
  what: 'opened' | 'repeated' | 'restricted' | 'clock-near' | 'clock-run-out';
  severity: Severity;
  confidential: boolean;
  /** Those who look after it, the safeguarding leads first. */
  handlers: readonly { personId: string; role: Role }[];
  /** Who may not know that it is there. */
  excluded: readonly string[];
}

/**
 * Has a case told, in the transaction of what it tells of: by the setting's rules, and what is confidential to those
 * alone who look after it, the safeguarding leads before the others (INC3, INC4).
 */
export function tellingOfCases({ tell, withdraw }: Notices) {
  return async (connection: Connection, told: ToldCase): Promise<void> => {
    const { settingId, incidentId, what, severity, confidential, handlers, excluded } = told;
    const kind = what === 'clock-near' || what === 'clock-run-out' ? 'incident-clock' : 'incident';
    const matter = { kind, id: incidentId } as const;
    for (const each of ['incident', 'incident-clock'] as const)
      await withdraw(connection, { settingId, matter: { kind: each, id: incidentId }, personIds: excluded });
    // That fewer may see it is no news for those who still do.
    if (what === 'restricted' && handlers.length > 0 && !confidential) return;
    const first = handlers.filter(({ role }) => role === handlers[0]?.role).map(({ personId }) => personId);
    const others = handlers.map(({ personId }) => personId).filter((id) => !first.includes(id));
    const whom = confidential ? { to: { people: first }, alternates: { people: others } } : {};
    // Each hour that is left of a deadline is news, also to who did not look when there were more.
    const again = kind === 'incident-clock';
    await tell(connection, { settingId, matter, severity, confidential, excluded, again, ...whom });
  };
}
