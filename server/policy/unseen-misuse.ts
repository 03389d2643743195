import type { Finding, FindingCode, MisuseCode } from '../../shared/policy/findings.ts';
import { isPlaceNamed } from '../../shared/policy/judge-place.ts';
import { answerOf, appsNamedIn, personalAppFinding, personalApps } from '../../shared/policy/rules/apps.ts';
import { countsAsAway, isKnownProtected, nothingShowsEncryption } from '../../shared/policy/rules/encryption.ts';
import { isLockedAway } from '../../shared/policy/rules/out-of-hours.ts';
import { allowedOn } from '../../shared/policy/rules/people.ts';
import { photosOn } from '../../shared/policy/rules/photo-count.ts';
import { newPrograms } from '../../shared/policy/rules/programs.ts';
import { type Case, countedWords } from '../../shared/policy/rules/rule.ts';

type Given = Case;

const cannotBeSeen = 'It cannot be seen just now whether this goes on.';

/**
 * Misuse that was found, still counts as such, and can just now not be seen: it
 * stands, with its beginning, until the facts are known again. Unknown is not "no",
 * and one look that timed out must not end an incident and open it again.
 */
export function unseenMisuse<Standing extends Finding>(standing: readonly Standing[], given: Given): Standing[] {
  return standing.flatMap((finding) => {
    if (!isMisuseCode(finding.code)) return [];
    const sight = sights[finding.code];
    if (sight.stays?.(finding, given) === true) return [finding];
    // What stood on an unknown fact alone is judged anew each time: it is known now, or counts no more.
    const hidden = finding.text.includes(countedWords) ? undefined : sight.hidden(finding, given);
    if (hidden === undefined) return [];
    const text = hidden.endsWith(cannotBeSeen) ? hidden : `${hidden} ${cannotBeSeen}`;
    return [{ ...finding, text }];
  });
}

/** How misuse ended that is no longer found, where "it is no longer so" would say more than the device did. */
export function endOfMisuse(code: FindingCode, given: Given): string | undefined {
  return isMisuseCode(code) ? sights[code].end?.(given) : undefined;
}

interface Sight {
  /**
   * What may still be so of a finding while it cannot be seen: its words, or those of
   * the part that is hidden. undefined: it is seen not to be so, or the setting itself
   * no longer asks it of the device.
   */
  hidden: (finding: Pick<Finding, 'text'>, given: Given) => string | undefined;
  /** It is seen to be so still, though the evaluation cannot find it anew. */
  stays?: (finding: Pick<Finding, 'text'>, given: Given) => boolean;
  /** The end in words of its own; undefined: it is simply no longer so. */
  end?: (given: Given) => string | undefined;
}

const atTheSetting = 'The device is at the setting again.';

/** For every matter that opens an incident: a new one without a row does not compile. */
const sights: { readonly [Code in MisuseCode]: Sight } = {
  'unprotected-off-site': {
    hidden: hiddenOffSite,
    end: ({ place }) => (place.verdict === 'on-site' ? atTheSetting : undefined),
  },
  'unauthorised-person': {
    hidden: ({ text }, { facts, policy }) =>
      allowedOn({ facts, policy }) !== null && facts.sections.sessions.state === 'unknown' ? text : undefined,
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
    hidden: ({ text }, { facts: { childFacing, sections } }) => {
      if (!childFacing) return undefined;
      const { filtering } = sections;
      if (filtering.state === 'unknown') return text;
      // The way round that was found may be the one that could not be looked for now.
      const { bypasses, bypassesUnread = [] } = filtering.value;
      return bypasses.length === 0 && bypassesUnread.length > 0 ? text : undefined;
    },
  },
  'personal-app': { hidden: hiddenApps },
  'tried-while-blocked': { hidden: whileAgentIsMute },
  'agent-tampered': { hidden: whileAgentIsMute },
  'agent-silent': { hidden: whileAgentIsMute },
  'moved-at-night': {
    // It stays where it was taken to, also when it is looked at by day.
    stays: (_finding, { facts, policy, place }) => isLockedAway(facts, policy) && place.verdict === 'off-site',
    hidden: ({ text }, { facts, policy, place }) =>
      isLockedAway(facts, policy) && place.verdict === 'unknown' ? text : undefined,
    end: ({ place }) => (place.verdict === 'on-site' ? atTheSetting : undefined),
  },
  'used-out-of-hours': {
    hidden: ({ text }, { facts, policy }) =>
      isLockedAway(facts, policy) && facts.sections.sessions.state === 'unknown' ? text : undefined,
  },
  'program-installed-unauthorised': {
    stays: ({ text }, given) =>
      given.policy.switches.mayInstall !== null && newPrograms(given).some(({ program }) => text.includes(program)),
    hidden: ({ text }, { facts, policy }) =>
      policy.switches.mayInstall !== null && facts.sections.programs.state === 'unknown' ? text : undefined,
  },
  'photos-kept-past-limit': {
    hidden: ({ text }, { facts: { sections } }) =>
      sections.photos.state === 'unknown' || !sections.photos.value.complete ? text : undefined,
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

/**
 * Either of these ends it: that the device is back, that its disk is encrypted, that no photo is on it where that is what
 * counts, or that the setting no longer counts an unknown fact, where it stood on nothing else.
 */
function hiddenOffSite({ text }: Pick<Finding, 'text'>, { facts, policy, place }: Given): string | undefined {
  const { unprotected, unknownEncryption, unknownPlace } = policy.switches.offSite;
  if (!isPlaceNamed(policy) || place.verdict === 'on-site' || isKnownProtected(facts)) return undefined;
  if (unprotected === 'conditional' && photosOn(facts) === 'none') return undefined;
  if (text.includes(countsAsAway) && unknownPlace !== 'off-site') return undefined;
  if (text.includes(nothingShowsEncryption) && unknownEncryption === 'look') return undefined;
  return text;
}

/** What the agent tells of itself cannot be seen while it tells nothing of itself. */
function whileAgentIsMute({ text }: Pick<Finding, 'text'>, { facts }: Given): string | undefined {
  return facts.sections.agent.state === 'unknown' ? text : undefined;
}

function isMisuseCode(code: FindingCode): code is MisuseCode {
  return code in sights;
}
