import { instant } from '../../instant.ts';
import type { Medium, MediumEvent } from '../../report/media.ts';
import type { EvaluatedPolicy } from '../evaluated-policy.ts';
import type { Finding } from '../findings.ts';
import {
  type Case,
  cannotTell,
  finding,
  graceUntil,
  hourMs,
  listOf,
  minuteMs,
  type Rule,
  unlessCounted,
} from './rule.ts';

/** How long a medium that was taken out again is told of: whoever looks once a day sees it. */
const toldForMs = 24 * hourMs;

const busWords: { readonly [Bus in Exclude<Medium['bus'], 'camera'>]: string } = {
  usb: 'a USB stick or disk',
  sd: 'a memory card',
  firewire: 'a FireWire disk',
  thunderbolt: 'a Thunderbolt disk',
  optical: 'a disc',
  other: 'a removable medium',
};

type Kind = Pick<Medium, 'bus' | 'sizeGb' | 'encryption'>;
type Ruled = Kind & { bus: keyof typeof busWords };

/**
 * A drive or card reader with nothing in it holds nothing and is no medium. Nor is a
 * camera on its cable: unloading it is what DEV9 asks before an outing, and it cannot
 * be told from a phone that charges. It is shown, and never put on record.
 */
function isRuled<Seen extends Kind>(medium: Seen): medium is Seen & Ruled {
  return medium.bus !== 'camera' && (medium.encryption !== 'blank' || medium.sizeGb !== null);
}

type Judged = 'against' | 'cannot-tell' | 'fine';

/** How one medium stands under the setting's switch. */
function judgeMedium({ encryption }: Kind, { removableMedia }: EvaluatedPolicy): Judged {
  if (removableMedia === 'forbidden') return 'against';
  if (removableMedia === 'allowed' || encryption === 'encrypted' || encryption === 'blank') return 'fine';
  return encryption === 'unknown' ? 'cannot-tell' : 'against';
}

/** DEV10: memory sticks and the like, as the setting's switch says; also those that were taken out again. */
export const media: Rule = (given) => {
  const { facts, policy, now } = given;
  if (policy.removableMedia === 'allowed') return [];
  const reading = facts.sections.media;
  const { absence } = policy.switches;
  const unlessBroken = (found: Finding) => unlessCounted(found, absence.media, countsAsBroken);
  if (reading.state === 'unknown') {
    const found = unlessBroken(cannotTell('media-unknown', 'whether a memory stick is attached', reading, facts));
    return [withGrace(found, [], given)];
  }
  const attached = reading.value.attached.filter(isRuled);
  const events = eventsOfGone(reading.value, Date.parse(now) - toldForMs);
  const gone = events.flatMap(kindOf).filter(isRuled);
  const judged = (among: readonly Ruled[], as: Judged) => among.filter((medium) => judgeMedium(medium, policy) === as);
  const broken = against(judged(attached, 'against'), judged(gone, 'against'), policy);
  const untold = uncertain(
    judged(attached, 'cannot-tell'),
    judged(gone, 'cannot-tell'),
    events.filter((event) => kindOf(event).length === 0).length,
  );
  const left = judged(attached, 'against').length === 0 ? events : [];
  return [
    ...broken.map((found) => withGrace(found, left, given)),
    ...untold.map((found) => (broken.length > 0 ? found : withGrace(unlessBroken(found), [], given))),
  ];
};

const countsAsBroken = { code: 'removable-media', as: 'a medium that it does not allow' } as const;

/**
 * A medium that was taken out again within the grace is told of for its day and never becomes misuse.
 * `left`: what came and went, where nothing against the rule is attached any more.
 */
function withGrace(found: Finding, left: readonly MediumEvent[], given: Case): Finding {
  if (found.code !== 'removable-media') return found;
  const graceMs = given.policy.switches.grace.mediaMinutes * minuteMs;
  const since = Date.parse(given.facts.standingSince['removable-media'] ?? given.now);
  const removed = left.filter(({ what }) => what === 'removed').map(({ at }) => Date.parse(at));
  const leftAt = Math.max(...removed);
  const isInTime = graceMs > 0 && removed.length > 0 && leftAt < since + graceMs;
  return {
    ...found,
    graceUntil: isInTime ? instant(leftAt + toldForMs) : graceUntil(given, 'removable-media', graceMs),
  };
}

