import type { Finding, FindingCode, MisuseCode } from '../../shared/policy/findings.ts';
import { isPlaceNamed } from '../../shared/policy/judge-place.ts';
import { answerOf, appsNamedIn, personalAppFinding, personalApps } from '../../shared/policy/rules/apps.ts';
import { isKnownProtected } from '../../shared/policy/rules/encryption.ts';
import type { Case } from '../../shared/policy/rules/rule.ts';

type Given = Case;

const cannotBeSeen = 'It cannot be seen just now whether this goes on.';

/**
 * Misuse that was found, still counts as such, and can just now not be seen: it
 * stands, with its beginning, until the facts are known again. Unknown is not "no",
 * and one look that timed out must not end an incident and open it again.
 */
export function unseenMisuse<Standing extends Finding>(standing: readonly Standing[], given: Given): Standing[] {
  return standing.flatMap((finding) => {
    if (!isMisuse(finding.code)) return [];
    const hidden = sights[finding.code].hidden(finding, given);
    if (hidden === undefined) return [];
    const text = hidden.endsWith(cannotBeSeen) ? hidden : `${hidden} ${cannotBeSeen}`;
    return [{ ...finding, text }];
  });
}

/** How misuse ended that is no longer found, where "it is no longer so" would say more than the device did. */
export function endOfMisuse(code: FindingCode, given: Given): string | undefined {
  return isMisuse(code) ? sights[code].end?.(given) : undefined;
}

interface Sight {
  /**
   * What may still be so of a finding while it cannot be seen: its words, or those of
   * the part that is hidden. undefined: it is seen not to be so, or the setting itself
   * no longer asks it of the device.
   */
  hidden: (finding: Pick<Finding, 'text'>, given: Given) => string | undefined;
  /** The end in words of its own; undefined: it is simply no longer so. */
  end?: (given: Given) => string | undefined;
}

/** For every matter that opens an incident: a new one without a row does not compile. */
const sights: { readonly [Code in MisuseCode]: Sight } = {
  'unprotected-off-site': {
    // Either of the two ends it: that the device is back, or that its disk is encrypted.
    hidden: ({ text }, { facts, policy, place }) =>
      isPlaceNamed(policy) && place.verdict === 'unknown' && !isKnownProtected(facts) ? text : undefined,
    end: ({ place }) =>
      place.verdict === 'on-site' ? 'The device is on a network of the setting’s own again.' : undefined,
  },
  'unauthorised-person': {
    hidden: ({ text }, { facts }) =>
      facts.assignedPeople !== null && facts.sections.sessions.state === 'unknown' ? text : undefined,
  },
  'filtering-off': {
    hidden: ({ text }, { facts }) =>
      facts.childFacing && facts.sections.filtering.state === 'unknown' ? text : undefined,
    end: ({ facts: { sections, childFacing } }) =>
      childFacing && sections.filtering.state === 'known' && sections.filtering.value.state === 'partial'
        ? 'The web is filtered on this device again, with gaps.'
        : undefined,
  },
  'filtering-bypassed': {
    hidden: ({ text }, { facts }) =>
      facts.childFacing && facts.sections.filtering.state === 'unknown' ? text : undefined,
  },
  'personal-app': { hidden: hiddenApps },
  'tried-while-blocked': { hidden: whileAgentIsMute },
  'agent-tampered': { hidden: whileAgentIsMute },
  'agent-silent': { hidden: whileAgentIsMute },
  'moved-at-night': { hidden: ({ text }, { place }) => (place.verdict === 'unknown' ? text : undefined) },
  'used-out-of-hours': {
    hidden: ({ text }, { facts }) => (facts.sections.sessions.state === 'unknown' ? text : undefined),
  },
  'program-installed-unauthorised': {
    hidden: ({ text }, { facts }) => (facts.sections.programs.state === 'unknown' ? text : undefined),
  },
  'photos-kept-past-limit': {
    hidden: ({ text }, { facts }) => (facts.sections.photos.state === 'unknown' ? text : undefined),
  },
  'removable-media': {
    hidden: ({ text }, { facts: { sections }, policy }) => {
      const { media } = sections;
      if (policy.removableMedia === 'allowed') return undefined;
      if (media.state === 'unknown') return text;
      const isHidden =
        policy.removableMedia === 'encrypted-only' &&
        media.value.attached.some(({ encryption }) => encryption === 'unknown');
      return isHidden ? text : undefined;
    },
  },
};

/**
 * The apps that a finding names, as far as it is not known that nobody is signed in
 * to them: "possible" is no "no" either. What other apps answer is another matter.
 */
function hiddenApps({ text }: Pick<Finding, 'text'>, { facts, policy }: Given): string | undefined {
  const named = appsNamedIn(text, personalApps(policy));
  const { apps } = facts.sections;
  const hidden =
    apps.state === 'unknown' ? named : named.filter((app) => answerOf(apps.value, policy, app) !== 'signed-out');
  if (hidden.length === 0) return undefined;
  const words = personalAppFinding(hidden, { signIns: [] })[0]?.text ?? '';
  // As it stands, with who it was, as long as it names these and no others.
  return text.replace(/ \([^)]*\)(?= (is|are) signed in)/, '').startsWith(words) ? text : words;
}

/** What the agent tells of itself cannot be seen while it tells nothing of itself. */
function whileAgentIsMute({ text }: Pick<Finding, 'text'>, { facts }: Given): string | undefined {
  return facts.sections.agent.state === 'unknown' ? text : undefined;
}

function isMisuse(code: FindingCode): code is MisuseCode {
  return code in sights;
}
