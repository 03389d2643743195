import { type Clock, type Instant, instant } from '../../../shared/instant.ts';
import { known, type Reading, unknown } from '../../../shared/reading.ts';
import type { Rights, ScreenLock } from '../../../shared/report/rights.ts';
import type { Exec } from '../exec.ts';
import { accountName } from '../people/account-name.ts';
import type { Probe } from '../platform.ts';
import { outputOf, toolTrouble } from '../tool-trouble.ts';
import {
  parseAutomaticSignIn,
  parseDisplaySleep,
  parseFirewall,
  parseMembership,
  parseScreenLock,
} from './rights-text.ts';
import { askSignIns, type SignIn } from './sessions.ts';

interface RightsParts {
  exec: Exec;
  clock: Clock;
  /** The account the agent runs as; 0 may ask for everybody. */
  ownUid: number | undefined;
}

const timeoutMs = 10_000;
const maxPeople = 50;
const loginWindow = '/Library/Preferences/com.apple.loginwindow';

/**
 * What the people with a session may do and what guards the device, on macOS. The forms
 * of the answers are from public scripts and documentation; no recording is at hand.
 * Which antivirus runs macOS does not tell.
 */
export function createRightsProbe(parts: RightsParts): Probe<Rights> {
  const { exec, clock } = parts;
  return async (signal) => {
    const options = { timeoutMs, signal };
    const signIns = await askSignIns(parts, signal);
    const at = instant(clock.now());
    if (!Array.isArray(signIns)) return unknown(signIns.reason, at, signIns.detail);
    const everybody = byPerson(signIns);
    if (everybody.length > maxPeople) return unknown('not-understood', at, 'scutil');
    const displaySleep = parseDisplaySleep(outputOf(await exec('pmset', ['-g', 'custom'], options)) ?? '');
    const people: Rights['people'] = [];
    for (const each of everybody) {
      people.push({
        person: each.person,
        administrator: await askMembership(each.account, parts, signal, at),
        screenLock: await askScreenLock(each.uid, displaySleep, parts, signal, at),
      });
    }
    const automaticSignIn = await askAutomaticSignIn(exec, signal, at);
    const firewall = await askFirewall(exec, signal, at);
    return known({ people, automaticSignIn, firewall, antivirus: unknown('not-supported', at, 'antivirus') }, at);
  };
}

interface Person {
  person: string;
  account: string;
  /** Of the graphical session; undefined: there is none. */
  uid: number | undefined;
}

/** Everybody once, in the order of their names. */
function byPerson(signIns: readonly SignIn[]): Person[] {
  const people = new Map<string, Person>();
  for (const { session, account } of signIns) {
    const digits = /^gui-(\d{1,10})$/.exec(session.id)?.[1];
    const uid = digits === undefined ? people.get(session.person)?.uid : Number(digits);
    people.set(session.person, { person: session.person, account, uid });
  }
  return [...people.values()].sort((one, other) => (one.person < other.person ? -1 : 1));
}

async function askMembership(
  account: string,
  { exec }: RightsParts,
  signal: AbortSignal,
  at: Instant,
): Promise<Reading<boolean>> {
  // A name that begins like an option would be taken for one.
  if (account.startsWith('-')) return unknown('not-understood', at, 'group-list');
  const args = ['-o', 'checkmember', '-m', account, 'admin'];
  const result = await exec('dseditgroup', args, { timeoutMs, signal });
  if (result.kind !== 'exited') return unknown(toolTrouble(result), at, 'group-list');
  const isMember = parseMembership(result);
  return isMember === undefined ? unknown('not-understood', at, 'group-list') : known(isMember, at);
}

/**
 * The lock is a person's own setting, and told to that person alone: the system's own
 * account asks in the person's name. `afterSeconds` is the longest it takes: until the
 * display sleeps, and then the delay. A screen saver may come before.
 */
async function askScreenLock(
  uid: number | undefined,
  displaySleep: number | null,
  { exec, ownUid }: RightsParts,
  signal: AbortSignal,
  at: Instant,
): Promise<Reading<ScreenLock>> {
  const question = ['-screenLock', 'status'];
  const options = { timeoutMs, signal };
  if (uid === undefined || (ownUid !== 0 && ownUid !== uid)) return unknown('permission-denied', at, 'screen-lock');
  const result =
    ownUid === uid
      ? await exec('sysadminctl', question, options)
      : await exec(
          'launchctl',
          ['asuser', `${uid}`, 'sudo', '-n', '-u', `#${uid}`, 'sysadminctl', ...question],
          options,
        );
  if (result.kind !== 'exited') return unknown(toolTrouble(result), at, 'screen-lock');
  const delay = result.code === 0 ? parseScreenLock(`${result.stdout}\n${result.stderr}`) : undefined;
  if (delay === undefined) return unknown('not-understood', at, 'screen-lock');
  if (delay === 'off') return known({ on: false, afterSeconds: null }, at);
  return known({ on: true, afterSeconds: displaySleep === null ? null : displaySleep + delay }, at);
}

/** The switch of the login window. With FileVault on, macOS passes over it. */
async function askAutomaticSignIn(exec: Exec, signal: AbortSignal, at: Instant): Promise<Rights['automaticSignIn']> {
  const result = await exec('defaults', ['export', loginWindow, '-'], { timeoutMs, signal });
  const output = outputOf(result);
  if (output === undefined) return unknown(toolTrouble(result), at, 'display-manager');
  const told = parseAutomaticSignIn(output);
  if (told === undefined) return unknown('not-understood', at, 'display-manager');
  return known({ on: told !== null, person: told === null ? null : (accountName(told.account) ?? null) }, at);
}

async function askFirewall(exec: Exec, signal: AbortSignal, at: Instant): Promise<Rights['firewall']> {
  const result = await exec('socketfilterfw', ['--getglobalstate'], { timeoutMs, signal });
  const output = outputOf(result);
  if (output === undefined) return unknown(toolTrouble(result), at, 'firewall');
  const on = parseFirewall(output);
  return on === undefined ? unknown('not-understood', at, 'firewall') : known({ on }, at);
}
