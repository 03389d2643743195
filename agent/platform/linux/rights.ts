import { type Clock, type Instant, instant } from '../../../shared/instant.ts';
import { known, type Reading, restated, type UnknownDetail, unknown } from '../../../shared/reading.ts';
import type { Rights } from '../../../shared/report/rights.ts';
import type { Session, Sessions } from '../../../shared/report/sessions.ts';
import type { Exec } from '../exec.ts';
import type { Probe } from '../platform.ts';
import { outputOf } from '../tool-trouble.ts';
import { groupsOf } from './account-text.ts';
import { type AdminRules, type Answer, accountOf, isAdministrator, readAdminRules } from './administrators.ts';
import { readAntivirus } from './antivirus.ts';
import { readAutomaticSignIn } from './automatic-sign-in.ts';
import { type Files, ifFound } from './files.ts';
import { readFirewall } from './firewall.ts';
import { runningPrograms } from './running-programs.ts';
import { readScreenLock } from './screen-lock.ts';
import { isAsBefore, type Print, traceFiles } from './traced-files.ts';

interface RightsParts {
  clock: Clock;
  exec: Exec;
  files: Files;
  homeFiles: Files;
  isAdministrator: boolean;
  /** Who is signed in. */
  sessions: Probe<Sessions>;
}

/** What was found, without the time, which is that of the look that gives it. */
interface Findings {
  people: { person: string; administrator: Answer<boolean>; screenLock: ScreenLockAnswer }[];
  automaticSignIn: Awaited<ReturnType<typeof readAutomaticSignIn>>;
  firewall: Awaited<ReturnType<typeof readFirewall>>;
  antivirus: Awaited<ReturnType<typeof readAntivirus>>;
}
type ScreenLockAnswer = Awaited<ReturnType<typeof readScreenLock>>;

interface Kept {
  findings: Findings;
  people: string;
  system: Print;
  home: Print;
  atMs: number;
}

/** Rules in the kernel and programs that end leave no mark in any file: after this, everything is asked again. */
const believedMs = 30 * 60 * 1000;
const maxPeople = 50;

/**
 * What the people who are signed in may do, and what guards the device from the rest
 * (DEV7, DEV8, platforms.md section 11), from the system's own settings files. While
 * neither they nor the people change, a glance reads nothing and starts no process.
 */
export function createRightsProbe(parts: RightsParts): Probe<Rights> {
  let kept: Kept | undefined;
  let said: Rights | undefined;
  return async (signal, look) => {
    const reading = await parts.sessions(signal, look);
    const at = () => instant(parts.clock.now());
    if (reading.state === 'unknown') return unknown(reading.reason, at(), reading.detail);
    const { sessions } = reading.value;
    const people = sessions.map(({ id, person, where }) => `${id} ${person} ${where}`).join('\n');
    if (look !== 'glance' || kept === undefined || kept.people !== people || !(await isStill(kept, parts))) {
      const found = await ask(sessions, people, parts, signal);
      // What was cut short is no answer to be believed for half an hour.
      kept = signal.aborted ? undefined : found;
      said = toRights(found.findings, at());
    } else said = said === undefined ? toRights(kept.findings, at()) : restated(said, toRights(kept.findings, at()));
    return known(said, at());
  };
}

async function isStill({ atMs, system, home }: Kept, { clock, files, homeFiles }: RightsParts): Promise<boolean> {
  if (Math.abs(clock.now() - atMs) > believedMs) return false;
  return (await isAsBefore(system, files, () => clock.now())) && (await isAsBefore(home, homeFiles, () => clock.now()));
}

