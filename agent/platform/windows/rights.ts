import { type Clock, type Instant, instant } from '../../../shared/instant.ts';
import { known, type Reading, type UnknownDetail, type UnknownReason, unknown } from '../../../shared/reading.ts';
import type { Rights, ScreenLock } from '../../../shared/report/rights.ts';
import type { Probe } from '../platform.ts';
import { isAdministrator } from './administrators.ts';
import { antivirusOf, firewallOf } from './guards.ts';
import type { PowerShell } from './powershell.ts';
import { powerShellTrouble } from './powershell-trouble.ts';
import { parseRightsAnswer, type RightsAnswer } from './rights-answer.ts';
import { rightsScript } from './rights-script.ts';
import { screenLockOf } from './screen-lock.ts';
import { personOf, readOwners, type SessionOwner } from './wts.ts';

interface RightsParts {
  powershell: PowerShell;
  clock: Clock;
}

const maxPeople = 50;

/**
 * What the people with a session may do and what guards the device, on Windows:
 * sessions and their tokens, the registry, the firewall's profiles in force and the
 * security centre. From documentation; no recording of it is at hand.
 */
export function createRightsProbe({ powershell, clock }: RightsParts): Probe<Rights> {
  return async (signal) => {
    const said = await powershell.ask(rightsScript, signal);
    const at = instant(clock.now());
    if (said.kind !== 'answer') return unknown(powerShellTrouble(said), at, 'powershell');
    const answer = parseRightsAnswer(said.text);
    if (answer === undefined) return unknown('not-understood', at, 'powershell');
    const owners = readOwners(answer.owners);
    if (owners === 'not-understood') return unknown('not-understood', at, 'windows-sessions');
    const lacking = said.elevated ? 'tool-failed' : 'permission-denied';
    if (owners === 'not-told') return unknown(lacking, at, 'windows-sessions');
    const people = byPerson(owners);
    // Whoever a list that was cut leaves out would pass for one without rights.
    if (people.length > maxPeople) return unknown('not-understood', at, 'windows-sessions');
    return known(
      {
        people: people.map((owner) => personRights(owner, answer, lacking, at)),
        automaticSignIn: signInOf(answer, lacking, at),
        firewall: told(firewallOf(answer), lacking, at, 'firewall'),
        antivirus: told(antivirusOf(answer), lacking, at, 'antivirus'),
      },
      at,
    );
  };
}

function told<Value>(
  value: Value | undefined,
  lacking: UnknownReason,
  at: Instant,
  detail: UnknownDetail,
): Reading<Value> {
  return value === undefined ? unknown(lacking, at, detail) : known(value, at);
}

/** Everybody once, in the order of their names; of several sessions, one whose token says most. */
function byPerson(owners: readonly SessionOwner[]): SessionOwner[] {
  const people = new Map<string, SessionOwner>();
  for (const owner of owners) {
    const before = people.get(owner.person);
    if (before === undefined || owner.admin === true || before.admin === null) people.set(owner.person, owner);
  }
  return [...people.values()].sort((one, other) => (one.person < other.person ? -1 : 1));
}

function personRights(
  owner: SessionOwner,
  answer: RightsAnswer,
  lacking: UnknownReason,
  at: Instant,
): Rights['people'][number] {
  const verdict = isAdministrator(owner, answer.administrators ?? null);
  return {
    person: owner.person,
    administrator: typeof verdict === 'boolean' ? known(verdict, at) : unknown(verdict.unknown, at, 'group-list'),
    screenLock: screenReading(screenLockOf(answer, owner.sid), lacking, at),
  };
}

function screenReading(
  lock: ReturnType<typeof screenLockOf>,
  lacking: UnknownReason,
  at: Instant,
): Reading<ScreenLock> {
  return lock === 'cannot-tell' ? unknown('not-supported', at, 'screen-lock') : told(lock, lacking, at, 'screen-lock');
}

/**
 * Winlogon's own switch. A device that signs in the last person by itself after an
 * update's restart, or one whose only account has no password, is not seen by it.
 */
function signInOf({ signIn }: RightsAnswer, lacking: UnknownReason, at: Instant): Rights['automaticSignIn'] {
  if (!signIn) return unknown(lacking, at, 'registry');
  const isOff = signIn.on === null || ['', '0'].includes(signIn.on.trim());
  if (isOff) return known({ on: false, person: null }, at);
  if (signIn.on?.trim() !== '1') return unknown('not-understood', at, 'registry');
  const person = signIn.user ? personOf(signIn.user, signIn.domain ?? '', signIn.host ?? '') : undefined;
  return known({ on: true, person: person ?? null }, at);
}
