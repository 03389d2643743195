import { generateKeyPairSync, randomUUID } from 'node:crypto';
import type { Keeper, KeptName } from '../../../agent/platform/keeper.ts';
import { createJournalSeal } from '../../../agent/store/journal-seal.ts';
import { type Envelope, type SignedOrder, sealOrder } from '../../../shared/command/envelope.ts';
import { type Clock, instant } from '../../../shared/instant.ts';
import { type Log, type LogFields, silentLog } from '../../../shared/log.ts';
import { sealSettings } from '../../../shared/policy/capsule.ts';
import {
  type Capsule,
  type DeviceSettings,
  defaultDeviceSettings,
  type SignedSettings,
} from '../../../shared/policy/device-settings.ts';
import { known } from '../../../shared/reading.ts';
import type { Sections } from '../../../shared/report/report.ts';
import type { Session } from '../../../shared/report/sessions.ts';

/** Monday, 8:00 UTC. */
export const morning = Date.parse('2026-11-23T08:00:00.000Z');

/** A clock the test moves. */
export function createTestClock(at = morning) {
  return {
    at,
    now() {
      return this.at;
    },
  };
}

/** What keeps a journal sealed; its mark lasts as long as `marks` does. */
export function journalKeeping({
  clock = createTestClock(),
  enrolment = 'device/1',
  secret = 'a secret',
  marks = new Set<string>(),
  onChanged = async () => {},
}: {
  clock?: Clock;
  enrolment?: string;
  secret?: string;
  marks?: Set<string>;
  onChanged?: () => Promise<void>;
} = {}) {
  const seal = createJournalSeal({ enrolment, secret });
  const mark = {
    isThere: async () => marks.has(seal.owner),
    // One at a time, as the file.
    async set() {
      marks.clear();
      marks.add(seal.owner);
    },
  };
  return { enrolment, seal, mark, onChanged, clock, log: silentLog };
}

/** A log that remembers the events. */
export function createHeardLog(): { log: Log; events: { event: string; fields: LogFields }[] } {
  const events: { event: string; fields: LogFields }[] = [];
  const hear = (event: string, fields?: LogFields) => void events.push({ event, fields: fields ?? {} });
  return { log: { ...silentLog, error: hear, warn: hear, info: hear }, events };
}

export function session(id: string, person = 'anna', since: string | null = instant(morning - 60_000)): Session {
  return { id, person, where: 'graphical', since, activity: 'active', locked: null };
}

export function sessionsReading(sessions: Session[], at = morning): Partial<Sections> {
  return { sessions: known({ sessions }, instant(at)) };
}

export function protectionReading(protection: 'protected' | 'not-protected', at = morning): Partial<Sections> {
  return { encryption: known({ protection, volumes: [] }, instant(at)) };
}

/** A keeper in memory. `full`: takes nothing more, and says nothing of it, as a full disk. */
export function createMemoryKeeper(kept = new Map<KeptName, string>()) {
  const state = { full: false };
  const keeper: Keeper = {
    read: async (name) => kept.get(name),
    async write(name, text) {
      if (!state.full) kept.set(name, text);
    },
  };
  return { keeper, kept, state };
}

const pair = generateKeyPairSync('ed25519');
const other = generateKeyPairSync('ed25519');
const pem = { publicKey: { type: 'spki', format: 'pem' }, privateKey: { type: 'pkcs8', format: 'pem' } } as const;

export const commandKey = pair.publicKey.export(pem.publicKey).toString();
export const deviceId = '6f0c2f4e-30a8-4f4e-9c5c-0c4a8b1d2e3f';

/** An order of the server that this device may carry out now, unless the test says otherwise. */
export function envelope(change: Partial<SignedOrder> = {}, key: 'server' | 'forger' = 'server'): Envelope {
  const order: SignedOrder = {
    id: randomUUID(),
    deviceId,
    epoch: 1,
    issuedAt: instant(morning - 1_000),
    expiresAt: instant(morning + 3_600_000),
    order: { kind: 'logout', args: {} },
    ...change,
  };
  const signer = key === 'server' ? pair.privateKey : other.privateKey;
  return sealOrder(order, signer.export(pem.privateKey).toString());
}

/** Signed settings for this device, unless the test says otherwise. */
export function capsule(
  change: Partial<Omit<SignedSettings, 'settings'>> = {},
  settings: Partial<DeviceSettings> = {},
  key: 'server' | 'forger' = 'server',
): Capsule {
  const signed: SignedSettings = {
    deviceId,
    epoch: 1,
    version: 1,
    issuedAt: instant(morning),
    settings: { ...defaultDeviceSettings, ...settings },
    ...change,
  };
  const signer = key === 'server' ? pair.privateKey : other.privateKey;
  return sealSettings(signed, signer.export(pem.privateKey).toString());
}
