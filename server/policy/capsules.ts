import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, instant } from '../../shared/instant.ts';
import { type Log, messageOf } from '../../shared/log.ts';
import { sealSettings } from '../../shared/policy/capsule.ts';
import type { Capsule, DeviceSettings } from '../../shared/policy/device-settings.ts';
import type { Database } from '../storage/database.ts';
import { mediaSaltOf } from './media-salt.ts';
import { currentPolicy, policyVersion } from './policy-store.ts';
import { releaseKeyOf } from './release-key.ts';

interface CapsulesParts {
  db: Database;
  clock: Clock;
  log: Log;
  /** The server's Ed25519 key, PEM: the one that signs orders. */
  signingKey: string;
  deviceOf: (deviceId: string) => Promise<{ settingId: string; epoch: number } | undefined>;
  isConnected: (deviceId: string) => boolean;
  /** Hands a capsule to the device's socket; one that is lost comes again after the next hello. */
  send: (deviceId: string, capsule: Capsule) => void;
}

/** Signatures in one go: under five milliseconds of the event loop. */
const batchSize = 25;
/** Between two of them: a policy of ten thousand devices goes out within a minute, and reports go on meanwhile. */
const batchEveryMs = 50;

/**
 * Gives each connected device the settings it looks by, signed for it: after its
 * hello, and when its setting's policy changed. Nothing is remembered of what a
 * device holds: it refuses what is older, and a hello brings the present one.
 */
export function createCapsules({ db, clock, log, signingKey, deviceOf, isConnected, send }: CapsulesParts) {
  const waiting = new Set<string>();
  let working: Promise<void> | undefined;
  const ending = new AbortController();

  const sealFor = async (deviceId: string, known: Map<string, Promise<Versioned>>): Promise<void> => {
    const device = await deviceOf(deviceId);
    if (device === undefined || device.epoch < 1) return;
    const { settingId, epoch } = device;
    const found = known.get(settingId) ?? settingsOf(db, settingId);
    known.set(settingId, found);
    const { version, settings: shared } = await found;
    const settings = { ...shared, releaseKey: releaseKeyOf(signingKey, { deviceId, epoch }) };
    const capsule = sealSettings({ deviceId, epoch, version, issuedAt: instant(clock.now()), settings }, signingKey);
    send(deviceId, capsule);
  };

  /** What is read of a setting holds for one batch only: a policy that changes meanwhile puts its devices in the queue again. */
  const sendBatch = async (): Promise<void> => {
    const batch = [...waiting].slice(0, batchSize);
    const known = new Map<string, Promise<Versioned>>();
    for (const deviceId of batch) {
      waiting.delete(deviceId);
      if (!isConnected(deviceId)) continue;
      await sealFor(deviceId, known).catch((error: unknown) =>
        log.error('settings.not-sent', { deviceId, error: messageOf(error) }),
      );
    }
  };

  const work = async (): Promise<void> => {
    while (waiting.size > 0 && !ending.signal.aborted) {
      await sendBatch();
      if (waiting.size > 0) await sleep(batchEveryMs, undefined, { signal: ending.signal }).catch(() => {});
    }
    working = undefined;
  };

  return {
    /** These devices are to have the present settings soon; those that are not connected get them after their hello. */
    offer: (deviceIds: Iterable<string>): void => {
      for (const id of deviceIds) waiting.add(id);
      if (waiting.size > 0 && !ending.signal.aborted) working ??= work();
    },
    stop: async (): Promise<void> => {
      ending.abort();
      await working;
    },
  };
}

interface Versioned {
  version: number;
  settings: DeviceSettings;
}

/** What devices of a setting look by now, read in one transaction: the version is that of this very policy. */
function settingsOf(db: Database, settingId: string): Promise<Versioned> {
  return db.transaction(async (transaction) => {
    const { apps, filterTests, resourceFolder } = await currentPolicy(transaction, settingId);
    const mediaSalt = await mediaSaltOf(transaction, settingId);
    const version = await policyVersion(transaction, settingId);
    return { version, settings: { apps, filterTests, resourceFolder, mediaSalt } };
  });
}
