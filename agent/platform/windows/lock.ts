import type { OutcomeReason } from '../../../shared/command/life.ts';
import { type Clock, instant } from '../../../shared/instant.ts';
import type { Log } from '../../../shared/log.ts';
import { known, unknown } from '../../../shared/reading.ts';
import type { ActionResult, Locking, LockNotice } from '../actions.ts';
import type { LockWords } from '../platform.ts';
import { isNamed, type LockAnswer, lockRefusal, lockStateOf, parseLockAnswer, peopleToRefuse } from './lock-answer.ts';
import { lockScript, lockStateScript, releaseScript } from './lock-script.ts';
import type { PowerShell, PowerShellAnswer } from './powershell.ts';
import { isDenied, powerShellTrouble } from './powershell-trouble.ts';

interface LockParts {
  powershell: PowerShell;
  clock: Clock;
  log: Log;
  words: LockWords;
}

/** The lock, and what keeps this device from being locked at all. */
export interface WindowsLocking extends Locking {
  /** Asked before anything is begun; undefined: nothing does. */
  refusal(): Promise<OutcomeReason | undefined>;
}

/**
 * The lock of a Windows device (platforms.md 5.2, first way): a local group holds every account of the device but the
 * break-glass administrator, and signing in is denied to the group. Windows keeps that on its disk: it holds after a
 * restart, with no agent running, also for a PIN or a Microsoft account. From documentation; never tried on Windows by us.
 *
 * INVARIANTS
 * - Refused where the break-glass account is no administrator who could sign in now, and where a domain or an
 *   organisation lets people in whom the device has never seen: they are in no list that could be denied.
 * - `locked` is only said of what was read back: the rights, the group, and every account there is now.
 * - What cannot be put in whole is taken out again, unless the device was locked before.
 */
export function createWindowsLocking({ powershell, clock, log, words }: LockParts): WindowsLocking {
  const { breakGlass } = words;

  async function order(script: string, what: string): Promise<ActionResult> {
    const answer = await powershell.ask(script);
    if (answer.kind === 'answer' && answer.text.trim() === 'done') return { done: true };
    log.error(what, { reason: answer.kind });
    return { done: false, reason: reasonOf(answer) };
  }

  async function lockAs(notice: LockNotice, before: LockAnswer): Promise<ActionResult> {
    const people = peopleToRefuse(before, breakGlass);
    const put = await order(
      lockScript(people, noticeText(notice, breakGlass), instant(clock.now())),
      'lock-not-put-in',
    );
    if (!put.done && !lockStateOf(before, breakGlass).locked) await order(releaseScript, 'lock-not-taken-out');
    return put;
  }

  return {
    spares: (person) => isNamed(person, breakGlass),
    async refusal() {
      const found = await askState(powershell);
      return typeof found === 'string' ? found : lockRefusal(found, breakGlass);
    },
    async lock(notice) {
      const before = await askState(powershell);
      if (typeof before === 'string') return { done: false, reason: before };
      const reason = lockRefusal(before, breakGlass);
      return reason === undefined ? lockAs(notice, before) : { done: false, reason };
    },
    release: () => order(releaseScript, 'lock-not-taken-out'),
    async look(signal) {
      const answer = await powershell.ask(lockStateScript, signal);
      const at = instant(clock.now());
      if (answer.kind !== 'answer') return unknown(powerShellTrouble(answer), at, 'powershell');
      if (!answer.elevated) return unknown('permission-denied', at, 'powershell');
      const found = parseLockAnswer(answer.text);
      return found === undefined
        ? unknown('not-understood', at, 'powershell')
        : known(lockStateOf(found, breakGlass), at);
    },
  };
}

async function askState(powershell: PowerShell): Promise<LockAnswer | OutcomeReason> {
  const answer = await powershell.ask(lockStateScript);
  if (answer.kind !== 'answer') return reasonOf(answer);
  if (!answer.elevated) return 'needs-administrator-rights';
  return parseLockAnswer(answer.text) ?? 'cannot-look';
}

function reasonOf(answer: PowerShellAnswer): OutcomeReason {
  if (answer.kind === 'missing' || answer.kind === 'constrained') return 'not-supported';
  if (answer.kind === 'timed-out') return 'no-answer';
  return isDenied(answer) ? 'needs-administrator-rights' : 'action-failed';
}

/** What people read before they sign in. The code is typed by the break-glass administrator: the sign-in screen takes none. */
export function noticeText({ text, challenge }: LockNotice, breakGlass: string): string {
  if (challenge === null) return text;
  return [
    text,
    `To unlock it without a network, read this to the manager: ${challenge}`,
    `Then sign in as "${breakGlass}" and give the answer to: hometime-agent release-code`,
  ].join('\r\n');
}
