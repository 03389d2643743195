import { z } from 'zod';
import { parsePlist } from './plist.ts';

/**
 * `dseditgroup -o checkmember -m NAME admin`: "yes sam is a member of admin" with 0,
 * "no sam is NOT a member of admin" with 67, groups in groups looked through [P, seen
 * in public scripts]. Word and code must agree. undefined: they do not.
 */
export function parseMembership({ code, stdout }: { code: number; stdout: string }): boolean | undefined {
  const word = /^\uFEFF?\s*(yes|no) \S.* is (NOT )?a member of admin\s*$/.exec(stdout);
  if (word === null) return undefined;
  if (word[1] === 'yes' && word[2] === undefined && code === 0) return true;
  return word[1] === 'no' && word[2] !== undefined && code === 67 ? false : undefined;
}

/**
 * `sysadminctl -screenLock status`, which writes on its standard error behind a time
 * stamp: seconds from when the screen goes dark until the password is asked for, or
 * `off` [P, seen in public scripts; a delay of -1 is off too]. undefined: not exactly one answer.
 */
export function parseScreenLock(text: string): number | 'off' | undefined {
  const answers = [
    ...text.matchAll(/(?:^|[\s\]])screenLock (is off|delay is (immediate|-?\d{1,9}(?:\.\d+)? seconds?))\.?[ \t\r]*$/gm),
  ];
  const [whole, delay] = answers[0]?.slice(1) ?? [];
  if (answers.length !== 1 || whole === undefined) return undefined;
  if (whole === 'is off') return 'off';
  if (delay === 'immediate') return 0;
  const seconds = Number.parseFloat(delay ?? '');
  return seconds < 0 ? 'off' : Math.round(seconds);
}

/**
 * `pmset -g custom`: seconds until the display sleeps, the longest of mains and battery
 * [P the form]. null: it never does on one of them, or no figure is in the text.
 */
export function parseDisplaySleep(text: string): number | null {
  const minutes = [...text.matchAll(/^[ \t]*displaysleep[ \t]+(\d{1,5})\b/gm)].map((match) => Number(match[1]));
  return minutes.length === 0 || minutes.includes(0) ? null : Math.max(...minutes) * 60;
}

/** `socketfilterfw --getglobalstate`: "Firewall is enabled. (State = 1)"; 2 lets nothing in, 0 is off [P]. undefined: not understood. */
export function parseFirewall(text: string): boolean | undefined {
  const states = [...text.matchAll(/\(State = (\d)\)[ \t\r]*$/gm)].map((match) => match[1]);
  if (states.length !== 1) return undefined;
  return states[0] === '0' ? false : states[0] === '1' || states[0] === '2' ? true : undefined;
}

const loginWindowSchema = z.record(z.string(), z.unknown());

/**
 * The login window's settings, as `defaults export` writes them: who is signed in when
 * the Mac starts, null for nobody. undefined: not understood; also without any
 * setting, for an export of what cannot be read is empty.
 */
export function parseAutomaticSignIn(text: string): { account: string } | null | undefined {
  const settings = loginWindowSchema.safeParse(parsePlist(text)).data;
  if (settings === undefined || Object.keys(settings).length === 0) return undefined;
  const account = settings.autoLoginUser;
  if (account === undefined) return null;
  return typeof account === 'string' && account !== '' ? { account } : undefined;
}
