import type { PhotoCount, Photos } from '../../report/photos.ts';
import type { EvaluatedPolicy } from '../evaluated-policy.ts';
import { cannotTell, contradiction, finding, type Rule } from './rule.ts';

const both = ({ photos, videos }: PhotoCount): number => photos + videos;

/**
 * How many photos and videos count against the limit, at the least: all that were
 * seen, less those in the setting's own folder of teaching resources, which may
 * stay for the academic year (DEV4). Where that folder could not be counted, only
 * the other places are certain.
 */
function counted({ places, atLeast }: Photos, { resourceFolder }: EvaluatedPolicy): number {
  if (resourceFolder === null) return both(atLeast);
  const kept = places.find(({ place }) => place === 'resources')?.count;
  if (kept === undefined) return both(atLeast);
  if (kept.state === 'known') return Math.max(0, both(atLeast) - both(kept.value));
  return places.reduce((sum, { count }) => sum + (count.state === 'known' ? both(count.value) : 0), 0);
}

const whatIsAsked = 'how many photos are on it';

/** DEV3, DEV4: no more photos than the setting allows for this kind of device. */
export const photos: Rule = ({ facts, policy }) => {
  const reading = facts.sections.photos;
  if (reading.state === 'unknown') return [cannotTell('photos-unknown', whatIsAsked, reading, facts)];
  const limit = policy.photoLimit[facts.kind];
  const seen = counted(reading.value, policy);
  if (seen > limit) {
    const without = policy.resourceFolder === null ? '' : ', the folder of teaching resources not counted';
    const text = `${reading.value.complete ? '' : 'At least '}${seen} photos and videos are on the device${without}; the limit is ${limit}.`;
    return [finding('photos-over-limit', text, 'Move what is needed to the setting’s own storage and clear the rest.')];
  }
  const blocked = reading.value.places.flatMap(({ count }) => (count.state === 'unknown' ? [count.reason] : []));
  if (reading.value.complete) {
    return blocked.length === 0
      ? []
      : [contradiction('photos-unknown', whatIsAsked, 'it says that all was counted, and that a part was not')];
  }
  if (blocked.length === 0 && reading.value.places.length > 0) {
    const text = 'The photos on the device are still being counted for the first time.';
    return [finding('photos-unknown', text, 'It goes on by itself while the device is switched on.')];
  }
  const text = 'Some folders could not be read, so the number of photos is not certain.';
  const remedy =
    facts.platform === 'android'
      ? 'Run termux-setup-storage in Termux on the device, and allow it the files it asks for.'
      : 'Run the agent with the right to read people’s folders.';
  return [finding('photos-unknown', text, remedy)];
};
