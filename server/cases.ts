import { join } from 'node:path';
import { addDays, addWorkingDays } from '../shared/calendar/days.ts';
import { instantOf, localDateTime } from '../shared/calendar/local-time.ts';
import type { DeadlineCalendar } from '../shared/incident/clocks.ts';
import type { Evidence } from '../shared/incident/evidence.ts';
import { type Clock, type Instant, instant } from '../shared/instant.ts';
import type { Log } from '../shared/log.ts';
import type { Base } from './base.ts';
import { nonWorkingDays } from './calendar/setting-calendar.ts';
import { offsetsOf } from './calendar/time-zone.ts';
import type { Config } from './config.ts';
import { findDevice, findDeviceOf } from './devices/device-store.ts';
import type { Fleet } from './fleet.ts';
import { holdsOnDevices, inForceOf, isSettingHeld } from './holds/hold-store.ts';
import { createAttachmentFiles } from './incidents/attachment-files.ts';
import { createIncidents, type Incidents } from './incidents/incidents.ts';
import type { Notices } from './notify/notices.ts';
import type { Orders } from './orders.ts';
import { listMembers } from './people/memberships-store.ts';
import { findSetting, listSettings } from './people/people-store.ts';
import { currentPolicy } from './policy/policy-store.ts';
import type { Security } from './security/security.ts';
import type { Connection } from './storage/database.ts';
import { tellingOfCases, tellingOfReaders } from './told-matters.ts';

interface CasesParts {
  config: Config;
  base: Base;
  clock: Clock;
  /** Milliseconds that only ever rise, whatever is done to the clock. */
  elapsed: () => number;
  log: Log;
  notices: Notices;
  security: () => Security;
  fleet: () => Fleet;
  orders: () => Orders;
  /** Told after the commit which cases are not what they were. */
  changed: (incidentIds: readonly string[]) => void;
}

/** Joins the record of incidents with people, devices, holds, the calendar and telling: the features know nothing of one another. */
export function createCases(parts: CasesParts): Incidents {
  const { base, clock, log, notices, changed } = parts;
  const { db, audit, auditSigner: signer } = base;
  return createIncidents({
    db,
    clock,
    log,
    audit,
    signer,
    changed,
    files: createAttachmentFiles(attachmentFolder(parts.config)),
    tell: tellingOfCases(notices),
    tellReader: tellingOfReaders(notices, clock),
    looked: (connection, { settingId, personId, incidentId }) =>
      lookedAt(notices, connection, { settingId, personId, incidentId }),
    evidenceOf: (connection, deviceId, at) => evidenceOf(connection, { deviceId, at, fleet: parts.fleet() }),
    timeOf,
    daysOf,
    settingName: async (connection, settingId) => (await findSetting(connection, settingId))?.name ?? '',
    deviceNames,
    deviceExists: async (connection, settingId, id) => (await findDeviceOf(connection, settingId, id)) !== undefined,
    areMembers: async (connection, settingId, personIds) => {
      const members = await listMembers(connection, { settingId, now: instant(clock.now()) });
      return personIds.every((id) => members.some((member) => member.id === id));
    },
    holdsInForce: inForceOf,
    isHeld: async (connection, { settingId, deviceId, holdIds }) => {
      if (await isSettingHeld(connection, settingId)) return true;
      if ((await inForceOf(connection, holdIds)).length > 0) return true;
      if (deviceId === null) return false;
      return (await holdsOnDevices(connection, [{ id: deviceId, settingId }])).size > 0;
    },
    forget: async (connection, { settingId, incidentId: id }) => {
      for (const kind of ['incident', 'incident-clock'] as const)
        await notices.forget(connection, { settingId, matter: { kind, id } });
    },
    elapsed: parts.elapsed,
    clockJumped: async () => {
      for (const { id: settingId } of await listSettings(db))
        await parts.security().raise({ settingId, code: 'clock-jumped' });
    },
    setHold: (asker, body) => parts.orders().setHold(asker, body),
    broken: (settingId) => parts.security().raise({ settingId, code: 'audit-broken' }),
  });
}

/** Where attachments lie; the command line checks them there as well. */
export function attachmentFolder({ dataFolder }: Pick<Config, 'dataFolder'>): string {
  return join(dataFolder, 'attachments');
}

/** Whoever has the case before their eyes has been told of it and of its clocks. */
async function lookedAt(
  { looked }: Notices,
  connection: Connection,
  { settingId, personId, incidentId }: { settingId: string; personId: string; incidentId: string },
): Promise<void> {
  for (const kind of ['incident', 'incident-clock'] as const)
    await looked(connection, { settingId, personId, matter: { kind, id: incidentId } });
}

/** What is known of a device now, as people are shown it at this moment. */
async function evidenceOf(
  connection: Connection,
  { deviceId, at, fleet }: { deviceId: string; at: Instant; fleet: Fleet },
): Promise<Evidence | undefined> {
  const device = await findDevice(connection, deviceId);
  if (device === undefined) return undefined;
  const [view] = await fleet.views(connection, [device]);
  if (view === undefined) return undefined;
  const { version } = await fleet.rulesOf.inForce(connection, device.settingId);
  return {
    at,
    lastSeenAt: view.presence.lastSeenAt,
    policyVersion: version,
    place: { ...view.place },
    findings: view.findings.map(({ code, since }) => ({ code, since })),
    openCommands: view.openCommands.map(({ id, kind, state }) => ({ id, kind, state })),
    sections: { ...view.sections },
  };
}

async function zoneOf(connection: Connection, settingId: string): Promise<string> {
  return (await connection('settings').where({ id: settingId }).first('time_zone'))?.time_zone ?? 'Europe/London';
}

/** The setting's calendar for clocks that begin at a time, and its own day then. */
async function timeOf(connection: Connection, settingId: string, at: Instant) {
  const zone = await zoneOf(connection, settingId);
  const { bankHolidays } = (await currentPolicy(connection, settingId)).opening;
  return {
    calendar: deadlineCalendar(zone, (year) => nonWorkingDays(bankHolidays, year)),
    today: localDateTime(at, offsetsOf(zone, Number(at.slice(0, 4)))).date,
  };
}

/** Days and working days by a wall clock: the same time of day, right across the clock changes. */
export function deadlineCalendar(zone: string, holidaysRound: (at: Instant) => ReadonlySet<string>): DeadlineCalendar {
  const moved = (at: Instant, move: (date: string) => string): Instant => {
    const offsets = offsetsOf(zone, Number(at.slice(0, 4)));
    const { date, time } = localDateTime(at, offsets);
    return instantOf({ date: move(date), time }, offsets);
  };
  return {
    addWorkingDays: (at, days) => moved(at, (date) => addWorkingDays(date, days, holidaysRound(at))),
    addDays: (at, days) => moved(at, (date) => addDays(date, days)),
  };
}

/** From the beginning of the first of two days of the setting's own to the end of the second. */
async function daysOf(connection: Connection, settingId: string, { from, to }: { from: string; to: string }) {
  const offsets = offsetsOf(await zoneOf(connection, settingId), Number(from.slice(0, 4)));
  const beginOf = (date: string) => instantOf({ date, time: '00:00' }, offsets);
  return { from: beginOf(from), before: beginOf(addDays(to, 1)) };
}

async function deviceNames(connection: Connection, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows: { id: string; name: string }[] = await connection('devices')
    .whereIn('id', [...new Set(ids)])
    .select('id', 'name');
  return new Map(rows.map(({ id, name }) => [id, name]));
}
