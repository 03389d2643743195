import { type Instant, instant } from '../instant.ts';
import type { Reading } from '../reading.ts';
import type { Location } from '../report/location.ts';
import type { KnownPlaces } from './device-rules.ts';
import type { EvaluatedPolicy } from './evaluated-policy.ts';
import type { PlaceMemory } from './facts.ts';
import type { Evidence, Place } from './place.ts';
import { networkDigest } from './place-digest.ts';

/**
 * How much each piece of evidence counts (platforms.md section 9). A beacon outweighs all that can be copied; two pieces that
 * can be copied and disagree leave the place unknown; an access point alone says too little either way.
 */
const weights = {
  beaconAnswered: 100,
  beaconRefused: 50,
  beaconSilent: 20,
  ownGateway: 40,
  otherGateway: 40,
  ownAccessPoint: 20,
  otherAccessPoint: 30,
} as const;

/** What the evidence must weigh for a verdict. */
const enough = 40;

type Verdict = Pick<Place, 'verdict' | 'because'>;

/**
 * The place that the evidence of a location reading supports, and what rules go by.
 * @param until Until when the reading is known to hold: an unknown place counts as unknown for so long.
 */
export function judgePlace(
  location: Reading<Location>,
  policy: Pick<EvaluatedPolicy, 'places' | 'switches'>,
  { memory, until }: { memory: PlaceMemory; until: Instant },
): Place {
  const evidence = location.state === 'known' ? evidenceOf(location.value, policy.places) : [];
  const judged = isPlaceNamed(policy) ? verdictOf(location, evidence, policy.places) : nowhereNamed(location);
  return { ...judged, counts: countsAs(judged, policy, { memory, until }), evidence };
}

/** Whether the setting has said at all what is its own: else every place is unknown, and none counts as away. */
export function isPlaceNamed({ places }: Pick<EvaluatedPolicy, 'places'>): boolean {
  return places.networks.length + places.beacons.length > 0;
}

function nowhereNamed(location: Reading<Location>): Verdict {
  if (location.state === 'unknown') return { verdict: 'unknown', because: 'not-known' };
  return { verdict: 'unknown', because: location.value.vpn ? 'vpn' : 'no-own-network-named' };
}

function verdictOf(location: Reading<Location>, evidence: readonly Evidence[], { beacons }: KnownPlaces): Verdict {
  if (location.state === 'unknown') return { verdict: 'unknown', because: 'not-known' };
  const { value } = location;
  const score = evidence.reduce((sum, { says, weight }) => sum + signOf(says) * weight, 0);
  const isProved = beacons.length > 0 && value.beacon?.state === 'answered';
  if (isProved) {
    // Through a tunnel the setting's beacon may be relayed: it counts only where nothing speaks against it.
    const isDoubtful = isTunnelled(value) && evidence.some(({ says }) => says === 'off-site');
    return isDoubtful
      ? { verdict: 'unknown', because: 'evidence-disagrees' }
      : { verdict: 'on-site', because: 'beacon' };
  }
  if (isTunnelled(value)) return { verdict: 'unknown', because: 'vpn' };
  if (isOtherNetwork(evidence) && score <= -enough) return { verdict: 'off-site', because: 'other-network' };
  // INVARIANT: where there are beacons, what anybody can copy never makes a device on-site.
  if (beacons.length > 0) return { verdict: 'unknown', because: beaconTrouble[value.beacon?.state ?? 'absent'] };
  if (score >= enough) return { verdict: 'on-site', because: 'own-network' };
  if (value.gateway.hardwareAddress === null) return { verdict: 'unknown', because: 'gateway-not-identified' };
  return { verdict: 'unknown', because: 'evidence-disagrees' };
}

const beaconTrouble = {
  silent: 'beacon-silent',
  refused: 'beacon-refused',
  absent: 'beacon-not-asked',
  answered: 'beacon',
} as const satisfies Record<string, Place['because']>;

/** Access points and beacons that are silent say "not there"; only a network that is known says "elsewhere". */
function isOtherNetwork(evidence: readonly Evidence[]): boolean {
  return evidence.some(({ what, says }) => what === 'gateway' && says === 'off-site');
}

function isTunnelled({ vpn, gateway }: Location): boolean {
  return vpn || gateway.link === 'tunnel';
}

