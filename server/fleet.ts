import { type Clock, type Instant, instant } from '../shared/instant.ts';
import type { Log } from '../shared/log.ts';
import type { Farewell } from '../shared/policy/farewell.ts';
import type { FindingCode } from '../shared/policy/findings.ts';
import { isMisuse } from '../shared/policy/findings.ts';
import { settingCalendar } from './calendar/setting-calendar.ts';
import type { Commands } from './commands/commands.ts';
import { findDevice, idsOfSetting, noteSequence } from './devices/device-store.ts';
import { createDeviceViews } from './devices/device-views.ts';
import { addFinding, findingsOf, removeFinding, rewordFinding } from './devices/finding-store.ts';
import { keepJudgedState, observedUntil } from './devices/judged-state.ts';
import { latestSections, nothingHeard, storeChange } from './devices/reading-store.ts';
import { storeMoves } from './guard/move-store.ts';
import { holdsOnDevices } from './holds/hold-store.ts';
import type { MisuseRecord } from './incidents/misuse-record.ts';
import { createIngest } from './ingest/ingest.ts';
import { createStoreReport } from './ingest/store-report.ts';
import { createFactsOf } from './policy/facts-of.ts';
import { type Cause, createJudge, type JudgedDevices } from './policy/judge.ts';
import { createRulesOf } from './policy/rules-in-force.ts';
import type { Presence } from './realtime/presence.ts';
import { lockEvents } from './security/lock-events.ts';
import type { Security } from './security/security.ts';
import type { Connection, Database } from './storage/database.ts';
import type { Touched } from './storage/touched.ts';

interface FleetParts {
  db: Database;
  clock: Clock;
  log: Log;
  presence: Presence;
  security: Security;
  openCommandsOf: Commands['openViews'];
  misuse: MisuseRecord;
  /** Has people told of what was found wrong with a device, in the transaction that found it; misuse has its case for that. */
  tellFinding?: (connection: Connection, found: { deviceId: string; code: FindingCode }) => Promise<void>;
  /** Told after each commit what changed, by id. */
  touched: (touched: Touched) => void;
  /** For tests: another time. */
  backWithinMs?: number;
}

/** An agent that is started again, as by an update, is back within this (agent/guard/beats.ts), its way to the server included. */
const backWithin = 3 * 60_000;

export type Fleet = ReturnType<typeof createFleet>;

