import type { CommandView } from '../../shared/api/commands.ts';
import type { DeviceView } from '../../shared/api/devices.ts';
import type { IncidentView } from '../../shared/api/incidents.ts';
import { type Log, messageOf } from '../../shared/log.ts';
import type { ConsoleSockets } from './console-sockets.ts';

interface AnnouncerParts {
  sockets: ConsoleSockets;
  log: Log;
  devices: (ids: readonly string[]) => Promise<{ settingId: string; view: DeviceView }[]>;
  command: (id: string) => Promise<{ settingId: string; view: CommandView } | undefined>;
  incident: (id: string) => Promise<{ settingId: string; view: IncidentView } | undefined>;
}

/** Changes of one device within this time reach the page as one. */
const gatherMs = 50;

/** Tells the watching pages what changed, as it stands when told: each change is read from the database, never guessed. */
export function createAnnouncer({ sockets, log, devices, command, incident }: AnnouncerParts) {
  const changedDevices = new Set<string>();
  let gathering: NodeJS.Timeout | undefined;

  const failed = (error: unknown): void => log.error('console.announce-failed', { error: messageOf(error) });

  const tellDevices = async (): Promise<void> => {
    const ids = [...changedDevices];
    changedDevices.clear();
    for (const { settingId, view } of await devices(ids)) sockets.device(settingId, view);
  };
  const tellCommand = async (id: string): Promise<void> => {
    const found = await command(id);
    if (found === undefined) return;
    sockets.command(found.settingId, found.view);
    deviceChanged(found.view.deviceId);
  };
  const tellIncident = async (id: string): Promise<void> => {
    const found = await incident(id);
    if (found !== undefined) sockets.incident(found.settingId, found.view);
  };

  const deviceChanged = (id: string): void => {
    if (!sockets.isWatched()) return;
    changedDevices.add(id);
    gathering ??= setTimeout(() => {
      gathering = undefined;
      tellDevices().catch(failed);
    }, gatherMs);
  };

  return {
    deviceChanged,
    commandChanged: (id: string): void => {
      if (sockets.isWatched()) tellCommand(id).catch(failed);
    },
    incidentChanged: (id: string): void => {
      if (sockets.isWatched()) tellIncident(id).catch(failed);
    },
    stop: (): void => clearTimeout(gathering),
  };
}
