import type { Rights } from '../../report/rights.ts';
import type { Facts } from '../facts.ts';
import { finding, type Rule, shortListOf } from './rule.ts';

/** A screen that locks later than this stands open to whoever passes by for most of a session with the children. */
const latestLockSeconds = 30 * 60;

/** What keeps others from using or changing the device (DEV7, DEV8): rights, locks and guards that are known to be down. */
export const guards: Rule = ({ facts }) => {
  const reading = facts.sections.rights;
  if (reading.state === 'unknown') return [];
  const { automaticSignIn, firewall, antivirus } = reading.value;
  return [
    ...administrators(reading.value, facts),
    ...(automaticSignIn.state === 'known' && automaticSignIn.value.on ? [signsInByItself(automaticSignIn.value)] : []),
    ...unlocked(reading.value),
    ...(firewall.state === 'known' && !firewall.value.on ? [firewallOff] : []),
    ...(antivirus.state === 'known' ? virusFinding(antivirus.value) : []),
  ];
};

/** Many systems come so, and no rule of a setting names firewalls: it is shown, to be looked at. */
const firewallOff = finding(
  'firewall-off',
  'The firewall of this device is off; some systems come so.',
  'Turn it on in the system’s settings, above all if the device is used on other networks than the setting’s own.',
);

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
  const locks = people.flatMap(({ person, screenLock }) =>
    screenLock.state === 'known' ? [{ person, ...screenLock.value }] : [],
  );
  const never = locks.filter(({ on }) => !on);
  const late = locks.filter(({ on, afterSeconds }) => on && afterSeconds !== null && afterSeconds > latestLockSeconds);
  const texts = [
    ...(never.length === 0 ? [] : [`${screensOf(never)} does not lock when the device is left alone.`]),
    ...(late.length === 0 ? [] : [`${screensOf(late)} locks only after more than ${latestLockSeconds / 60} minutes.`]),
  ];
  if (texts.length === 0) return [];
  const remedy = `Let the screen lock within ${latestLockSeconds / 60} minutes, in that account’s settings.`;
  return [finding('no-screen-lock', texts.join(' '), remedy)];
}

function screensOf(found: readonly { person: string }[]): string {
  return `The screen of ${shortListOf(found.map(({ person }) => person))}`;
}

function virusFinding({ state, upToDate }: { state: 'on' | 'off' | 'none'; upToDate: boolean | null }) {
  const remedy = 'Turn it on and bring it up to date in the system’s settings.';
  if (state === 'off') return [finding('antivirus-off', 'The protection against viruses is off.', remedy)];
  if (state === 'none')
    return [finding('antivirus-off', 'The system knows of no protection against viruses on this device.', remedy)];
  if (upToDate === false) return [finding('antivirus-off', 'The protection against viruses is out of date.', remedy)];
  return [];
}
