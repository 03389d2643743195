import type { Photos } from '../../report/photos.ts';
import type { Finding, FindingCode } from '../findings.ts';
import { photoAge } from './photo-age.ts';
import { countedAgainstLimit, seenOn } from './photo-count.ts';
import {
  type Case,
  calendarGraceUntil,
  cannotTell,
  contradiction,
  dayMs,
  finding,
  type Rule,
  unlessCounted,
} from './rule.ts';

const whatIsAsked = 'how many photos are on it';
const clearThem = 'Move what is needed to the setting’s own storage and clear the rest.';

/**
 * DEV3, DEV4: no more photos than the setting allows for this kind of device, and none for longer than it lets them stay.
 * Each is a warning first; one that nobody minded for as long as the setting waits is misuse.
 */
export const photos: Rule = (given) => {
  const found = warnings(given);
  const late = found.filter(({ code, graceUntil }) => isWarning(code) && graceUntil === null);
  return [...found, ...(late.length === 0 ? [] : [keptPastLimit(given)])];
};

const warningCodes: readonly FindingCode[] = ['photos-over-limit', 'photos-too-old'];

function isWarning(code: FindingCode): boolean {
  return warningCodes.includes(code);
}

function warnings(given: Case): Finding[] {
  const { facts, policy } = given;
  const { absence, grace } = policy.switches;
  const reading = facts.sections.photos;
  const found =
    reading.state === 'unknown'
      ? [cannotTell('photos-unknown', whatIsAsked, reading, facts)]
      : [...amount(reading.value, given), ...photoAge(reading.value, given)];
  return once(found.map((one) => unlessUnknown(one, absence.photos))).map((one) =>
    isWarning(one.code) ? { ...one, graceUntil: calendarGraceUntil(given, one.code, grace.photosDays * dayMs) } : one,
  );
}

function unlessUnknown(found: Finding, absence: 'look' | 'counts-as-broken'): Finding {
  if (found.code !== 'photos-unknown') return found;
  return unlessCounted(found, absence, { code: 'photos-over-limit', as: 'more photos than it allows' });
}

/** The number and the age may both be unknown, or count as broken: each code is found once. */
function once(found: readonly Finding[]): Finding[] {
  return found.filter(({ code }, index) => found.findIndex((one) => one.code === code) === index);
}

function keptPastLimit({ policy }: Case): Finding {
  const { photosDays } = policy.switches.grace;
  const warned =
    photosDays === 0 ? '' : `, ${photosDays} ${photosDays === 1 ? 'day' : 'days'} after Hometime first said so`;
  const text = `Photos or videos are still on the device that the setting does not keep there${warned}.`;
  return finding('photos-kept-past-limit', text, clearThem);
}

function amount(value: Photos, { facts, policy }: Case): Finding[] {
  const limit = policy.photoLimit[facts.kind];
  const seen = countedAgainstLimit(value, policy);
  if (seen > limit) {
    const without = policy.resourceFolder === null ? '' : ', the folder of teaching resources not counted';
    const text = `${value.complete ? '' : 'At least '}${seen} photos and videos are on the device${without}; the limit is ${limit}.`;
    return [finding('photos-over-limit', text, clearThem)];
  }
  const blocked = value.places.flatMap(({ count }) => (count.state === 'unknown' ? [count.reason] : []));
  if (value.complete) {
    return blocked.length === 0
      ? []
      : [contradiction('photos-unknown', whatIsAsked, 'it says that all was counted, and that a part was not')];
  }
  if (blocked.length === 0 && value.places.length > 0) {
    const text = 'The photos on the device are still being counted for the first time.';
    return [finding('photos-unknown', text, 'It goes on by itself while the device is switched on.')];
  }
  const text = 'Some folders could not be read, so the number of photos is not certain.';
  const remedy =
    facts.platform === 'android'
      ? 'Run termux-setup-storage in Termux on the device, and allow it the files it asks for.'
      : 'Run the agent with the right to read people’s folders.';
  return [finding('photos-unknown', text, remedy)];
}

/** DEV9: before an outing photos are moved or deleted from a tablet. */
export const outing: Rule = ({ facts, policy, place }) => {
  const { outingPhotos, absence } = policy.switches;
  if (facts.kind !== 'tablet' || outingPhotos === null || place.counts !== 'off-site') return [];
  const reading = facts.sections.photos;
  const where =
    place.verdict === 'off-site'
      ? 'This tablet is away from the setting'
      : 'Nothing shows that this tablet is at the setting, which counts as away from it,';
  const remedy = 'Move the photos to the setting’s own storage and clear them before a tablet leaves.';
  if (reading.state === 'known' && seenOn(reading.value) > outingPhotos) {
    const text = `${where} with ${seenOn(reading.value)} photos and videos on it; it may carry ${outingPhotos}.`;
    return [finding('photos-off-site', text, remedy)];
  }
  const isTold = reading.state === 'known' && reading.value.complete;
  if (isTold || absence.photos === 'look') return [];
  return [finding('photos-off-site', `${where} and it cannot be told whether photos are on it.`, remedy)];
};
