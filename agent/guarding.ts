import { uptime } from 'node:os';
import { join } from 'node:path';
import type { GuardState } from '../shared/guard/standing.ts';
import type { Clock } from '../shared/instant.ts';
import type { Log } from '../shared/log.ts';
import { createBeats } from './guard/beats.ts';
import { createGuard, type Guard, type GuardParts } from './guard/guard.ts';
import { guardNoteSchema } from './guard/guard-note.ts';
import type { LockGuard } from './guard/lock-guard.ts';
import { createSealedFile } from './guard/sealed-file.ts';
import type { SettingsHolder } from './guard/settings-holder.ts';
import type { Identity } from './identity/identity.ts';
import type { Keeper } from './platform/keeper.ts';
import type { Platform } from './platform/platform.ts';
import { enrolmentOf } from './store/enrolment-store.ts';
import { keptFolder } from './store/kept-files.ts';

interface GuardingParts {
  dataFolder: string;
  identity: Identity;
  platform: Platform;
  settings: SettingsHolder;
  keeper: Keeper;
  observeMode: boolean;
  clock: Clock;
  log: Log;
}

/** How long one look at the sessions may take. */
const lookLimitMs = 10_000;

/** How long this computer has run since its start, its sleep included. */
export function uptimeOf({ uptimeMs }: Pick<Platform, 'uptimeMs'>): () => number {
  return uptimeMs ?? (() => uptime() * 1000);
}

/** Since the start of the computer, without its sleep; the same for every program. */
const awakeMs = () => Number(process.hrtime.bigint() / 1_000_000n);

/** The note of the guard, sealed with this enrolment's own secret. */
export function guardNoteOf({ dataFolder, identity }: Pick<GuardingParts, 'dataFolder' | 'identity'>) {
  return createSealedFile({
    path: join(dataFolder, keptFolder, 'guard'),
    schema: guardNoteSchema,
    purpose: 'guard note',
    enrolment: enrolmentOf(identity),
    secret: identity.privateKey,
  });
}

/** The guard of this device, on what this agent keeps. */
export async function composeGuard(
  parts: GuardingParts,
  { lock, onChanged }: { lock: LockGuard; onChanged(): void },
): Promise<Guard> {
  // For `holdGuard`, which the system starts with options of its own.
  await parts.keeper.write('observe', parts.observeMode ? observes : '');
  return createGuard(await guardParts(parts, { lock, onChanged }));
}

const observes = 'yes';

async function guardParts(
  parts: GuardingParts,
  { lock, onChanged }: { lock: LockGuard; onChanged(): void },
): Promise<GuardParts> {
  const { platform, settings, keeper, observeMode, clock, log } = parts;
  const bootId = await platform.bootId();
  return {
    ...{ lock, settings, observeMode, clock, log, bootId, onChanged, uptimeMs: uptimeOf(platform) },
    note: guardNoteOf(parts),
    beats: createBeats({ keeper, bootId, awakeMs }),
    platform: platform.name,
    sessions: () => platform.probes.sessions(AbortSignal.timeout(lookLimitMs)),
    endSession: platform.endSession,
    holdBackAutomaticSignIn: platform.holdBackAutomaticSignIn,
    showText: platform.showText,
    spares: (person) => platform.locking.spares?.(person) ?? false,
    refusals: async () => (await platform.locking.refusals?.()) ?? null,
  };
}

/**
 * What the agent does first of all, by itself and before anybody can sign in: takes up what the guard kept, and blocks
 * where it was blocking, or where the time of a warning ran out meanwhile. Looks at nothing else. Where the agent ran last
 * in observe mode it blocks nothing.
 */
export async function holdGuard(
  parts: Omit<GuardingParts, 'observeMode'>,
  createLock: (onRemoved: () => void) => LockGuard,
): Promise<GuardState> {
  const lock = createLock(() => guard.tampered('lock-removed'));
  const observeMode = (await parts.keeper.read('observe')) === observes;
  const given = await guardParts({ ...parts, observeMode }, { lock, onChanged: () => {} });
  const beats = { wasStopped: async () => false, beat: () => {}, end: async () => {} };
  const guard = createGuard({ ...given, beats, isManual: true });
  await guard.open();
  // What was noticed meanwhile is written down by then.
  await guard.due();
  return (await guard.health()).guard?.state ?? 'clear';
}
