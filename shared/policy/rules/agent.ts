import type { Health } from '../../report/health.ts';
import { type SectionName, sectionNames } from '../../report/report.ts';
import type { Facts } from '../facts.ts';
import { cannotTell, finding, hourMs, type Rule, shortListOf } from './rule.ts';

/** A clock further off than this puts the order of what happened in doubt. */
const wrongFromSeconds = 120;
/** One failed look is a busy moment; this many in a day are not. */
const failingFrom = 3;
/** A laptop is switched on a few times a day; an agent that starts so often falls over again and again. */
const startsFrom = 20;
/** Within this time of a start every section was asked, and the clock compared. */
const startMs = hourMs;
/** A device that slept comes round to everything within half an hour; one that is this far behind does not. */
const wholeCycleMs = 24 * hourMs;

const sectionWords: { readonly [Name in SectionName]: string } = {
  encryption: 'disk encryption',
  sessions: 'who is signed in',
  apps: 'sign-ins to apps',
  photos: 'photos',
  filtering: 'web filtering',
  location: 'the network',
  media: 'removable media',
  programs: 'installed programs',
  rights: 'rights and guards',
  system: 'the system',
  agent: 'itself',
};

/** Sections that came after the first six: an agent that answers none of them does not know of them. */
const laterSections = ['apps', 'media', 'programs', 'rights', 'agent'] as const satisfies readonly SectionName[];

/**
 * Whether the device has spoken and its agent is of a version that knows none of
 * the later sections. A present one tells its own health within its first report.
 */
export function isOldAgent(facts: Pick<Facts, 'sections'>): boolean {
  return laterSections.every((name) => isUnasked(facts, name)) && !sectionNames.every((name) => isUnasked(facts, name));
}

function isUnasked({ sections }: Pick<Facts, 'sections'>, name: SectionName): boolean {
  const reading = sections[name];
  return reading.state === 'unknown' && reading.reason === 'not-asked-yet';
}

/** The agent itself: one that is old, fails or has a wrong clock makes every other answer worth less. */
export const agent: Rule = ({ facts, now }) => {
  if (isOldAgent(facts)) {
    const what = shortListOf(laterSections.slice(0, -1).map((name) => sectionWords[name]));
    const text = `The agent on this device is of an older version, which does not tell of ${what}.`;
    return [finding('agent-outdated', text, 'Update the agent on the device; until then check these by hand.')];
  }
  const reading = facts.sections.agent;
  if (reading.state === 'unknown') {
    // Nothing at all was heard yet: the facts themselves say so.
    if (sectionNames.every((name) => isUnasked(facts, name))) return [];
    return [cannotTell('agent-failing', 'how the agent itself stands', reading, facts)];
  }
  const { clockSkewSeconds } = reading.value;
  const isOff = clockSkewSeconds !== null && Math.abs(clockSkewSeconds) > wrongFromSeconds;
  return [...(isOff ? [wrongClock(clockSkewSeconds)] : []), ...failing(reading.value, Date.parse(now))];
};

/** What is wrong with the agent, in one finding. */
function failing(health: Health, now: number) {
  const { failures, starts, startedAt, clockSkewSeconds, lastFullCycleAt } = health;
  const failed = failures.filter(({ count }) => count >= failingFrom).map(({ section }) => sectionWords[section]);
  const hasHadTime = now - Date.parse(startedAt) > startMs;
  const isBehind = lastFullCycleAt === null ? hasHadTime : now - Date.parse(lastFullCycleAt) > wholeCycleMs;
  const texts = [
    ...(failed.length === 0
      ? []
      : [`The agent on this device failed several times within a day to find out about ${shortListOf(failed)}.`]),
    ...(starts < startsFrom ? [] : [`The agent on this device started ${starts} times within a day.`]),
    ...(isBehind ? ['The agent on this device has not come round to asking everything.'] : []),
    ...(clockSkewSeconds === null && hasHadTime
      ? ['The clock of this device was not compared with the server’s since its agent started.']
      : []),
  ];
  if (texts.length === 0) return [];
  const remedy = 'Restart the device. If it stays so, the agent’s log on the device says how.';
  return [finding('agent-failing', texts.join(' '), remedy)];
}

function wrongClock(skewSeconds: number) {
  const minutes = Math.round(Math.abs(skewSeconds) / 60);
  const much = minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`;
  const text = `The clock of this device is ${much} ${skewSeconds > 0 ? 'ahead' : 'behind'}.`;
  return finding('clock-wrong', text, 'Let the system set its clock by the network.');
}
