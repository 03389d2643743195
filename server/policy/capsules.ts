import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, instant } from '../../shared/instant.ts';
import { type Log, messageOf } from '../../shared/log.ts';
import { sealSettings } from '../../shared/policy/capsule.ts';
import type { DeviceRules } from '../../shared/policy/device-rules.ts';
import type { Capsule, DeviceSettings } from '../../shared/policy/device-settings.ts';
import type { Connection, Database } from '../storage/database.ts';
import { releaseKeyOf } from './release-key.ts';
import type { RulesInForce } from './rules-in-force.ts';
import { mediaSaltOf } from './salts.ts';

/** What a capsule says of the device itself. */
interface CapsuleDevice extends Pick<DeviceRules, 'kind' | 'childFacing' | 'assignedPeople'> {
  settingId: string;
  epoch: number;
  enrolledAt: DeviceRules['enrolledAt'] | null;
}

interface CapsulesParts {
  db: Database;
  clock: Clock;
  log: Log;
  /** The server's Ed25519 key, PEM: the one that signs orders. */
  signingKey: string;
  deviceOf: (deviceId: string) => Promise<CapsuleDevice | undefined>;
  rulesOf: (connection: Connection, settingId: string) => Promise<RulesInForce>;
  isConnected: (deviceId: string) => boolean;
  /** Hands a capsule to the device's socket; one that is lost comes again after the next hello. */
  send: (deviceId: string, capsule: Capsule) => void;
}

/** Signatures in one go: under five milliseconds of the event loop. */
const batchSize = 25;
/** Between two of them: a policy of ten thousand devices goes out within a minute, and reports go on meanwhile. */
const batchEveryMs = 50;

const dayMs = 24 * 60 * 60 * 1000;
/** Rules that a device could not renew for so long are called old; they hold all the same. */
const expireAfterDays = 30;
/** A device that stays connected gets new ones long before: its calendar goes on, and three weeks without a server pass. */
const renewAfterMs = 7 * dayMs;
const lookEveryMs = 60 * 60 * 1000;

/**
 * Gives each connected device the settings it looks by, signed for it: after its
 * hello, and when its setting's policy changed. Nothing is remembered of what a
 * device holds: it refuses what is older, and a hello brings the present one.
 */
export function createCapsules({ db, clock, log, signingKey, deviceOf, rulesOf, isConnected, send }: CapsulesParts) {
  const issuedAt = new Map<string, number>();
  let renewing: NodeJS.Timeout | undefined;
  const waiting = new Set<string>();
  let working: Promise<void> | undefined;
  const ending = new AbortController();

  const sealFor = async (deviceId: string, known: Map<string, Promise<OfSetting>>): Promise<void> => {
    const device = await deviceOf(deviceId);
    if (device === undefined || device.epoch < 1) return;
    const { settingId, epoch } = device;
    const found = known.get(settingId) ?? settingsOf(settingId);
    known.set(settingId, found);
    const { inForce, mediaSalt } = await found;
    const now = clock.now();
    const releaseKey = releaseKeyOf(signingKey, { deviceId, epoch });
    const settings = settingsFor(device, { inForce, mediaSalt, releaseKey, now });
    const signed = { deviceId, epoch, version: inForce.version, issuedAt: instant(now), settings };
    send(deviceId, sealSettings(signed, signingKey));
    issuedAt.set(deviceId, now);
  };

  /** What devices of a setting look by now, read in one transaction: the version is that of this very policy. */
  const settingsOf = (settingId: string): Promise<OfSetting> =>
    db.transaction(async (transaction) => ({
      inForce: await rulesOf(transaction, settingId),
      mediaSalt: await mediaSaltOf(transaction, settingId),
    }));

  /** What is read of a setting holds for one batch only: a policy that changes meanwhile puts its devices in the queue again. */
  const sendBatch = async (): Promise<void> => {
    const batch = [...waiting].slice(0, batchSize);
    const known = new Map<string, Promise<OfSetting>>();
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

  /** These devices are to have the present settings soon; those that are not connected get them after their hello. */
  const offer = (deviceIds: Iterable<string>): void => {
    for (const id of deviceIds) waiting.add(id);
    if (waiting.size > 0 && !ending.signal.aborted) working ??= work();
  };

  const renew = (): void => {
    const before = clock.now() - renewAfterMs;
    const old = [...issuedAt].filter(([, at]) => at < before).map(([deviceId]) => deviceId);
    // One that is away gets its next with its hello.
    for (const deviceId of old) if (!isConnected(deviceId)) issuedAt.delete(deviceId);
    offer(old.filter(isConnected));
  };

  return {
    offer,
    /** For tests: another time. */
    start: ({ renewLookEveryMs = lookEveryMs }: { renewLookEveryMs?: number } = {}): void => {
      renewing = setInterval(renew, renewLookEveryMs);
    },
    stop: async (): Promise<void> => {
      clearInterval(renewing);
      ending.abort();
      await working;
    },
  };
}

/** What is read of a setting, the same for all its devices. */
interface OfSetting {
  inForce: RulesInForce;
  mediaSalt: string;
}

/** What one device looks by, judges itself by and guards by. */
function settingsFor(
  { kind, childFacing, assignedPeople, enrolledAt }: CapsuleDevice,
  given: OfSetting & { releaseKey: string; now: number },
): DeviceSettings {
  const { inForce, mediaSalt, releaseKey, now } = given;
  const { apps, filterTests, resourceFolder, ...rules } = inForce.rules;
  const shared = { apps, filterTests, resourceFolder, mediaSalt, releaseKey };
  if (enrolledAt === null) return shared;
  // To the day: a device that says hello often is not to write the same rules to its disk each time.
  const expiresAt = instant((Math.floor(now / dayMs) + 1 + expireAfterDays) * dayMs);
  return { ...shared, rules: { kind, childFacing, assignedPeople, enrolledAt, ...rules, expiresAt } };
}
