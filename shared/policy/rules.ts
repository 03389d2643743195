import type { Instant } from '../instant.ts';
import type { Reading } from '../reading.ts';
import type { Policy } from './document.ts';
import type { Facts } from './facts.ts';
import type { Finding, FindingCode } from './findings.ts';
import type { Place } from './place.ts';
import { unknownSentence } from './unknown-sentences.ts';

interface Case {
  facts: Facts;
  policy: Policy;
  place: Place;
  now: Instant;
}

type Rule = (given: Case) => Finding[];

const hourMs = 60 * 60 * 1000;

/** DEV1: encrypted at all times; off the premises unprotected is misuse, and unknown counts as unprotected there. */
const encryption: Rule = ({ facts, place }) => {
  const reading = facts.sections.encryption;
  if (reading.state === 'known' && reading.value.protection === 'protected') return [];
  const findings =
    reading.state === 'unknown'
      ? [cannotTell('encryption-unknown', 'whether the disk is encrypted', reading)]
      : [
          finding(
            'not-protected',
            protectionText[reading.value.protection],
            protectionRemedy[reading.value.protection],
          ),
        ];
  if (place.verdict !== 'off-site') return findings;
  const text =
    reading.state === 'unknown'
      ? 'The device is away from the setting and nothing shows that its disk is encrypted.'
      : 'The device is away from the setting and its disk is not fully encrypted.';
  return [
    ...findings,
    finding('unprotected-off-site', text, 'Have it brought back now, and encrypt it before it leaves again.'),
  ];
};

const protectionText = {
  'not-protected': 'The disk is not encrypted: whoever finds the device can read everything on it.',
  partial: 'Only part of the device is encrypted: data on the rest can be read by whoever finds it.',
  converting: 'The disk is still being encrypted or decrypted: until that ends, part of it can be read.',
  protected: '',
} as const;

const protectionRemedy = {
  'not-protected': 'Turn on disk encryption. Until then the device must stay on the premises.',
  partial: 'Encrypt the remaining volumes, swap included. Until then the device must stay on the premises.',
  converting: 'Leave it on and plugged in until it has finished. Until then it must stay on the premises.',
  protected: '',
} as const;

/** DEV7: used by its authorised person only. */
const authorisedPeople: Rule = ({ facts }) => {
  const reading = facts.sections.sessions;
  if (reading.state === 'unknown') return [cannotTell('sessions-unknown', 'who is signed in', reading)];
  const { assignedPeople } = facts;
  if (assignedPeople === null) return [];
  const strangers = [...new Set(reading.value.sessions.map((session) => session.person))].filter(
    (person) => !assignedPeople.includes(person),
  );
  if (strangers.length === 0) return [];
  const text = `${listOf(strangers)} ${strangers.length === 1 ? 'is' : 'are'} signed in, and the device is not assigned to them.`;
  return [finding('unauthorised-person', text, 'Log them out, or assign the device to them if they may use it.')];
};

/** DEV3, DEV4: no more photos than the setting allows for this kind of device. */
const photos: Rule = ({ facts, policy }) => {
  const reading = facts.sections.photos;
  if (reading.state === 'unknown') return [cannotTell('photos-unknown', 'how many photos are on it', reading)];
  const limit = policy.photoLimit[facts.kind];
  const seen = reading.value.atLeast.photos + reading.value.atLeast.videos;
  if (seen > limit) {
    const text = `${reading.value.complete ? '' : 'At least '}${seen} photos and videos are on the device; the limit is ${limit}.`;
    return [finding('photos-over-limit', text, 'Move what is needed to the setting’s own storage and clear the rest.')];
  }
  if (reading.value.complete) return [];
  const text = 'Some folders could not be read, so the number of photos is not certain.';
  return [finding('photos-unknown', text, 'Run the agent with the right to read people’s folders.')];
};

/** DEV5: filtering on every device that children can use. */
const filtering: Rule = ({ facts }) => {
  if (!facts.childFacing) return [];
  const reading = facts.sections.filtering;
  const remedy = 'Take it away from the children until the network’s filter works again.';
  if (reading.state === 'unknown') return [cannotTell('filtering-unknown', 'whether web filtering works', reading)];
  if (reading.value.state === 'off')
    return [finding('filtering-off', 'Children can use this device and nothing filters the web on it.', remedy)];
  if (reading.value.state === 'partial')
    return [finding('filtering-partial', 'The web filter on this device has gaps.', remedy)];
  return [];
};

/** DEV6 and every other rule: a device that does not speak cannot be said to be safe. */
const silence: Rule = ({ facts, policy, now }) => {
  const last = facts.lastSeenAt ?? facts.enrolledAt;
  if (last === null) return [];
  const hours = Math.floor((Date.parse(now) - Date.parse(last)) / hourMs);
  if (hours < policy.silentAfterHours) return [];
  const text = `Nothing has been heard from this device for ${hours >= 48 ? `${Math.floor(hours / 24)} days` : `${hours} hours`}.`;
  return [finding('silent', text, 'Find the device, switch it on and connect it to the network.')];
};

/** Every rule, in the order a manager should read them. */
export const rules: readonly Rule[] = [encryption, filtering, authorisedPeople, photos, silence];

function finding(code: FindingCode, text: string, remedy: string): Finding {
  return { code, text, remedy };
}

function cannotTell(
  code: FindingCode,
  what: string,
  reading: Extract<Reading<unknown>, { state: 'unknown' }>,
): Finding {
  const { why, remedy } = unknownSentence(reading.reason);
  return finding(code, `It cannot be told ${what}: ${why}.`, remedy);
}

function listOf(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
