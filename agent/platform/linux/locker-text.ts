import type { ScreenLock } from '../../../shared/report/rights.ts';
import { isYes, parseIni } from './ini-text.ts';

const off: ScreenLock = { on: false, afterSeconds: null };

/**
 * `kscreenlockerrc` of KDE Plasma: minutes until it locks, seconds of grace, and whether
 * it asks for the password at all, which Plasma 6 lets people switch off.
 * What is marked `[$i]` in the system's file, a key, a group or the whole file, cannot be changed by the person.
 */
export function parseKscreenlocker(own: string, shared: string): ScreenLock {
  const mine = parseIni(own).get('Daemon');
  const system = parseIni(shared);
  const firm = system.get('Daemon][$i');
  const theirs = firm ?? system.get('Daemon');
  const isFirm = firm !== undefined || /^\s*\[\$i\]\s*$/m.test(shared);
  const value = (key: string) => {
    const said = theirs?.get(`${key}[$i]`) ?? (isFirm ? theirs?.get(key) : undefined);
    return said ?? mine?.get(key) ?? theirs?.get(key);
  };
  const number = (key: string, fallback: number) => {
    const text = value(key);
    return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : fallback;
  };
  // A time that is no number of minutes is none, and it never locks.
  const minutes = value('Timeout') === undefined ? 5 : number('Timeout', 0);
  const opensByItself = isYes(value('RequirePassword')) === false;
  if (isYes(value('Autolock')) === false || minutes === 0 || opensByItself) return off;
  return { on: true, afterSeconds: minutes * 60 + number('LockGrace', 5) };
}

/**
 * Settings of xfce4-screensaver, as xfconf keeps them: properties within properties,
 * times in minutes. The system's file holds where the person's does not say; what it
 * locks for the person may be either, and then the one that locks less counts.
 */
export function parseXfceScreensaver(xml: string, shared = ''): ScreenLock {
  const values = new Map([...xfconfValues(shared), ...xfconfValues(xml)]);
  // `unlocked` names those for whom alone it is not locked.
  if (/\blocked="[^"]|\bunlocked="/.test(shared))
    for (const [path, value] of xfconfValues(shared)) if (isYes(value) === false) values.set(path, value);
  const isOn = (path: string) => isYes(values.get(path)) ?? true;
  const minutes = (path: string, fallback: number) => {
    const text = values.get(path);
    return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : fallback;
  };
  const switches = [
    '/saver/enabled',
    '/saver/idle-activation/enabled',
    '/lock/enabled',
    '/lock/saver-activation/enabled',
  ];
  if (!switches.every(isOn)) return off;
  const idle = minutes('/saver/idle-activation/delay', 5);
  return { on: true, afterSeconds: (idle + minutes('/lock/saver-activation/delay', 0)) * 60 };
}

/** Values by path in a channel of xfconf. A text that is cut gives what stands before the cut. */
function xfconfValues(xml: string): Map<string, string> {
  const values = new Map<string, string>();
  const path: string[] = [];
  for (const [tag, inner] of xml.matchAll(/<(\/?property\b[^<>]{0,500})>/g)) {
    if (tag.startsWith('</')) path.pop();
    else {
      const name = /\bname="([^"]*)"/.exec(inner ?? '')?.[1] ?? '';
      const value = /\bvalue="([^"]*)"/.exec(inner ?? '')?.[1];
      if (value !== undefined) values.set(`/${[...path, name].join('/')}`, value);
      if (!tag.endsWith('/>')) path.push(name);
    }
  }
  return values;
}

/** `~/.xscreensaver`: `key: value` lines, the last of a key counts; times as h:mm:ss. Without a word about it, it blanks and does not lock. */
export function parseXscreensaver(text: string): ScreenLock {
  const value = (key: string) => [...text.matchAll(new RegExp(`^${key}:[ \\t]*(\\S+)`, 'gm'))].at(-1)?.[1];
  if (value('mode') === 'off' || isYes(value('lock')) !== true) return off;
  const idle = secondsOf(value('timeout')) ?? 600;
  if (idle === 0) return off;
  return { on: true, afterSeconds: idle + (secondsOf(value('lockTimeout')) ?? 0) };
}

/** "0:10:00" */
function secondsOf(text: string | undefined): number | undefined {
  const [, hours, minutes, seconds] = /^(\d{1,3}):(\d{1,2}):(\d{1,2})$/.exec(text ?? '') ?? [];
  return seconds === undefined ? undefined : Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}
