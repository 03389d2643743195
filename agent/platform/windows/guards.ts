import type { Rights } from '../../../shared/report/rights.ts';
import type { Products, RightsAnswer } from './rights-answer.ts';

type Firewall = { on: boolean };
type Antivirus = Extract<Rights['antivirus'], { state: 'known' }>['value'];

/** "Running", as the service manager numbers it. */
const running = 4;
/** What the management service answers where a list does not exist: the editions for servers have no security centre. */
const noSuchList = 3;
/** Seven days: makers publish several times a day. */
const oldSignatureDays = 7;

/**
 * Windows' own firewall is on when every profile is and its service runs; beside
 * it, one of another maker that the security centre calls on. undefined: cannot be told.
 */
export function firewallOf(answer: RightsAnswer): Firewall | undefined {
  const own = ownFirewall(answer);
  const others = statesOf(answer.firewalls, answer);
  if (own === true || others?.some(isOn)) return { on: true };
  return own === false && (others !== undefined || answer.firewalls?.code === noSuchList) ? { on: false } : undefined;
}

function ownFirewall({ profiles, firewallService }: RightsAnswer): boolean | undefined {
  if (profiles?.some((enabled) => enabled === 0)) return false;
  if (typeof firewallService === 'number' && firewallService !== running) return false;
  // Domain, private and public: a list that was cut proves nothing.
  const isWhole = profiles?.length === 3 && profiles.every((enabled) => enabled === 1);
  return isWhole && firewallService === running ? true : undefined;
}

/**
 * What the security centre lists, and what Windows' own antivirus says of itself.
 * Where the two contradict each other about Windows' own, its own word "off" holds.
 * One that only looks on counts as off: it keeps nothing away [P]. `none` needs an
 * empty list of the centre. undefined: cannot be told.
 *
 * The bits of a state, from public descriptions [P]: 0xF000 is 0x1000 when on, 0x0F00
 * is 0x0100 for Windows' own, 0x00F0 is 0 when its signatures are up to date.
 */
export function antivirusOf(answer: RightsAnswer): Antivirus | undefined {
  const { defender } = answer;
  const states = statesOf(answer.antivirus, answer);
  const ownIsOff = defender?.on === 0 || defender?.live === 0 || defender?.passive === 1;
  const on = (states ?? []).filter((state) => isOn(state) && !(ownIsOff && isWindowsOwn(state)));
  if (on.length > 0) return { state: 'on', upToDate: on.some((state) => (state & 0xf0) === 0) };
  if (states !== undefined && states.length > 0) return { state: 'off', upToDate: null };
  if (defender?.on === 1 && defender.live === 1 && !ownIsOff) return { state: 'on', upToDate: isFresh(defender.age) };
  if (states !== undefined && !defender) return { state: 'none', upToDate: null };
  return ownIsOff && states !== undefined ? { state: 'off', upToDate: null } : undefined;
}

function isFresh(age: number | null | undefined): boolean | null {
  return typeof age === 'number' ? age <= oldSignatureDays : null;
}

/** A list is one of now only while the security centre runs: what it wrote down before stays readable. */
function statesOf(products: Products, { centreService }: RightsAnswer): readonly number[] | undefined {
  return centreService === running ? (products?.states ?? undefined) : undefined;
}

function isOn(state: number): boolean {
  return (state & 0xf000) === 0x1000;
}

function isWindowsOwn(state: number): boolean {
  return (state & 0xf00) === 0x100;
}
