import type { Reading, UnknownReason } from '../../reading.ts';
import type { Rights } from '../../report/rights.ts';
import type { Facts } from '../facts.ts';
import { unknownSentence } from '../unknown-sentences.ts';
import { finding, listOf, type Rule, shortListOf } from './rule.ts';

/** What keeps others from using or changing the device (DEV7, DEV8): rights, locks and guards that are known to be down. */
export const guards: Rule = ({ facts }) => {
  const reading = facts.sections.rights;
  if (reading.state === 'unknown') return [];
  const { automaticSignIn, firewall, antivirus } = reading.value;
  return [
    ...administrators(reading.value, facts),
    ...(automaticSignIn.state === 'known' && automaticSignIn.value.on ? [signsInByItself(automaticSignIn.value)] : []),
    ...unlocked(reading.value),
    ...(firewall.state === 'known' && !firewall.value.on
      ? [finding('firewall-off', 'The firewall of this device is off.', 'Turn it on in the system’s settings.')]
      : []),
    ...(antivirus.state === 'known' ? virusFinding(antivirus.value) : []),
  ];
};

function administrators({ people }: Rights, { childFacing }: Facts) {
  if (!childFacing) return [];
  const found = people.filter(({ administrator }) => administrator.state === 'known' && administrator.value);
  if (found.length === 0) return [];
  const text = `${shortListOf(found.map(({ person }) => person))}, signed in on a device that children use, may install programs and change the system.`;
  return [
    finding(
      'administrator-on-child-device',
      text,
      'Let children use it under an account without administrator rights only.',
    ),
  ];
}

function signsInByItself({ person }: { person: string | null }) {
  const text = `Whoever switches this device on is signed in${person === null ? '' : ` as ${person}`} without a password.`;
  return finding('automatic-sign-in', text, 'Turn automatic sign-in off in the system’s settings.');
}

function unlocked({ people }: Rights) {
  const found = people.filter(({ screenLock }) => screenLock.state === 'known' && !screenLock.value.on);
  if (found.length === 0) return [];
  const text = `The screen of ${shortListOf(found.map(({ person }) => person))} does not lock when the device is left alone.`;
  return [finding('no-screen-lock', text, 'Turn the screen lock on in that account’s settings.')];
}

function virusFinding({ state, upToDate }: { state: 'on' | 'off' | 'none'; upToDate: boolean | null }) {
  const remedy = 'Turn it on and bring it up to date in the system’s settings.';
  if (state === 'off') return [finding('antivirus-off', 'The protection against viruses is off.', remedy)];
  if (state === 'none')
    return [finding('antivirus-off', 'The system knows of no protection against viruses on this device.', remedy)];
  if (upToDate === false) return [finding('antivirus-off', 'The protection against viruses is out of date.', remedy)];
  return [];
}

/** One thing that cannot be told. `what` ends "It cannot be told …". */
interface Untold {
  what: string;
  reason: UnknownReason;
}

/**
 * What of the guards cannot be told, in one finding: unknown is never safe, and six
 * findings of "cannot tell" would hide the rest of the page.
 *
 * Firewall and antivirus count only where the system has something to ask: no
 * demand of a setting names them, and a system that has none is not unsafe by
 * that alone. Rights, locks and the list of programs are demanded (DEV7, DEV8),
 * so a system of which Hometime cannot ask them is to be checked by hand.
 */
export const guardsUnknown: Rule = ({ facts }) => {
  const untold = [...untoldRights(facts), ...untoldPrograms(facts)];
  if (untold.length === 0) return [];
  const reasons = [...new Set(untold.map(({ reason }) => reason))];
  const sentences = reasons.map((reason) => {
    const what = untold.flatMap((one) => (one.reason === reason ? [one.what] : []));
    return `It cannot be told ${listOf(what, 'or')}: ${unknownSentence(reason).why}.`;
  });
  const remedies = new Set(reasons.map((reason) => unknownSentence(reason).remedy));
  return [finding('guards-unknown', sentences.join(' '), [...remedies].join(' '))];
};

function untoldRights({ sections: { rights }, childFacing }: Facts): Untold[] {
  const administratorIs = 'who may install programs';
  if (rights.state === 'unknown') {
    const what = [
      ...(childFacing ? [administratorIs] : []),
      'whether the screen locks',
      'whether it signs in by itself',
    ];
    return what.map((one) => ({ what: one, reason: rights.reason }));
  }
  const { people, automaticSignIn, firewall, antivirus } = rights.value;
  return [
    ...(childFacing
      ? once(
          administratorIs,
          people.map(({ administrator }) => administrator),
        )
      : []),
    ...once(
      'whether the screen locks',
      people.map(({ screenLock }) => screenLock),
    ),
    ...once('whether it signs in by itself', [automaticSignIn]),
    ...once('whether the firewall is on', [firewall]).filter(isOfTheSystem),
    ...once('whether it is protected against viruses', [antivirus]).filter(isOfTheSystem),
  ];
}

function untoldPrograms({ sections: { programs }, childFacing }: Facts): Untold[] {
  if (!childFacing) return [];
  const what = 'whether programs were installed';
  if (programs.state === 'unknown') return [{ what, reason: programs.reason }];
  return [...new Set(programs.value.unread.map(({ reason }) => reason))].map((reason) => ({ what, reason }));
}

/** Each reason once, however many people it is true of. */
function once(what: string, readings: readonly Reading<unknown>[]): Untold[] {
  const reasons = readings.flatMap((reading) => (reading.state === 'unknown' ? [reading.reason] : []));
  return [...new Set(reasons)].map((reason) => ({ what, reason }));
}

function isOfTheSystem({ reason }: Untold): boolean {
  return reason !== 'not-supported';
}
