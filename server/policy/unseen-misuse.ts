import type { Policy } from '../../shared/policy/document.ts';
import type { Facts } from '../../shared/policy/facts.ts';
import { type Finding, type FindingCode, findingCatalogue } from '../../shared/policy/findings.ts';
import type { Place } from '../../shared/policy/place.ts';

interface Case {
  facts: Facts;
  policy: Policy;
  place: Place;
}

const cannotBeSeen = 'It cannot be seen just now whether this goes on.';

/**
 * Misuse that was found, still counts as such, and can just now not be seen: it
 * stands, with its beginning, until the facts are known again. Unknown is not "no",
 * and one look that timed out must not end an incident and open it again.
 */
export function unseenMisuse<Standing extends Finding>(standing: readonly Standing[], given: Case): Standing[] {
  return standing
    .filter(({ code }) => findingCatalogue[code].misuse && isHidden(code, given) && stillCounts(code, given))
    .map((finding) => ({
      ...finding,
      text: finding.text.endsWith(cannotBeSeen) ? finding.text : `${finding.text} ${cannotBeSeen}`,
    }));
}

function isHidden(code: FindingCode, { facts, place }: Case): boolean {
  const hidden = findingCatalogue[code].looksAt.some((section) => facts.sections[section].state === 'unknown');
  return hidden || (code === 'unprotected-off-site' && place.verdict === 'unknown');
}

/** Whether the setting still asks it of the device: what the setting itself took back has ended. */
function stillCounts(code: FindingCode, { facts, policy }: Case): boolean {
  if (code === 'filtering-off') return facts.childFacing;
  if (code === 'unauthorised-person') return facts.assignedPeople !== null;
  return policy.networks.length > 0;
}
