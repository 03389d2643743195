import { type Log, messageOf } from '../shared/log.ts';
import { findDevice } from './devices/device-store.ts';
import type { Security } from './security/security.ts';
import type { Database } from './storage/database.ts';

interface ReturnsParts {
  db: Database;
  log: Log;
  /** Milliseconds that only ever rise. */
  elapsed: () => number;
  raise: Security['raise'];
}

/** A device that was refused tries again every few seconds: it is told of once in this time. */
const tellEveryMs = 60_000;
/** Devices remembered; beyond it, all are told of again. */
const mostRemembered = 10_000;

/**
 * Tells of devices that left the fleet and show their revoked certificate again: a wiped one cannot,
 * unless it was not wiped. The listener has refused it already; nothing here lets it in.
 */
export function createReturns({ db, log, elapsed, raise }: ReturnsParts): (deviceId: string) => void {
  const toldAt = new Map<string, number>();

  const tell = async (deviceId: string): Promise<void> => {
    const device = await findDevice(db, deviceId);
    if (device === undefined || device.retiredAt === null) return;
    const code = device.wipedAt === null ? 'retired-device-came-back' : 'wiped-device-came-back';
    await raise({ settingId: device.settingId, code, deviceId });
  };

  return (deviceId) => {
    const last = toldAt.get(deviceId);
    if (last !== undefined && elapsed() - last < tellEveryMs) return;
    if (toldAt.size >= mostRemembered) toldAt.clear();
    toldAt.set(deviceId, elapsed());
    tell(deviceId).catch((error: unknown) => log.error('return.not-told', { deviceId, error: messageOf(error) }));
  };
}
