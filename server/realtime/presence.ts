import { type Clock, type Instant, instant } from '../../shared/instant.ts';
import { judgePresence, type PresenceState } from '../../shared/policy/presence.ts';

interface PresenceParts {
  clock: Clock;
  /** The device's presence is not what it was. */
  changed: (deviceId: string) => void;
  /** Writes down when devices last spoke. */
  flush: (seen: ReadonlyMap<string, Instant>) => Promise<void>;
}

/** How soon a device that fell quiet is shown as such. */
const lookEveryMs = 5_000;
/** Last-seen times reach the database this often: presence itself never reads them back. */
const flushEveryMs = 15_000;

/**
 * Who speaks, by the server's clock alone. Nobody is online at start until it
 * has spoken; what the database remembers is only when it last did.
 */
export function createPresence({ clock, changed, flush }: PresenceParts) {
  const spokeAt = new Map<string, number>();
  const shown = new Map<string, PresenceState>();
  const unwritten = new Map<string, Instant>();
  let looking: NodeJS.Timeout | undefined;
  let flushing: NodeJS.Timeout | undefined;

  const stateOf = (deviceId: string, everSeen: boolean): PresenceState => {
    const spoke = spokeAt.get(deviceId);
    return judgePresence(spoke === undefined ? null : Math.max(0, clock.now() - spoke), everSeen);
  };
  const look = (): void => {
    for (const [deviceId, before] of shown) {
      const state = stateOf(deviceId, true);
      if (state === before) continue;
      shown.set(deviceId, state);
      changed(deviceId);
    }
  };
  const write = async (): Promise<void> => {
    if (unwritten.size === 0) return;
    const seen = new Map(unwritten);
    unwritten.clear();
    await flush(seen);
  };

  return {
    /** The device spoke: anything that arrived on its connection. */
    spoke: (deviceId: string): void => {
      spokeAt.set(deviceId, clock.now());
      unwritten.set(deviceId, instant(clock.now()));
      if (shown.get(deviceId) === 'online') return;
      shown.set(deviceId, 'online');
      changed(deviceId);
    },
    /** A new enrolment has said nothing yet. */
    forget: (deviceId: string): void => {
      spokeAt.delete(deviceId);
      shown.delete(deviceId);
      unwritten.delete(deviceId);
    },
    of: (device: { id: string; lastSeenAt: Instant | null }): { state: PresenceState; lastSeenAt: Instant | null } => {
      const spoke = spokeAt.get(device.id);
      return {
        state: stateOf(device.id, device.lastSeenAt !== null),
        lastSeenAt: spoke === undefined ? device.lastSeenAt : instant(spoke),
      };
    },
    start: (failed: (error: unknown) => void): void => {
      looking = setInterval(look, lookEveryMs);
      flushing = setInterval(() => void write().catch(failed), flushEveryMs);
    },
    stop: async (): Promise<void> => {
      clearInterval(looking);
      clearInterval(flushing);
      await write();
    },
  };
}

export type Presence = ReturnType<typeof createPresence>;