/**
 * What came and is gone. Each removal is one medium that was there; an arrival with
 * neither a removal nor a medium in its place is no less one.
 */
function eventsOfGone(
  { attached, recent }: { attached: readonly Medium[]; recent: readonly MediumEvent[] },
  from: number,
) {
  const fresh = recent.filter(({ at }) => Date.parse(at) >= from);
  const removed = fresh.filter(({ what }) => what === 'removed');
  return removed.length > 0 || attached.length > 0 ? removed : fresh;
}

/** Of which kind it was; none: an earlier agent's event, which says nothing of that. */
function kindOf({ bus, sizeGb = null, encryption = 'unknown' }: MediumEvent): Kind[] {
  return bus === undefined ? [] : [{ bus, sizeGb, encryption }];
}

function against(attached: readonly Ruled[], gone: readonly Ruled[], { removableMedia }: EvaluatedPolicy): Finding[] {
  if (attached.length + gone.length === 0) return [];
  const isForbidden = removableMedia === 'forbidden';
  const rule = (count: number, past: boolean) => {
    if (isForbidden) return 'the setting does not allow removable media';
    const were = past ? (count === 1 ? 'it was' : 'they were') : count === 1 ? 'it is' : 'they are';
    return `${were} not fully encrypted as the setting demands`;
  };
  const sentences = [
    ...(attached.length === 0 ? [] : [`${areAttached(attached)}, and ${rule(attached.length, false)}.`]),
    ...(gone.length === 0 ? [] : [`${wereAttached(gone)}, and ${rule(gone.length, true)}.`]),
  ];
  const takeOut = attached.length === 0 ? 'have it handed in' : 'have it taken out and handed in';
  const remedy = isForbidden
    ? `Find out what was copied, and ${takeOut}.`
    : `${attached.length === 0 ? 'Find it' : 'Have it taken out'}, and encrypt it before it is used again.`;
  return [finding('removable-media', sentences.join(' '), remedy)];
}

/** `unnamed`: how many of which it is not even known whether they were sticks or cameras. */
function uncertain(attached: readonly Ruled[], gone: readonly Ruled[], unnamed: number): Finding[] {
  const whether = (count: number, past: boolean) =>
    `it cannot be told whether ${count === 1 ? 'it' : 'they'} ${past ? (count === 1 ? 'was' : 'were') : count === 1 ? 'is' : 'are'} encrypted`;
  const sentences = [
    ...(attached.length === 0 ? [] : [`${areAttached(attached)}, and ${whether(attached.length, false)}.`]),
    ...(gone.length === 0 ? [] : [`${wereAttached(gone)}, and ${whether(gone.length, true)}.`]),
    ...(unnamed === 0
      ? []
      : [
          'Something was plugged into this device and taken out again within a day, and its agent cannot tell whether it was a memory stick.',
        ]),
  ];
  if (sentences.length === 0) return [];
  const remedy =
    attached.length > 0
      ? 'Have it taken out, and look at it on a computer that can tell.'
      : 'Find out what it was, and look at it on a computer that can tell.';
  return [finding('removable-media-unknown', sentences.join(' '), remedy)];
}

function areAttached(found: readonly Ruled[]): string {
  return `${wordsOf(found)} ${found.length === 1 ? 'is' : 'are'} attached to this device`;
}

function wereAttached(found: readonly Ruled[]): string {
  return `${wordsOf(found)} ${found.length === 1 ? 'was' : 'were'} attached to this device and taken out again within a day`;
}

/** "A USB stick or disk (16 GB) and a memory card", as the beginning of a sentence; the same kind twice is said once. */
function wordsOf(found: readonly Ruled[]): string {
  const times = new Map<string, number>();
  for (const { bus, sizeGb } of found) {
    const words = `${busWords[bus]}${sizeGb === null ? '' : ` (${sizeGb} GB)`}`;
    times.set(words, (times.get(words) ?? 0) + 1);
  }
  const words = listOf([...times].map(([kind, count]) => (count === 1 ? kind : `${kind}, ${count} times`)));
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