async function ask(
  sessions: readonly Session[],
  people: string,
  parts: RightsParts,
  signal: AbortSignal,
): Promise<Kept> {
  const system = traceFiles(parts.files, () => parts.clock.now());
  const home = traceFiles(parts.homeFiles, () => parts.clock.now());
  const rules = await readAdminRules(system.files);
  const found: Findings = {
    people: [],
    automaticSignIn: await readAutomaticSignIn(system.files),
    firewall: await readFirewall({ ...parts, files: system.files }, signal),
    antivirus: await readAntivirus(system.files, parts.clock),
  };
  for (const person of [...new Set(sessions.map((session) => session.person))].sort().slice(0, maxPeople)) {
    const own = sessions.filter((session) => session.person === person);
    const administrator: Answer<boolean> =
      rules === undefined ? { reason: 'permission-denied' } : await isAdministrator(person, rules, parts.exec, signal);
    const lock = await lockOf(person, own, rules, { system: system.files, home: home.files }, parts.files);
    const screenLock = await asGuarded(lock, person, rules, { ...parts, files: system.files }, signal);
    found.people.push({ person, administrator, screenLock });
  }
  return { findings: found, people, system: system.print, home: home.print, atMs: parts.clock.now() };
}

/** The lock of a person's desktop; unknown for whoever has none open. Where there are several, the weakest counts. */
async function lockOf(
  person: string,
  sessions: readonly Session[],
  rules: AdminRules | undefined,
  files: { system: Files; home: Files },
  untraced: Files,
): Promise<ScreenLockAnswer> {
  const account = accountOf(person, rules?.passwd ?? []);
  const desktops = sessions.filter(({ where }) => where === 'graphical');
  // The home of an account of the network is told by no file.
  if (account === undefined || desktops.length === 0) return { reason: 'not-supported' };
  const answers: ScreenLockAnswer[] = [];
  for (const { id } of desktops) {
    const desktop = desktopOf(ifFound(await files.system.text(`/run/systemd/sessions/${id}`)) ?? '');
    const programs = (uid: string) => runningPrograms(uid, untraced);
    answers.push(await readScreenLock(account, desktop, { ...files, programsOf: programs }));
  }
  const isOpen = (answer: ScreenLockAnswer) => 'value' in answer && !answer.value.on;
  return (
    answers.find(isOpen) ?? answers.find((answer) => 'reason' in answer) ?? answers[0] ?? { reason: 'not-supported' }
  );
}

/** A lock that opens without a password is none. */
async function asGuarded(
  lock: ScreenLockAnswer,
  person: string,
  rules: AdminRules | undefined,
  { exec, files, isAdministrator: mayAsk }: Pick<RightsParts, 'exec' | 'files' | 'isAdministrator'>,
  signal: AbortSignal,
): Promise<ScreenLockAnswer> {
  if (!('value' in lock) || !lock.value.on) return lock;
  const open: ScreenLockAnswer = { value: { on: false, afterSeconds: null } };
  const account = accountOf(person, rules?.passwd ?? []);
  if (account === undefined) return lock;
  if (groupsOf(account, rules?.groups ?? []).has('nopasswdlogin')) return open;
  if (!mayAsk) return lock;
  // So that it is asked again when somebody's password changes.
  await files.mark('/etc/shadow');
  const status = outputOf(await exec('passwd', ['-S', '--', account.name], { signal })) ?? '';
  return /^\S+ NP\b/.test(status) ? open : lock;
}

/** What a sign-in names its desktop, from logind's file of it (as libsystemd reads it); "": nothing. */
export function desktopOf(text: string): string {
  return /^DESKTOP=([A-Za-z0-9:._+-]{1,80})\r?$/m.exec(text)?.[1] ?? '';
}

function toRights({ people, automaticSignIn, firewall, antivirus }: Findings, at: Instant): Rights {
  return {
    people: people.map(({ person, administrator, screenLock }) => ({
      person,
      administrator: toReading(administrator, 'group-list', at),
      screenLock: toReading(screenLock, 'screen-locker', at),
    })),
    automaticSignIn: toReading(automaticSignIn, 'display-manager', at),
    firewall: toReading(firewall, 'firewall', at),
    antivirus: toReading(antivirus, 'antivirus', at),
  };
}

function toReading<Value>(answer: Answer<Value>, detail: UnknownDetail, at: Instant): Reading<Value> {
  return 'value' in answer ? known(answer.value, at) : unknown(answer.reason, at, detail);
}
