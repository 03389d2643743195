import { statSync } from 'node:fs';
import type { Exec } from '../exec.ts';
import type { Files } from './files.ts';
import { ifFound } from './files.ts';

const timeoutMs = 4_000;

/** Locks of the tools that install programs, of Debian, Fedora and openSUSE. */
const packageLocks = [
  '/var/lib/dpkg/lock-frontend',
  '/var/lib/dpkg/lock',
  '/var/lib/rpm/.rpm.lock',
  '/usr/lib/sysimage/rpm/.rpm.lock',
] as const;

type InodeOf = (path: string) => number | undefined;

const manager = ['org.freedesktop.login1', '/org/freedesktop/login1', 'org.freedesktop.login1.Manager'] as const;

/**
 * Whether the device had better not be disturbed: it installs programs, shuts down, is about to, or something
 * forbids it to shut down for now. What cannot be asked counts as no: an order must not wait for ever.
 */
export function createIsBusy(parts: { exec: Exec; files: Pick<Files, 'text'>; inodeOf?: InodeOf }) {
  const { inodeOf = (path) => statSync(path, { throwIfNoEntry: false })?.ino } = parts;
  return async (): Promise<boolean> => {
    const held = locksHeld(ifFound(await parts.files.text('/proc/locks')) ?? '');
    if (packageLocks.some((path) => held.has(inodeOf(path) ?? -1))) return true;
    const asked = await Promise.all(
      [
        ['get-property', ...manager, 'PreparingForShutdown'],
        ['get-property', ...manager, 'ScheduledShutdown'],
        ['call', ...manager, 'ListInhibitors'],
      ].map((words) => parts.exec('busctl', ['--json=short', ...words], { timeoutMs })),
    );
    const [ending, scheduled, inhibitors] = asked.map((each) => (each.kind === 'exited' ? each.stdout : ''));
    return isEnding(ending ?? '') || isScheduled(scheduled ?? '') || isForbidden(inhibitors ?? '');
  };
}

/** Inode numbers of files that some process holds for writing: lines of /proc/locks. */
export function locksHeld(text: string): Set<number> {
  const numbers = text.split('\n').flatMap((line) => /\bWRITE \d+ [0-9a-f]+:[0-9a-f]+:(\d+) /.exec(line)?.[1] ?? []);
  return new Set(numbers.map(Number));
}

export function isEnding(answer: string): boolean {
  return /"data":true/.test(answer);
}

/** `{"type":"(st)","data":["poweroff",1732205000000000]}`: no kind of shutdown, no date. */
export function isScheduled(answer: string): boolean {
  return /"data":\["[a-z-]+",[1-9]\d*\]/.test(answer);
}

/** One that forbids, not one that only wants to hear of it first; each is what, who, why, mode, uid, pid. */
export function isForbidden(answer: string): boolean {
  return /\["([a-z:-]*:)?shutdown(:[a-z:-]*)?","(?:[^"\\]|\\.)*","(?:[^"\\]|\\.)*","block"/.test(answer);
}
