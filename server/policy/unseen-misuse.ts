import type { Finding, FindingCode, MisuseCode } from '../../shared/policy/findings.ts';
import { answerOf, personalApps } from '../../shared/policy/rules/apps.ts';
import type { Case } from '../../shared/policy/rules/rule.ts';

type Given = Pick<Case, 'facts' | 'policy' | 'place'>;

const cannotBeSeen = 'It cannot be seen just now whether this goes on.';

/**
 * Misuse that was found, still counts as such, and can just now not be seen: it
 * stands, with its beginning, until the facts are known again. Unknown is not "no",
 * and one look that timed out must not end an incident and open it again.
 */
export function unseenMisuse<Standing extends Finding>(standing: readonly Standing[], given: Given): Standing[] {
  return standing
    .filter(({ code }) => isMisuse(code) && sights[code].isHidden(given) && sights[code].stillCounts(given))
    .map((finding) => ({
      ...finding,
      text: finding.text.endsWith(cannotBeSeen) ? finding.text : `${finding.text} ${cannotBeSeen}`,
    }));
}

interface Sight {
  /** What shows the misuse is unknown, in whole or in the part that would show it. */
  isHidden: (given: Given) => boolean;
  /** Whether the setting still asks it of the device: what the setting itself took back has ended. */
  stillCounts: (given: Given) => boolean;
}

/** For every matter that opens an incident: a new one without a row does not compile. */
const sights: { readonly [Code in MisuseCode]: Sight } = {
  'unprotected-off-site': {
    isHidden: ({ facts: { sections }, place }) =>
      sections.encryption.state === 'unknown' || sections.location.state === 'unknown' || place.verdict === 'unknown',
    stillCounts: ({ policy }) => policy.networks.length > 0,
  },
  'unauthorised-person': {
    isHidden: ({ facts }) => facts.sections.sessions.state === 'unknown',
    stillCounts: ({ facts }) => facts.assignedPeople !== null,
  },
  'filtering-off': {
    isHidden: ({ facts }) => facts.sections.filtering.state === 'unknown',
    stillCounts: ({ facts }) => facts.childFacing,
  },
  'personal-app': {
    isHidden: ({ facts: { sections }, policy }) => {
      const { apps } = sections;
      if (apps.state === 'unknown') return true;
      return personalApps(policy).some((app) => answerOf(apps.value, policy, app) === 'unknown');
    },
    stillCounts: ({ policy }) => personalApps(policy).length > 0,
  },
  'removable-media': {
    isHidden: ({ facts: { sections }, policy }) => {
      const { media } = sections;
      if (media.state === 'unknown') return true;
      return (
        policy.removableMedia === 'encrypted-only' &&
        media.value.attached.some(({ encryption }) => encryption === 'unknown')
      );
    },
    stillCounts: ({ policy }) => policy.removableMedia !== 'allowed',
  },
};

function isMisuse(code: FindingCode): code is MisuseCode {
  return code in sights;
}
