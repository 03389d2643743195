import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { createAudit } from '../../../server/audit/audit.ts';
import { nonWorkingDays } from '../../../server/calendar/setting-calendar.ts';
import { deadlineCalendar } from '../../../server/cases.ts';
import { holdsOnDevices, inForceOf, isSettingHeld } from '../../../server/holds/hold-store.ts';
import type { Asker } from '../../../server/http/asker.ts';
import type { Handlers } from '../../../server/http/handlers.ts';
import { createAttachmentFiles } from '../../../server/incidents/attachment-files.ts';
import { createIncidents } from '../../../server/incidents/incidents.ts';
import type { CaseToTell } from '../../../server/incidents/telling.ts';
import { verifyRecord } from '../../../server/incidents/verify.ts';
import { createNotices } from '../../../server/notify/notices.ts';
import { listMembers } from '../../../server/people/memberships-store.ts';
import { openDatabase } from '../../../server/storage/database.ts';
import { tellingOfCases, tellingOfReaders } from '../../../server/told-matters.ts';
import { type ErrorCode, StatedError } from '../../../shared/api/errors.ts';
import { type NewIncident, newIncidentSchema } from '../../../shared/api/incident-bodies.ts';
import type { Role } from '../../../shared/api/people.ts';
import type { Evidence } from '../../../shared/incident/evidence.ts';
import { instant } from '../../../shared/instant.ts';
import { type Log, silentLog } from '../../../shared/log.ts';
import { makeTempFolder } from '../../support/temp-folder.ts';
import { testSigner } from '../audit/test-signer.ts';
import { manualClock } from '../server/manual-clock.ts';

export const oak = '0d4a7a0e-63a4-4f3a-9c39-000000000001';
export const minute = 60_000;
export const hour = 60 * minute;

const evidence = (at: string): Evidence => ({
  at,
  lastSeenAt: at,
  policyVersion: 3,
  place: { verdict: 'off-site', because: 'other-network' },
  findings: [],
  openCommands: [],
  sections: { photos: { state: 'known', value: { total: 3 }, at } },
});

interface RigOptions {
  log?: Log;
  /** What a clock is at when the server starts again. */
  clock?: ReturnType<typeof manualClock>;
  folder?: string;
}

