import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../shared/instant.ts';
import type { Log } from '../shared/log.ts';
import type { Session } from '../shared/report/sessions.ts';
import { type Closing, createClosing } from './closing/closing.ts';
import { closingNoteSchema } from './closing/closing-note.ts';
import { openDesk, sharedDesk } from './closing/desk.ts';
import type { Outcome, Task } from './command/executor.ts';
import { createLogoutExecutor } from './command/logout.ts';
import { createSignOutAppExecutor, meantApps } from './command/sign-out-app.ts';
import { createSealedFile } from './guard/sealed-file.ts';
import type { SettingsHolder } from './guard/settings-holder.ts';
import type { Identity } from './identity/identity.ts';
import type { Platform } from './platform/platform.ts';
import type { Prober } from './probe/prober.ts';
import { enrolmentOf } from './store/enrolment-store.ts';
import { keptFolder } from './store/kept-files.ts';

export interface ClosingTimeParts {
  dataFolder: string;
  identity: Identity;
  platform: Platform;
  settings: Pick<SettingsHolder, 'current'>;
  clock: Clock;
  log: Log;
}

export interface ClosingSurroundings {
  prober: Pick<Prober, 'ask'>;
  /** The time that nobody turns back, milliseconds. */
  now(): number;
  sessions: Parameters<typeof createClosing>[0]['sessions'];
  askedFrom: Parameters<typeof createClosing>[0]['askedFrom'];
  uptimeMs(): number;
  onChanged(): void;
  /** Fires when the agent ends. */
  signal: AbortSignal;
}

const lookLimitMs = 10_000;
/** One look at the browsers of everybody. */
const appsLimitMs = 90_000;

/** The closing time of this device, by the very parts that carry out a manager's orders. */
export function composeClosing(parts: ClosingTimeParts, around: ClosingSurroundings): Closing {
  const { platform, settings, log } = parts;
  const { prober, signal } = around;
  const file = createSealedFile({
    path: join(parts.dataFolder, keptFolder, 'closing'),
    schema: closingNoteSchema,
    purpose: 'closing time',
    enrolment: enrolmentOf(parts.identity),
    secret: parts.identity.privateKey,
  });
  const askSessions = () => platform.probes.sessions(AbortSignal.any([signal, AbortSignal.timeout(lookLimitMs)]));
  const logout = createLogoutExecutor({
    sessions: askSessions,
    endSession: platform.endSession,
    showText: platform.showText,
    holdBackAutomaticSignIn: platform.holdBackAutomaticSignIn,
    reportSessions: () => void prober.ask(['sessions']),
  });
  const signOut = createSignOutAppExecutor({
    apps: () => platform.probes.apps(AbortSignal.any([signal, AbortSignal.timeout(appsLimitMs)]), 'new'),
    signOutApps: platform.signOutApps,
    settings: settings.current,
    reportApps: () => void prober.ask(['apps']),
  });

  /** Those whom a lock spares are not logged out either: they look after the device. */
  const spares = (person: string) => platform.locking.spares?.(person) ?? false;

  async function logOutPeople(isMeant?: (session: Session) => boolean): Promise<boolean | null> {
    const reading = await askSessions();
    if (reading.state === 'unknown') return null;
    if (isMeant !== undefined) return endSessions(reading.value.sessions.filter(isMeant));
    const people = [...new Set(reading.value.sessions.map(({ person }) => person))].filter((one) => !spares(one));
    if (people.length === 0) return true;
    return carriedOut(await logout.prepare({ people: people.slice(0, 50) }, signal), signal);
  }

  /** These and no others of the same people. */
  async function endSessions(meant: readonly Session[]): Promise<boolean | null> {
    const sessions = meant
      .filter(({ person }) => !spares(person))
      .map(({ id, person, since }) => ({ id, person, since }));
    if (sessions.length === 0) return true;
    return carriedOut(await logout.prepare({ sessions: sessions.slice(0, 50) }, signal), signal);
  }

  return createClosing({
    note: {
      async read() {
        const kept = await file.read();
        return kept.state === 'kept' ? kept.value : undefined;
      },
      write: file.write,
    },
    rules: () => settings.current().rules,
    askedFrom: around.askedFrom,
    now: around.now,
    uptimeMs: around.uptimeMs,
    sessions: around.sessions,
    spares,
    showText: platform.showText,
    signOutApps: async () => carriedOut(await signOut.prepare({}, signal), signal),
    logOutPeople,
    hasApps: () => meantApps(settings.current().apps, undefined) !== undefined,
    openDesk: deskOf(parts),
    onChanged: around.onChanged,
    log,
  });
}

/** Does it and looks again: true when it is so, false when it is not, null when it cannot be told. */
async function carriedOut(task: Task | { outcome: Outcome }, signal: AbortSignal): Promise<boolean | null> {
  if ('outcome' in task) return null;
  await task.act().catch(() => {});
  const outcome = await task.conclude(signal);
  if (outcome.to === 'verified') return true;
  return outcome.to === 'failed' && outcome.evidence !== undefined ? false : null;
}

/** Only Linux writes down whose a file is, and shows who is signed in. */
function deskOf({ platform, dataFolder }: ClosingTimeParts) {
  const isShared = platform.name === 'linux' && process.getuid?.() === 0;
  if (platform.name !== 'linux' && platform.name !== 'simulated') return undefined;
  return (postpone: () => Promise<string>) =>
    openDesk({
      folder: isShared ? sharedDesk : join(dataFolder, 'desk'),
      // The system keeps this folder for whoever has a session, and for nobody else.
      isSignedIn: async (uid) => uid === process.getuid?.() || existsSync(`/run/user/${uid}`),
      postpone,
    });
}

/** Where `postpone` looks for the agent. */
export function deskFolders(dataFolder: string): string[] {
  return [join(dataFolder, 'desk'), sharedDesk];
}
