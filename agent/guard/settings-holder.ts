import { isDeepStrictEqual } from 'node:util';
import type { Instant } from '../../shared/instant.ts';
import type { Log } from '../../shared/log.ts';
import { openCapsule } from '../../shared/policy/capsule.ts';
import {
  type Capsule,
  capsuleSchema,
  type DeviceSettings,
  defaultDeviceSettings,
  type SignedSettings,
  signedSettingsSchema,
} from '../../shared/policy/device-settings.ts';
import type { ProbedSection } from '../../shared/report/report.ts';
import type { Keeper } from '../platform/keeper.ts';

/** For whom a capsule must be signed, and by whose key (PEM). */
export interface Recipient {
  deviceId: string;
  epoch: number;
  commandKey: string;
}

/** What this device's setting wants looked for: the defaults until its server has told it something. */
export interface SettingsHolder {
  current(): DeviceSettings;
  /** Of the capsule in force; null: none, the defaults hold. */
  version(): number | null;
  /** What became of the kept ones: changed on the disk, and whether there is nothing left of them to go by. */
  trouble(): SettingsTrouble;
  /** Takes up what was kept. Before this every capsule is refused, for it is not known whose it should be. */
  open(recipient: Recipient): Promise<void>;
  /** A capsule as it came, unchecked. Answers the sections that are looked for differently now; none when it changed nothing. Never rejects. */
  take(received: unknown): Promise<ProbedSection[]>;
}

/** `isDamaged`: this enrolment had settings, and none of them can be believed any more. */
export interface SettingsTrouble {
  wasChanged: boolean;
  isDamaged: boolean;
}

/** The sections that look by each part of the settings. */
type LookedBy = Exclude<keyof DeviceSettings, 'releaseKey' | 'rules'>;
const lookedBy: { readonly [Part in LookedBy]: ProbedSection } = {
  apps: 'apps',
  filterTests: 'filtering',
  resourceFolder: 'photos',
  mediaSalt: 'media',
};
const parts = Object.keys(lookedBy) as LookedBy[];

/** Of the rules only the beacons change what is looked at; the others, what is made of it. */
const beaconsOf = ({ rules }: DeviceSettings) => rules?.places.beacons ?? [];

/**
 * Holds the settings that the server signed for this device.
 *
 * INVARIANTS
 * - Only a capsule that the server's key signed for this device and this enrolment is ever used, also
 *   from the disk: what is kept is checked again at each start.
 * - Nothing older than what is kept is taken: not a lower version, nor another text of the same version
 *   that was issued before.
 * - How far the settings had come is kept apart from them: with the one damaged, the other still
 *   refuses what is older.
 * - What is used was kept before: a device that starts again, with no server in reach, goes by no older settings.
 * - They are kept twice: one text that is damaged costs nothing, and one that was changed is told.
 */
export function createSettingsHolder({ keeper, log }: { keeper: Keeper; log: Log }): SettingsHolder {
  let recipient: Recipient | undefined;
  let held: SignedSettings | undefined;
  let floor: Dated | undefined;
  let trouble: SettingsTrouble = { wasChanged: false, isDamaged: false };
  let turn: Promise<unknown> = Promise.resolve();

  const current = (): DeviceSettings => held?.settings ?? defaultDeviceSettings;

  async function take(received: unknown): Promise<ProbedSection[]> {
    const capsule = capsuleSchema.safeParse(received).data;
    const checked = capsule === undefined ? 'not-understood' : check(capsule, recipient, held ?? floor);
    if (capsule === undefined || typeof checked === 'string') {
      log.warn('settings-refused', { reason: String(checked) });
      return [];
    }
    if (held !== undefined && held.version === checked.version && isDeepStrictEqual(held.settings, checked.settings))
      return [];
    if (!(await keep(keeper, capsule))) {
      log.error('settings-not-kept', { version: String(checked.version), reason: 'the ones before go on' });
      return [];
    }
    const before = current();
    held = checked;
    floor = await keepFloor(keeper, checked);
    trouble = { ...trouble, isDamaged: false };
    log.info('settings-taken', { version: String(checked.version), epoch: checked.epoch });
    const changed = parts.filter((part) => !isDeepStrictEqual(before[part], checked.settings[part]));
    const askOthers = !isDeepStrictEqual(beaconsOf(before), beaconsOf(checked.settings));
    return [...changed.map((part) => lookedBy[part]), ...(askOthers ? (['location'] as const) : [])];
  }

  return {
    current,
    version: () => held?.version ?? null,
    trouble: () => trouble,
    async open(opened) {
      recipient = opened;
      floor = await readFloor(keeper, opened);
      const kept = await readKept(keeper, opened, floor);
      for (const reason of kept.refused) log.warn('kept-settings-refused', { reason });
      held = kept.settings;
      // Without a floor they were never this enrolment's.
      const isMissed = floor !== undefined && held === undefined;
      if (isMissed && kept.refused.length === 0) log.warn('kept-settings-refused', { reason: 'gone' });
      trouble = { wasChanged: floor !== undefined && kept.refused.some(isChange), isDamaged: isMissed };
      if (held !== undefined && kept.refused.length > 0) await restore(keeper);
    },
    take(received) {
      // One after the other: two that come together must not pass each other on the way to the disk.
      const taken = turn.then(() => take(received));
      turn = taken.catch(() => {});
      return taken.catch(() => []);
    },
  };
}

