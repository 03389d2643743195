import type { Instant } from '../../shared/instant.ts';
import type { Health } from '../../shared/report/health.ts';
import type { SectionName } from '../../shared/report/report.ts';
import type { AtHometime, Closing } from './given.ts';

const hourMs = 60 * 60 * 1000;

/**
 * Whether a fact was looked at since the closing time. A device tells changes only: a fact that is as it was has the time
 * at which it became so. That it was looked at again is proved by its agent's word that everything was, or by an
 * order to look that it carried out; without such proof what is older than closing says nothing about now.
 */
export function isLookedAtSince(section: SectionName, given: AtHometime, { passedAt }: Closing): boolean {
  const { sections, presence } = given.device;
  // Until then nothing counts: what is shown is how it stands, and that is now only of a device that speaks now.
  if (passedAt === null) return presence.state === 'online';
  const reading = sections[section];
  if (reading.at >= passedAt) return true;
  const { lookedOnOrder } = given;
  if (lookedOnOrder !== undefined && lookedOnOrder.orderedAt >= passedAt && !lookedOnOrder.unknown.includes(section))
    return true;
  const health = toldSince(given, passedAt);
  const lookedAt = health?.lookedAtClosing;
  // What it told since is newer than the look; what it did not tell is as it was then.
  if (lookedAt !== undefined && lookedAt >= passedAt) return true;
  // It names the hour in which everything had been asked since the hour before.
  const cycleMs = health === undefined ? null : fullCycleMs(health);
  return cycleMs !== null && cycleMs - hourMs >= Date.parse(passedAt);
}

/** What the agent said of itself since closing. Before it, it cannot have known anything of it, whatever its clock showed. */
function toldSince({ device: { sections } }: AtHometime, passedAt: Instant): Health | undefined {
  const { agent } = sections;
  return agent.state === 'known' && agent.at >= passedAt ? agent.value : undefined;
}

/**
 * The hour by the server's clock, milliseconds: the device's own may be hours ahead. null: there is none, or the clocks were not
 * compared. DANGER: only ever earlier, for a clock that was set right since the comparison must prove nothing.
 */
function fullCycleMs({ lastFullCycleAt, clockSkewSeconds }: Health): number | null {
  if (lastFullCycleAt === null || clockSkewSeconds === null) return null;
  return Date.parse(lastFullCycleAt) - Math.max(0, clockSkewSeconds) * 1000;
}

/** Whether the device itself looked after it had tidied up at this closing time, and found it so. */
export function isTidiedAtClosing(
  what: 'appsSignedOut' | 'peopleLoggedOut',
  given: AtHometime,
  { passedAt }: Closing,
): boolean {
  const closing = passedAt === null ? undefined : toldSince(given, passedAt)?.closing;
  if (closing === undefined || passedAt === null || closing.finishedAt === null) return false;
  return closing.at === passedAt && closing.finishedAt >= passedAt && closing[what] === true;
}

/** When it was looked at last, for the words of a fact that is too old. */
export function lastLook(section: SectionName, { device }: AtHometime, { clockWords }: Closing): string {
  const { presence, sections } = device;
  const reading = sections[section];
  if (reading.state === 'unknown' && reading.reason === 'not-asked-yet') return 'it was never looked at';
  return presence.lastSeenAt === null
    ? 'it was never heard from'
    : `it was not looked at since closing; last heard ${clockWords(presence.lastSeenAt)}`;
}

/** What the device says of its own closing, where that left something undone; undefined: nothing, or it was about another time. */
export function ownClosingWords({ device }: AtHometime, { passedAt }: Closing): string | undefined {
  const { agent } = device.sections;
  const closing = agent.state === 'known' ? agent.value.closing : undefined;
  if (closing === undefined || closing.at !== passedAt) return undefined;
  if (closing.state === 'failed') return 'it tried to tidy up by itself and could not';
  if (closing.state !== 'postponed') return undefined;
  return `tidying up was put off there ${closing.postponed === 1 ? 'once' : `${closing.postponed} times`}`;
}