/** The real record and the real notices on a real database, with people of every role; only holds' orders are not carried out. */
export async function startIncidentsRig(file = ':memory:', options: RigOptions = {}) {
  const db = await openDatabase(`sqlite:${file}`);
  const clock = options.clock ?? manualClock();
  const startedAt = clock.now();
  const now = () => instant(clock.now());
  const signer = testSigner();
  const folder = options.folder ?? makeTempFolder();
  const files = createAttachmentFiles(folder);
  const told: CaseToTell[] = [];
  const readers: string[] = [];
  const looked: string[] = [];
  const changed: string[] = [];
  const state = { zone: 'Europe/London', jumpedMs: 0, jumps: 0, isDeaf: false };
  const log = options.log ?? silentLog;
  const settings = await db('settings').where({ id: oak });
  if (settings.length === 0)
    await db('settings').insert({ id: oak, name: 'Oak', time_zone: state.zone, created_at: now() });
  // A server that has run for long, unless a test goes on from another.
  if (settings.length === 0) await db('purge_clock').insert({ id: 1, seen_at: now(), steady_ms: 30 * 24 * hour });
  const notices = createNotices({
    clock,
    log,
    membersOf: (connection, settingId) => listMembers(connection, { settingId, now: now() }),
    webhooksFor: async () => [],
  });
  const incidents = createIncidents({
    db,
    clock,
    elapsed: () => clock.now() - startedAt - state.jumpedMs,
    clockJumped: async () => {
      if (state.isDeaf) throw new Error('the database is busy');
      state.jumps += 1;
    },
    log,
    audit: createAudit({ clock, signer }),
    signer,
    files,
    tell: async (connection, telling) => {
      told.push(telling);
      await tellingOfCases(notices)(connection, telling);
    },
    tellReader: async (connection, reader) => {
      readers.push(reader.personId);
      await tellingOfReaders(notices, clock)(connection, reader);
    },
    forget: async (connection, { settingId, incidentId: id }) => {
      for (const kind of ['incident', 'incident-clock'] as const)
        await notices.forget(connection, { settingId, matter: { kind, id } });
    },
    looked: async (_connection, { personId }) => void looked.push(personId),
    evidenceOf: (_connection, _deviceId, at) => Promise.resolve(evidence(at)),
    deviceNames: async (connection, ids) => {
      const rows: { id: string; name: string }[] = await connection('devices').whereIn('id', [...ids]);
      return new Map(rows.map(({ id, name }) => [id, name]));
    },
    deviceExists: async (connection, settingId, id) =>
      (await connection('devices').where({ id, setting_id: settingId }).first('id')) !== undefined,
    areMembers: async (connection, settingId, ids) => {
      const rows: unknown[] = await connection('memberships')
        .where({ setting_id: settingId })
        .whereIn('person_id', [...ids]);
      return rows.length === new Set(ids).size;
    },
    holdsInForce: inForceOf,
    isHeld: async (connection, { settingId, deviceId, holdIds }) =>
      (await isSettingHeld(connection, settingId)) ||
      (await inForceOf(connection, holdIds)).length > 0 ||
      (deviceId !== null && (await holdsOnDevices(connection, [{ id: deviceId, settingId }])).size > 0),
    setHold: async (asker, { deviceId, reason }) => {
      const id = randomUUID();
      await db('holds').insert({ id, setting_id: oak, device_id: deviceId, reason, set_by: asker.name, set_at: now() });
      return {
        id,
        deviceId,
        deviceName: null,
        reason,
        setBy: asker.name,
        setAt: now(),
        liftedBy: null,
        liftedAt: null,
        liftedBecause: null,
      };
    },
    timeOf: (_connection, _settingId, at) =>
      Promise.resolve({
        calendar: deadlineCalendar(state.zone, (round) => nonWorkingDays('england', round)),
        today: at.slice(0, 10),
      }),
    daysOf: (_connection, _settingId, { from, to }) =>
      Promise.resolve({ from: `${from}T00:00:00.000Z`, before: `${to}T23:59:59.999Z` }),
    settingName: () => Promise.resolve('Oak'),
    changed: (ids) => void changed.push(...ids),
    broken: () => Promise.resolve(),
  });

  // As a server that has started looks soon after.
  if (settings.length === 0) await incidents.look.purge();

  /** A person with a role, as the edge hands them on. */
  const person = async (role: Role, name: string = role): Promise<Asker> => {
    const id = randomUUID();
    await db('people').insert({ id, email: `${id}@nursery.example`, name, password_hash: '', created_at: now() });
    await db('memberships').insert({ person_id: id, setting_id: oak, role, until: null });
    return { kind: 'person', id, name, role, settingId: oak };
  };
  const device = async (name: string): Promise<string> => {
    const id = randomUUID();
    const row = {
      setting_id: oak,
      kind: 'tablet',
      child_facing: true,
      epoch: 1,
      enrolled_at: now(),
      created_at: now(),
    };
    await db('devices').insert({ id, name, ...row });
    return id;
  };
  const routes = incidents.routes;
  return {
    db,
    clock,
    now,
    signer,
    files,
    folder,
    told,
    readers,
    /** Who had a case before their eyes, each time. */
    looked,
    changed,
    state,
    incidents,
    routes,
    person,
    device,
    misuse: (deviceId: string, code: 'filtering-off' | 'personal-app' = 'filtering-off', at = now()) =>
      db.transaction((connection) =>
        incidents.misuse.began(connection, { settingId: oak, deviceId, code, text: 'zoe was signed in.', at }),
      ),
    ended: (deviceId: string, code: 'filtering-off' | 'personal-app' = 'filtering-off') =>
      db.transaction((connection) =>
        incidents.misuse.ended(connection, { deviceId, code, text: 'It is over.', at: now() }),
      ),
    report: (asker: Asker, body: Partial<NewIncident>) =>
      routes.openIncident(
        asked(
          asker,
          {},
          newIncidentSchema.parse({ category: 'damage', severity: 'act', text: 'The screen is broken.', ...body }),
        ),
      ),
    show: (asker: Asker, id: string) => routes.showIncident(asked(asker, { id }, undefined, {})),
    list: (asker: Asker, query: Record<string, unknown> = {}) =>
      routes.listIncidents(asked(asker, {}, undefined, { limit: 100, ...query })),
    verify: (noted: { number: number; hash: string }[] = []) => verifyRecord({ db, signer, files }, oak, noted),
    /** The clock alone goes ahead: no time passes. */
    jump: (ms: number): void => {
      clock.move(ms);
      state.jumpedMs += ms;
    },
    stop: () => db.destroy(),
  };
}

export type IncidentsRig = Awaited<ReturnType<typeof startIncidentsRig>>;

/** What a handler gets once the edge has let a request through. */
export function asked<Body, Query = undefined>(
  asker: Asker,
  params: Record<string, string>,
  body: Body,
  query?: Query,
) {
  // Handlers of this feature touch the request only for files and addresses.
  const http = undefined as unknown as Parameters<Handlers['setUp']>[0]['http'];
  return { asker, session: undefined, params, body, query: query as Query, http };
}

/** The code of the refusal that a promise ends in. */
export async function refusal(promise: Promise<unknown>): Promise<ErrorCode> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof StatedError) return error.code;
    throw error;
  }
  return expect.fail('was not refused');
}