type Refusal = 'not-understood' | 'not-of-the-server' | 'wrong-device' | 'wrong-epoch' | 'older';

/** What was kept for this recipient; undefined when nothing was, or the refusal of what lies there. */
export async function readKeptSettings(
  keeper: Pick<Keeper, 'read'>,
  recipient: Recipient,
): Promise<SignedSettings | Refusal | undefined> {
  const text = await keeper.read('settings');
  if (text === undefined) return undefined;
  const capsule = capsuleSchema.safeParse(parseJson(text)).data;
  return capsule === undefined ? 'not-understood' : check(capsule, recipient, undefined);
}

type KeptBy = Pick<Keeper, 'read'>;

/** The first of the two that can be believed, with what was refused before it. An empty text is a power cut's. */
async function readKept(
  keeper: KeptBy,
  recipient: Recipient,
  floor: Dated | undefined,
): Promise<{ settings: SignedSettings | undefined; refused: Refusal[] }> {
  const refused: Refusal[] = [];
  for (const name of ['settings', 'settings-spare'] as const) {
    const text = await keeper.read(name);
    if (text === undefined || text === '') continue;
    const capsule = capsuleSchema.safeParse(parseJson(text)).data;
    const checked = capsule === undefined ? 'not-understood' : check(capsule, recipient, floor);
    if (typeof checked !== 'string') return { settings: checked, refused };
    refused.push(checked);
  }
  return { settings: undefined, refused };
}

function isChange(reason: Refusal): boolean {
  return reason !== 'wrong-epoch' && reason !== 'wrong-device';
}

async function restore(keeper: Keeper): Promise<void> {
  const spare = await keeper.read('settings-spare');
  if (spare !== undefined) await keeper.write('settings', spare);
}

function check(capsule: Capsule, recipient: Recipient | undefined, held: Dated | undefined): SignedSettings | Refusal {
  if (recipient === undefined) return 'wrong-device';
  const settings = openCapsule(capsule, recipient.commandKey);
  if (settings === undefined) return 'not-of-the-server';
  if (settings.deviceId !== recipient.deviceId) return 'wrong-device';
  if (settings.epoch !== recipient.epoch) return 'wrong-epoch';
  return held !== undefined && isOlder(settings, held) ? 'older' : settings;
}

interface Dated {
  version: number;
  issuedAt: Instant;
}

function isOlder(one: Dated, held: Dated): boolean {
  return one.version < held.version || (one.version === held.version && one.issuedAt < held.issuedAt);
}

/** For whom, and how far their settings had come when they were last kept. */
const floorSchema = signedSettingsSchema.omit({ settings: true });

async function keepFloor(keeper: Keeper, { deviceId, epoch, version, issuedAt }: SignedSettings): Promise<Dated> {
  await keeper.write('settings-floor', JSON.stringify({ deviceId, epoch, version, issuedAt }));
  return { version, issuedAt };
}

/** undefined: none was kept, or it was of another enrolment, whose versions count for nothing here. */
async function readFloor(keeper: Keeper, { deviceId, epoch }: Recipient): Promise<Dated | undefined> {
  const kept = floorSchema.safeParse(parseJson((await keeper.read('settings-floor')) ?? '')).data;
  return kept?.deviceId === deviceId && kept.epoch === epoch ? kept : undefined;
}

/** Whether it lies on the disk now: a keeper says nothing of a disk that took none. */
async function keep(keeper: Keeper, capsule: Capsule): Promise<boolean> {
  const text = JSON.stringify(capsule);
  await keeper.write('settings', text);
  await keeper.write('settings-spare', text);
  return (await keeper.read('settings')) === text;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