/** Joins devices, policy and incidents: the features know nothing of one another. */
export function createFleet(parts: FleetParts) {
  const { db, clock, log, presence, security, openCommandsOf, misuse, tellFinding, touched } = parts;
  const { backWithinMs = backWithin } = parts;
  const rulesOf = createRulesOf({ clock, calendarFor: settingCalendar });
  /** Nobody can come back to a server that does not listen: what it was silent for while this one ran counts. */
  const backBy = (deviceId: string, { at }: Farewell): Instant => {
    const silentSince = clock.now() - presence.silentForMs(deviceId);
    return instant(Math.max(Date.parse(at), silentSince) + backWithinMs);
  };
  const known: JudgedDevices['known'] = async (connection, id, at) => {
    const device = await findDevice(connection, id);
    // A device that left the fleet is judged no more.
    if (device === undefined || device.retiredAt !== null) return undefined;
    const { settingId, kind, platform, childFacing, assignedPeople, lastSeenAt, enrolledAt, farewells } = device;
    const { placeMemory, judgeAt } = device.judged;
    const { last } = farewells;
    const said = {
      ...{ sections: await sectionsOf(connection, id), lastSeenAt, enrolledAt, placeMemory },
      farewells: { ...farewells, backBy: last === null ? at : backBy(id, last) },
    };
    const facts = { kind, platform, childFacing, assignedPeople, ...said };
    return { settingId, known: facts, observedUntil: observedUntil(lastSeenAt, at), judgeAt };
  };
  const devices: JudgedDevices = {
    ...judgedDevices,
    known,
    add: async (connection, deviceId, finding) => {
      await judgedDevices.add(connection, deviceId, finding);
      await tellFinding?.(connection, { deviceId, code: finding.code });
    },
    keep: (connection, deviceId, state) => keepJudgedState(connection, deviceId, state, instant(clock.now())),
  };
  const judge = createJudge({ devices, misuse, rulesOf: rulesOf.inForce });

  const views = createDeviceViews({
    clock,
    presenceOf: presence.of,
    openCommandsOf,
    rulesOf: async (connection, settingId) => (await rulesOf.inForce(connection, settingId)).rules,
    holdsOf: holdsOnDevices,
  });

  /** Events of reports that are being stored, told after their commit; each is read anew when told. */
  const noticed: number[] = [];
  const store = createStoreReport({
    clock,
    judge,
    devices: { find: findDevice, latest: sectionsOf, storeChange, noteSequence },
    healthChanged: async (connection, deviceId, { before, now }) => {
      const device = await findDevice(connection, deviceId);
      if (device === undefined) return;
      const { settingId, epoch } = device;
      const guard = now?.state === 'known' ? now.value.guard : undefined;
      if (guard !== undefined) await storeMoves(connection, { deviceId, epoch }, guard, instant(clock.now()));
      for (const code of lockEvents(before, now))
        noticed.push(await security.note(connection, { settingId, code, deviceId }));
    },
  });

  /** Judges devices now, in the given transaction; answers the incidents it touched. */
  const judgeDevices = async (
    connection: Connection,
    deviceIds: readonly string[],
    because: Cause = 'device',
  ): Promise<Touched> => {
    const incidentIds = new Set<string>();
    for (const id of deviceIds) {
      for (const incident of await judge(connection, id, instant(clock.now()), because)) incidentIds.add(incident);
    }
    return { deviceIds: new Set(deviceIds), incidentIds };
  };

  /** Judges devices in one transaction, and tells what changed. */
  const judgeTogether = async (deviceIds: readonly string[]): Promise<void> => {
    touched(await db.transaction((transaction) => judgeDevices(transaction, deviceIds)));
  };

  return {
    views,
    rulesOf,
    factsOf: createFactsOf(devices),
    judgeDevices,
    ingest: createIngest({
      db,
      clock,
      log,
      store,
      committed: (stored) => {
        touched(stored);
        security.noted(noticed.splice(0));
      },
    }),
    /** Judges one device in a transaction of its own, and tells what changed. */
    judgeNow: (deviceId: string): Promise<void> => judgeTogether([deviceId]),
    judgeTogether,
    judgeSetting: async (connection: Connection, settingId: string): Promise<Touched> =>
      judgeDevices(connection, await idsOfSetting(connection, settingId), 'setting'),
    /** Devices as people see them, each with the setting that may see it. */
    viewsOf: async (ids: readonly string[]) => {
      const devices = (await Promise.all(ids.map((id) => findDevice(db, id)))).filter((device) => device !== undefined);
      const shown = await views(db, devices);
      return shown.flatMap((view, index) => {
        const settingId = devices[index]?.settingId;
        return settingId === undefined ? [] : [{ settingId, view }];
      });
    },
  };
}

/** Ends what was found wrong with a device that leaves the fleet; answers the incidents it touched. */
export async function endFindings(
  connection: Connection,
  { misuse, deviceId, at }: { misuse: MisuseRecord; deviceId: string; at: Instant },
): Promise<string[]> {
  const touched: string[] = [];
  for (const finding of (await findingsOf(connection, [deviceId])).get(deviceId) ?? []) {
    const { code } = finding;
    await removeFinding(connection, deviceId, code);
    // One that is still in its grace began no case, and ends none.
    if (!isMisuse(finding)) continue;
    const id = await misuse.ended(connection, { deviceId, code, at, text: 'The device left the fleet.' });
    if (id !== undefined) touched.push(id);
  }
  return touched;
}

async function sectionsOf(connection: Connection, id: string) {
  return (await latestSections(connection, [id])).get(id) ?? nothingHeard(instant(0));
}

const judgedDevices: Omit<JudgedDevices, 'known' | 'keep'> = {
  findingsOf: async (connection, id) => (await findingsOf(connection, [id])).get(id) ?? [],
  add: addFinding,
  reword: rewordFinding,
  remove: removeFinding,
};
