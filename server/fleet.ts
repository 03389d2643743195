import { type Clock, instant } from '../shared/instant.ts';
import type { Log } from '../shared/log.ts';
import type { Audit } from './audit/audit.ts';
import { createCommands } from './commands/commands.ts';
import { findDevice, findDeviceOf, idsOfSetting, noteSequence } from './devices/device-store.ts';
import { createDeviceViews } from './devices/device-views.ts';
import { addFinding, findingsOf, removeFinding, rewordFinding } from './devices/finding-store.ts';
import { latestSections, nothingHeard, storeChange } from './devices/reading-store.ts';
import { misuseRecord } from './incidents/incidents.ts';
import { createIngest } from './ingest/ingest.ts';
import { createStoreReport } from './ingest/store-report.ts';
import { type Cause, createJudge, type JudgedDevices } from './policy/judge.ts';
import { currentPolicy, policyInForce } from './policy/policy-store.ts';
import type { Presence } from './realtime/presence.ts';
import type { Connection, Database } from './storage/database.ts';
import type { Touched } from './storage/touched.ts';

interface FleetParts {
  db: Database;
  clock: Clock;
  log: Log;
  audit: Audit;
  presence: Presence;
  /** Told after each commit what changed, by id. */
  told: {
    touched: (touched: Touched) => void;
    commandChanged: (id: string) => void;
    nudge: (deviceId: string) => void;
  };
}

export type Fleet = ReturnType<typeof createFleet>;

/** Joins devices, policy, incidents and commands: the features know nothing of one another. */
export function createFleet({ db, clock, log, audit, presence, told }: FleetParts) {
  const judge = createJudge({ devices: judgedDevices, misuse: misuseRecord, policyOf: currentPolicy });

  const commands = createCommands({
    db,
    clock,
    audit,
    deviceOf: findDeviceOf,
    changed: told.commandChanged,
    nudge: told.nudge,
  });

  const views = createDeviceViews({
    presenceOf: presence.of,
    openCommandsOf: commands.openViews,
    policyOf: currentPolicy,
  });

  const store = createStoreReport({
    clock,
    judge,
    devices: { find: findDevice, latest: sectionsOf, storeChange, noteSequence },
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

  return {
    commands,
    views,
    judgeDevices,
    ingest: createIngest({ db, clock, log, store, committed: told.touched }),
    /** Judges one device in a transaction of its own, and tells what changed. */
    judgeNow: async (deviceId: string): Promise<void> => {
      told.touched(await db.transaction((transaction) => judgeDevices(transaction, [deviceId])));
    },
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

async function sectionsOf(connection: Connection, id: string) {
  return (await latestSections(connection, [id])).get(id) ?? nothingHeard(instant(0));
}

const judgedDevices: JudgedDevices = {
  factsOf: async (connection, id) => {
    const device = await findDevice(connection, id);
    if (device === undefined) return undefined;
    const { settingId, kind, platform, childFacing, assignedPeople, lastSeenAt, enrolledAt } = device;
    const [sections, settings] = [await sectionsOf(connection, id), await policyInForce(connection, settingId)];
    const given = { kind, platform, childFacing, assignedPeople, sections, settings, lastSeenAt, enrolledAt };
    return { settingId, facts: given };
  },
  findingsOf: async (connection, id) => (await findingsOf(connection, [id])).get(id) ?? [],
  add: addFinding,
  reword: rewordFinding,
  remove: removeFinding,
};
