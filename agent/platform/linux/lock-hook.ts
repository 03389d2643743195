import type { LockNotice } from '../actions.ts';

/** Everything the lock puts on the disk. All of it is root's, and all but the record may be read by everybody. */
export const lockPlaces = {
  folder: '/var/lib/hometime-lock',
  /** There: the device is locked. Its first line says since when, the rest is shown to who is refused. */
  flag: '/var/lib/hometime-lock/locked',
  /** Which files were changed: written before any of them is. */
  record: '/var/lib/hometime-lock/changed.json',
  /** One byte for each person who was refused. */
  refused: '/var/lib/hometime-lock/refused',
  hookFolder: '/usr/local/sbin',
  check: '/usr/local/sbin/hometime-lock-check',
  code: '/usr/local/sbin/hometime-lock-code',
  issueFolder: '/etc/issue.d',
  issue: '/etc/issue.d/hometime-lock.issue',
} as const;

/** The name under which an offline code is typed at a login prompt. No such account exists or is made: nobody ever gets in by it. */
export const codeAccount = 'release';

/**
 * Lines for the top of the common account stack. The first leaves root and the system's own accounts out even
 * where the hook itself cannot be run. DANGER: they must come first: modules that end the stack, as one for an
 * outdated password does, would let people past them.
 */
export const accountLines: readonly string[] = [
  'account [success=1 default=ignore] pam_succeed_if.so quiet uid < 1000',
  `account requisite pam_exec.so quiet stdout ${lockPlaces.check}`,
];

/** Lines for the top of the common authentication stack: who calls himself `release` is asked for a code, and nobody else. */
export const authLines: readonly string[] = [
  `auth [success=1 default=ignore] pam_succeed_if.so quiet user != ${codeAccount}`,
  `auth [default=ignore] pam_exec.so quiet stdout expose_authtok ${lockPlaces.code}`,
];

/** Accounts that are nobody's, though their numbers lie among people's: GDM's greeters and `nobody`. */
const nobodys = [
  [60_578, 60_705],
  [65_534, 65_535],
] as const;

/** Set by the agent's own looks at the hook: they are nobody's attempt. */
export const lookMark = 'OWN_LOOK';

/** No more are counted: a file that anybody can make grow must not. */
const mostRefused = 1000;

/** What begins in a person's name without the person: their timers, their own system's services. */
const nobodysTries = ['cron', 'crond', 'atd', 'systemd-user', 'anacron'];

/**
 * Asked by PAM whether an account may be used. It needs no agent and nothing beside `id`. People of a network's
 * directory have large numbers: they are people all the same. Whoever cannot be told is refused.
 */
export function checkScript(breakGlass: string): string {
  const tests = nobodys.map(([from, to]) => `{ [ "$uid" -ge ${from} ] && [ "$uid" -le ${to} ]; }`);
  return `#!/bin/sh
# Refuses people while this device is locked by Hometime. Taken away when it is released.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
[ -e ${lockPlaces.flag} ] || exit 0
case "$PAM_USER" in root | ${quoted(breakGlass)}) exit 0 ;; esac
uid=$(id -u -- "$PAM_USER" 2>/dev/null) || uid=
case "$uid" in
  '' | *[!0-9]*) ;;
  *) if [ "$uid" -lt 1000 ] || ${tests.join(' || ')}; then exit 0; fi ;;
esac
sed 1d ${lockPlaces.flag}
[ -z "$${lookMark}" ] && [ -n "$PAM_TTY$PAM_RHOST" ] || exit 1
case "$PAM_SERVICE" in ${nobodysTries.join(' | ')}) exit 1 ;; esac
if [ "$(wc -c 2>/dev/null <${lockPlaces.refused} || echo 0)" -lt ${mostRefused} ]; then
  printf . 2>/dev/null >>${lockPlaces.refused}
fi
exit 1
`;
}

/**
 * Takes what was typed as the password of `release`, on its standard input. Only at the device itself: nobody
 * may use up its tries over the network.
 */
export function codeScript(command: readonly string[], breakGlass: string): string {
  return `#!/bin/sh
# Takes the offline code that releases this device. Taken away when it is released.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
[ "$PAM_USER" = ${codeAccount} ] && [ -z "$PAM_RHOST" ] || exit 0
HOMETIME_BREAK_GLASS=${quoted(breakGlass)} HOMETIME_LOG_LEVEL=error
export HOMETIME_BREAK_GLASS HOMETIME_LOG_LEVEL
exec ${command.map(quoted).join(' ')} 2>/dev/null
`;
}

/** One word of a shell, whatever is in it. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The flag's text: since when, then what people read. */
export function flagText(since: string, notice: LockNotice): string {
  return `${since}\n${noticeText(notice)}\n`;
}

/** What people read when they are refused. Only printable letters reach a terminal. */
export function noticeText({ text, challenge }: LockNotice): string {
  const lines = ['This device is locked.', printable(text)];
  if (challenge !== null) {
    lines.push(
      `To unlock it without a network, read this to the manager: ${printable(challenge)}`,
      `Then sign in at this device as "${codeAccount}", with the answer as the password.`,
    );
  }
  return lines.join('\n');
}

/** The same before anybody tries, on consoles. A backslash would be an order to the program that shows it. */
export function issueText(notice: LockNotice): string {
  return `\n${noticeText(notice).replaceAll('\\', '/')}\n\n`;
}

/** No control characters, those of the upper half included: they move cursors and change titles. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' ').trim();
}
