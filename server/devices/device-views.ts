import type { CommandView } from '../../shared/api/commands.ts';
import type { DeviceView } from '../../shared/api/devices.ts';
import { type Clock, type Instant, instant } from '../../shared/instant.ts';
import type { EvaluatedPolicy } from '../../shared/policy/evaluated-policy.ts';
import { judgePlace } from '../../shared/policy/judge-place.ts';
import { placeNotKnown } from '../../shared/policy/place.ts';
import type { PresenceState } from '../../shared/policy/presence.ts';
import { judgeStanding } from '../../shared/policy/standing.ts';
import type { Connection } from '../storage/database.ts';
import type { Device } from './device-store.ts';
import { findingsOf, viewOfFinding } from './finding-store.ts';
import { observedUntil } from './judged-state.ts';
import { latestSections, nothingHeard } from './reading-store.ts';

interface ViewParts {
  clock: Clock;
  presenceOf: (device: Device) => { state: PresenceState; lastSeenAt: Instant | null };
  openCommandsOf: (connection: Connection, deviceIds: readonly string[]) => Promise<Map<string, CommandView[]>>;
  rulesOf: (connection: Connection, settingId: string) => Promise<EvaluatedPolicy>;
  /** The hold in force on each device, its own or its setting's; devices without one are left out. */
  holdsOf: (
    connection: Connection,
    devices: readonly Device[],
  ) => Promise<Map<string, NonNullable<DeviceView['hold']>>>;
}

/** Turns stored devices into what people see. One query a kind of fact, however many devices. */
export type DeviceViews = (connection: Connection, devices: readonly Device[]) => Promise<DeviceView[]>;

export function createDeviceViews({ clock, presenceOf, openCommandsOf, rulesOf, holdsOf }: ViewParts): DeviceViews {
  return async (connection, devices) => {
    const ids = devices.map((device) => device.id);
    const sections = await latestSections(connection, ids);
    const findings = await findingsOf(connection, ids);
    const commands = await openCommandsOf(connection, ids);
    const holds = await holdsOf(connection, devices);
    const rules = new Map<string, EvaluatedPolicy>();
    for (const settingId of new Set(devices.map((device) => device.settingId))) {
      rules.set(settingId, await rulesOf(connection, settingId));
    }
    const now = instant(clock.now());
    return devices.map((device) => {
      const presence = presenceOf(device);
      const found = findings.get(device.id) ?? [];
      const heard = sections.get(device.id) ?? nothingHeard('1970-01-01T00:00:00.000Z');
      const policy = rules.get(device.settingId);
      const memory = device.judged.placeMemory;
      const until = observedUntil(presence.lastSeenAt, now) ?? now;
      return {
        id: device.id,
        name: device.name,
        kind: device.kind,
        childFacing: device.childFacing,
        assignedPeople: device.assignedPeople,
        platform: device.platform,
        enrolledAt: device.enrolledAt,
        observeMode: device.observeMode,
        forbids: device.forbids,
        hold: holds.get(device.id) ?? null,
        retiredAt: device.retiredAt,
        presence: { ...presence, ...saidFarewell(device) },
        standing: judgeStanding(found, presence.state),
        place: policy === undefined ? placeNotKnown : judgePlace(heard.location, policy, { memory, until }),
        findings: found.map(viewOfFinding),
        sections: heard,
        openCommands: commands.get(device.id) ?? [],
      };
    });
  };
}

/** Its agent's last word, while it has not spoken since. */
function saidFarewell({ farewells: { last } }: Device): Pick<DeviceView['presence'], 'farewell'> {
  return last === null ? {} : { farewell: last };
}
