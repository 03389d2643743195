import { demandOf } from '../../shared/guard/demand.ts';
import type { GuardReason, GuardStanding } from '../../shared/guard/standing.ts';
import type { Policy } from '../../shared/policy/document.ts';
import type { Evaluation } from '../../shared/policy/evaluate.ts';
import type { Facts } from '../../shared/policy/facts.ts';

/** What the guard of a device comes to, once its warning is over. */
export type Fate = 'blocks' | 'lets-be';

/**
 * Whether a device would be blocked for what is known of it: by the very demand that its own guard goes by (DEV1),
 * where the setting has it block. A demand that cannot be told lifts no block and makes none. In observe mode it
 * only tells. `areOtherRules`: they are not those by which its guard stands as it does.
 */
export function guardFate(
  { findings, place }: Pick<Evaluation, 'findings' | 'place'>,
  { switches: { offSite }, networks, beacons }: Pick<Policy, 'switches' | 'networks' | 'beacons'>,
  { facts, observes, areOtherRules }: { facts: Facts; observes: boolean; areOtherRules: boolean },
): Fate {
  if (observes || facts.enrolledAt === null || offSite.guard !== 'block') return 'lets-be';
  const { agent } = facts.sections;
  const standing = agent.state === 'known' ? agent.value.guard : undefined;
  const isPlaceNamed = networks.length > 0 || beacons.length > 0;
  const cause = standing === undefined ? null : causeOf(standing);
  const demand = demandOf({ facts, offSite, isPlaceNamed, place, findings, cause, areOtherRules });
  // A warning and a release end in a block as well, unless there is evidence by then.
  if (demand.is === 'cannot-tell') return (standing?.state ?? 'clear') === 'clear' ? 'lets-be' : 'blocks';
  return demand.is === 'block' ? 'blocks' : 'lets-be';
}

/** Why it warned in the first place, as the guard itself keeps it: the reason of its last move may be that the warning was over. */
function causeOf({ moves, because }: GuardStanding): GuardReason | null {
  const lastClear = moves.findLastIndex(({ to }) => to === 'clear');
  return moves[lastClear + 1]?.because ?? because;
}