function signOf(says: Evidence['says']): number {
  if (says === 'nothing') return 0;
  return says === 'on-site' ? 1 : -1;
}

/** Every piece of evidence of a reading, each with what it counts under these rules. */
function evidenceOf(location: Location, places: KnownPlaces): Evidence[] {
  const isVoid = isTunnelled(location);
  return [
    ...beaconEvidence(location, places),
    ...gatewayEvidence(location, places, isVoid),
    ...accessPointEvidence(location, places, isVoid),
    ...(isVoid ? [piece('vpn', 'nothing', 0, true)] : []),
  ];
}

function beaconEvidence({ beacon }: Location, { beacons }: KnownPlaces): Evidence[] {
  if (beacons.length === 0 || beacon === undefined) return [];
  if (beacon.state === 'answered') return [piece('beacon', 'on-site', weights.beaconAnswered, false)];
  const weight = beacon.state === 'refused' ? weights.beaconRefused : weights.beaconSilent;
  return [piece('beacon', 'off-site', weight, false)];
}

/** Behind a tunnel an own gateway proves nothing; another one still speaks against a beacon that answers. */
function gatewayEvidence({ gateway }: Location, { salt, networks }: KnownPlaces, isVoid: boolean): Evidence[] {
  if (networks.length === 0 || gateway.hardwareAddress === null) return [];
  const digest = networkDigest(salt, 'gateway', gateway.hardwareAddress);
  const isOwn = networks.some((network) => network.gateway === digest);
  if (isVoid) return [piece('gateway', isOwn || gateway.link === 'tunnel' ? 'nothing' : 'off-site', 0, true)];
  return [
    isOwn
      ? piece('gateway', 'on-site', weights.ownGateway, true)
      : piece('gateway', 'off-site', weights.otherGateway, true),
  ];
}

function accessPointEvidence({ wifi }: Location, { salt, networks }: KnownPlaces, isVoid: boolean): Evidence[] {
  const named = networks.flatMap(({ accessPoints }) => accessPoints);
  const address = wifi?.accessPoint ?? null;
  if (named.length === 0 || address === null) return [];
  const isOwn = named.includes(networkDigest(salt, 'access-point', address));
  if (isVoid) return [piece('access-point', 'nothing', 0, true)];
  return [
    isOwn
      ? piece('access-point', 'on-site', weights.ownAccessPoint, true)
      : piece('access-point', 'off-site', weights.otherAccessPoint, true),
  ];
}

function piece(what: Evidence['what'], says: Evidence['says'], weight: number, copyable: boolean): Evidence {
  return { what, says, weight, copyable };
}

/** An unknown place counts as the last one that could be told until its grace is over, and then as the setting says. */
function countsAs(
  { verdict }: Verdict,
  policy: Pick<EvaluatedPolicy, 'places' | 'switches'>,
  { memory, until }: { memory: PlaceMemory; until: Instant },
): Place['counts'] {
  if (verdict !== 'unknown') return verdict;
  if (!isPlaceNamed(policy)) return 'unknown';
  const over = placeGraceUntil(memory.unknownSince ?? until, policy);
  if (Date.parse(until) < Date.parse(over)) return memory.last ?? 'unknown';
  const { unknownPlace } = policy.switches.offSite;
  return unknownPlace === 'last-known' ? (memory.last ?? 'unknown') : unknownPlace;
}

/** When the grace of a place is over that is unknown since then. */
export function placeGraceUntil(unknownSince: Instant, { switches }: Pick<EvaluatedPolicy, 'switches'>): Instant {
  return instant(Date.parse(unknownSince) + switches.offSite.unknownPlaceMinutes * 60_000);
}

/** What is to be kept of a place for the next evaluation. */
export function rememberPlace({ verdict }: Pick<Place, 'verdict'>, memory: PlaceMemory, now: Instant): PlaceMemory {
  const { last, lastSince = null, unknownSince } = memory;
  if (verdict === 'unknown') return { last, lastSince, unknownSince: unknownSince ?? now };
  return { last: verdict, lastSince: verdict === last ? lastSince : cameAt(last, now), unknownSince: null };
}

/** The first place that can be told says nothing of when the device came there. */
function cameAt(from: PlaceMemory['last'], now: Instant): Instant | null {
  return from === null ? null : now;
}
