import { type Clock, type Instant, instant } from '../../shared/instant.ts';
import { judgePresence, type PresenceState } from '../../shared/policy/presence.ts';
import { createWatch, type Watch } from '../rhythm/watch.ts';

interface PresenceParts {
  clock: Clock;
  /** Milliseconds that only ever rise, whatever is done to the clock. */
  elapsed: () => number;
  /** The device's presence is not what it was. */
  changed: (deviceId: string) => void;
  /** Writes down when devices last spoke. */
  flush: (seen: ReadonlyMap<string, Instant>) => Promise<void>;
}

/** How soon a device that fell quiet is shown as such. */
const lookEveryMs = 5_000;
/** A device whose connection ended comes back within this, or it is quiet: a page that says "in touch" must not be a minute old. */
const comesBackWithinMs = 10_000;
/** Last-seen times reach the database this often: presence itself never reads them back. */
const flushEveryMs = 15_000;

/**
 * Who speaks, by the server's clock alone. Nobody is online at start until it
 * has spoken; what the database remembers is only when it last did.
 */
export function createPresence({ clock, elapsed, changed, flush }: PresenceParts) {
  const spokeAt = new Map<string, { at: Instant; elapsed: number }>();
  /** Its connection was proved, even when nothing it said was understood. */
  const livedAt = new Map<string, number>();
  const unheard = new Set<string>();
  const leftAt = new Map<string, number>();
  const shown = new Map<string, PresenceState>();
  const unwritten = new Map<string, Instant>();
  /** Nobody listened before. */
  let listeningSince = elapsed();
  let looking: NodeJS.Timeout | undefined;
  let flushing: Watch | undefined;

  const stateOf = (deviceId: string, everSeen: boolean): PresenceState => {
    const spoke = spokeAt.get(deviceId);
    const unknown = spoke === undefined || unheard.has(deviceId);
    const state = judgePresence(unknown ? null : elapsed() - spoke.elapsed, everSeen || spoke !== undefined);
    const left = leftAt.get(deviceId);
    return state === 'online' && left !== undefined && elapsed() - left > comesBackWithinMs ? 'quiet' : state;
  };
  const show = (deviceId: string): void => {
    const state = stateOf(deviceId, true);
    if (state === shown.get(deviceId)) return;
    shown.set(deviceId, state);
    changed(deviceId);
  };
  const look = (): void => {
    for (const deviceId of shown.keys()) show(deviceId);
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
      const at = instant(clock.now());
      leftAt.delete(deviceId);
      spokeAt.set(deviceId, { at, elapsed: elapsed() });
      unwritten.set(deviceId, at);
      show(deviceId);
    },
    /** It is there, and has said nothing yet that is understood: no silence, and no presence either. */
    lives: (deviceId: string): void => {
      livedAt.set(deviceId, elapsed());
    },
    /** Its connection ended. */
    left: (deviceId: string): void => {
      leftAt.set(deviceId, elapsed());
    },
    /** A report of it could not be stored: until one can, what is shown is not what it says, so it is not called online. */
    lost: (deviceId: string): void => {
      unheard.add(deviceId);
      show(deviceId);
    },
    /** A report of it was stored. */
    kept: (deviceId: string): void => {
      if (unheard.delete(deviceId)) show(deviceId);
    },
    /** A new enrolment has said nothing yet. */
    forget: (deviceId: string): void => {
      spokeAt.delete(deviceId);
      livedAt.delete(deviceId);
      unheard.delete(deviceId);
      leftAt.delete(deviceId);
      shown.delete(deviceId);
      unwritten.delete(deviceId);
    },
    of: (device: { id: string; lastSeenAt: Instant | null }): { state: PresenceState; lastSeenAt: Instant | null } => {
      const spoke = spokeAt.get(device.id);
      return {
        state: stateOf(device.id, device.lastSeenAt !== null),
        lastSeenAt: spoke?.at ?? device.lastSeenAt,
      };
    },
    /** Milliseconds since anything was heard of the device, or since this server began to listen. */
    silentForMs: (deviceId: string): number => {
      const heard = [spokeAt.get(deviceId)?.elapsed ?? listeningSince, livedAt.get(deviceId) ?? listeningSince];
      return elapsed() - Math.max(...heard);
    },
    start: (failed: (error: unknown) => void): void => {
      listeningSince = elapsed();
      looking = setInterval(look, lookEveryMs);
      flushing = createWatch({ look: write, everyMs: flushEveryMs, failed });
      flushing.start();
    },
    stop: async (): Promise<void> => {
      clearInterval(looking);
      await flushing?.stop();
      await write();
    },
  };
}

export type Presence = ReturnType<typeof createPresence>;
