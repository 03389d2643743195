import type { CommandView } from '../../shared/api/commands.ts';
import type { DeviceView } from '../../shared/api/devices.ts';
import type { SecurityEventView } from '../../shared/api/safeguards.ts';
import { type Log, messageOf } from '../../shared/log.ts';
import type { ConsoleSockets, MayHear } from './console-sockets.ts';

interface AnnouncerParts {
  sockets: ConsoleSockets;
  log: Log;
  devices: (ids: readonly string[]) => Promise<{ settingId: string; view: DeviceView }[]>;
  commands: (ids: readonly string[]) => Promise<{ settingId: string; view: CommandView }[]>;
  /** Who of those who watch a case's setting may hear of it. */
  incident: (id: string) => Promise<{ settingId: string; mayHear: MayHear } | undefined>;
  securityEvent: (id: number) => Promise<{ settingId: string; view: SecurityEventView } | undefined>;
}

/** Changes of one device within this time reach the page as one. */
const gatherMs = 50;
/** Views read at once: a fleet that changes as a whole is told little by little. */
const viewsAtOnce = 100;

/** Tells the watching pages what changed, as it stands when told: each change is read from the database, never guessed. */
export function createAnnouncer({ sockets, log, devices, commands, incident, securityEvent }: AnnouncerParts) {
  const failed = (error: unknown): void => log.error('console.announce-failed', { error: messageOf(error) });

  const changedDevices = createGathering(async (ids) => {
    for (const { settingId, view } of await devices(ids)) sockets.device(settingId, view);
  }, failed);
  // A command is told at once: somebody looks at its button. What comes meanwhile is told together.
  const changedCommands = createGathering(
    async (ids) => {
      for (const { settingId, view } of await commands(ids)) {
        sockets.command(settingId, view);
        deviceChanged(view.deviceId);
      }
    },
    failed,
    0,
  );
  const tellIncident = async (id: string): Promise<void> => {
    const found = await incident(id);
    if (found !== undefined) await sockets.incident(found.settingId, { id }, found.mayHear);
  };
  const tellSecurityEvent = async (id: number): Promise<void> => {
    const found = await securityEvent(id);
    if (found !== undefined) sockets.security(found.settingId, found.view);
  };

  const deviceChanged = (id: string): void => {
    if (sockets.isWatched()) changedDevices.add(id);
  };

  return {
    deviceChanged,
    commandsChanged: (ids: Iterable<string>): void => {
      if (sockets.isWatched()) for (const id of ids) changedCommands.add(id);
    },
    incidentChanged: (id: string): void => {
      if (sockets.isWatched()) tellIncident(id).catch(failed);
    },
    securityChanged: (id: number): void => {
      if (sockets.isWatched()) tellSecurityEvent(id).catch(failed);
    },
    stop: (): void => {
      changedDevices.stop();
      changedCommands.stop();
    },
  };
}

/** Gathers ids for a moment, then tells them some at a time; an id that changes while it is told is told again. */
function createGathering(
  tell: (ids: readonly string[]) => Promise<void>,
  failed: (error: unknown) => void,
  afterMs = gatherMs,
) {
  const gathered = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let telling = false;

  const work = async (): Promise<void> => {
    timer = undefined;
    telling = true;
    while (gathered.size > 0) {
      const ids = [...gathered].slice(0, viewsAtOnce);
      for (const id of ids) gathered.delete(id);
      await tell(ids).catch(failed);
    }
    telling = false;
  };
  return {
    add: (id: string): void => {
      gathered.add(id);
      if (!telling) timer ??= setTimeout(() => void work(), afterMs);
    },
    stop: (): void => {
      clearTimeout(timer);
      gathered.clear();
    },
  };
}
