import { type SectionName, sectionNames } from '../../report/report.ts';
import type { Facts } from '../facts.ts';
import { cannotTell, finding, type Rule, shortListOf } from './rule.ts';

/** A clock further off than this puts the order of what happened in doubt. */
const wrongFromSeconds = 120;
/** One failed look is a busy moment; this many in a day are not. */
const failingFrom = 3;

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
export function isOldAgent({ sections }: Pick<Facts, 'sections'>): boolean {
  const isUnasked = (name: SectionName) => {
    const reading = sections[name];
    return reading.state === 'unknown' && reading.reason === 'not-asked-yet';
  };
  return laterSections.every(isUnasked) && !sectionNames.every(isUnasked);
}

/** The agent itself: one that is old, fails or has a wrong clock makes every other answer worth less. */
export const agent: Rule = ({ facts }) => {
  if (isOldAgent(facts)) {
    const what = shortListOf(laterSections.slice(0, -1).map((name) => sectionWords[name]));
    const text = `The agent on this device is of an older version, which does not tell of ${what}.`;
    return [finding('agent-outdated', text, 'Update the agent on the device; until then check these by hand.')];
  }
  const reading = facts.sections.agent;
  if (reading.state === 'unknown') {
    if (reading.reason === 'not-asked-yet') return [];
    return [cannotTell('agent-failing', 'how the agent itself stands', reading)];
  }
  const { clockSkewSeconds, failures } = reading.value;
  const failing = failures.filter(({ count }) => count >= failingFrom).map(({ section }) => sectionWords[section]);
  return [
    ...(clockSkewSeconds !== null && Math.abs(clockSkewSeconds) > wrongFromSeconds
      ? [wrongClock(clockSkewSeconds)]
      : []),
    ...(failing.length === 0
      ? []
      : [
          finding(
            'agent-failing',
            `The agent on this device failed several times within a day to find out about ${shortListOf(failing)}.`,
            'Restart the device. If it stays so, the agent’s log on the device says how.',
          ),
        ]),
  ];
};

function wrongClock(skewSeconds: number) {
  const minutes = Math.round(Math.abs(skewSeconds) / 60);
  const much = minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`;
  const text = `The clock of this device is ${much} ${skewSeconds > 0 ? 'ahead' : 'behind'}.`;
  return finding('clock-wrong', text, 'Let the system set its clock by the network.');
}
