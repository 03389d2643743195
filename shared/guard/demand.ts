import type { Facts } from '../policy/facts.ts';
import type { Finding } from '../policy/findings.ts';
import type { Place } from '../policy/place.ts';
import { isKnownProtected } from '../policy/rules/encryption.ts';
import { photosOn } from '../policy/rules/photo-count.ts';
import type { Switches } from '../policy/switches.ts';
import type { GuardReason } from './standing.ts';
import type { GuardDemand } from './states.ts';

interface Judged {
  facts: Pick<Facts, 'sections' | 'platform'>;
  offSite: Switches['offSite'];
  /** Whether the rules name any place as the setting's own; where they name none, nothing counts as away. */
  isPlaceNamed: boolean;
  place: Pick<Place, 'verdict' | 'counts'>;
  findings: readonly Pick<Finding, 'code'>[];
  /** Why the guard warned, blocked or was released; null: it is clear. */
  cause: GuardReason | null;
  /** Whether it warned or blocked by other rules than the present ones. */
  areOtherRules: boolean;
}

/**
 * What an evaluation asks of the guard. It blocks for one finding alone, "unprotected off the premises", in which
 * the rules have put what counts: strict or conditional, and what unknown means. Only evidence lifts it again.
 */
export function demandOf(judged: Judged): GuardDemand {
  const { facts, place, findings } = judged;
  if (findings.some(({ code }) => code === 'unprotected-off-site')) return { is: 'block', because: causeOf(judged) };
  if (place.counts === 'on-site') return { is: 'clear', because: 'back-on-site' };
  if (isKnownProtected(facts)) return { is: 'clear', because: 'protected-now' };
  if (isLetOff(judged)) return { is: 'clear', because: 'rules-changed' };
  // Where the rules ask for photos as well, a device that is known to hold none is let go, wherever it is.
  if (judged.offSite.unprotected === 'conditional' && photosOn(facts) === 'none')
    return { is: 'clear', because: 'no-photos-now' };
  return { is: 'cannot-tell' };
}

/**
 * What other rules counted against the device, the present ones do not. DANGER: by the same rules it is let go by evidence
 * alone. Rules that name no place never blocked: what did was a note that could not be believed.
 */
function isLetOff({ offSite, isPlaceNamed, place, cause, areOtherRules }: Judged): boolean {
  if (!isPlaceNamed) return true;
  if (!areOtherRules) return false;
  if (cause === 'encryption-unknown-off-site') return offSite.unknownEncryption === 'look';
  return cause === 'unprotected-place-unknown' && place.counts === 'unknown' && offSite.unknownPlace !== 'off-site';
}

function causeOf({ facts, place, offSite }: Judged): GuardReason {
  if (place.verdict !== 'off-site') return 'unprotected-place-unknown';
  const { encryption } = facts.sections;
  if (encryption.state === 'unknown' || encryption.value.protection === 'protected')
    return 'encryption-unknown-off-site';
  return offSite.unprotected === 'conditional' ? 'photos-off-site' : 'unprotected-off-site';
}

/**
 * Where the rules that this device had cannot be believed any more: nobody can say what they asked, so whatever
 * is not known to be encrypted counts as away, until the server tells them anew.
 */
export function demandWithoutRules(facts: Pick<Facts, 'sections' | 'platform'>): GuardDemand {
  if (isKnownProtected(facts)) return { is: 'clear', because: 'protected-now' };
  return { is: 'block', because: 'rules-damaged' };
}
