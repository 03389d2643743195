import type { PhotoCount, Photos } from '../../report/photos.ts';
import type { EvaluatedPolicy } from '../evaluated-policy.ts';
import type { Facts } from '../facts.ts';

const both = ({ photos, videos }: PhotoCount): number => photos + videos;

/** Photos and videos that were seen, wherever they are. */
export function seenOn({ atLeast }: Photos): number {
  return both(atLeast);
}

/** Whether any photo or video is on the device. Only a whole count of nothing is "none". */
export function photosOn({ sections: { photos } }: Pick<Facts, 'sections'>): 'none' | 'some' | 'cannot-tell' {
  if (photos.state === 'unknown') return 'cannot-tell';
  if (seenOn(photos.value) > 0) return 'some';
  const { complete, places } = photos.value;
  return complete && places.every(({ count }) => count.state === 'known' && both(count.value) === 0)
    ? 'none'
    : 'cannot-tell';
}

/**
 * How many photos and videos count against the limit, at the least: all that were
 * seen, less those in the setting's own folder of teaching resources, which may
 * stay for the academic year (DEV4). Where that folder could not be counted, only
 * the other places are certain.
 */
export function countedAgainstLimit({ places, atLeast }: Photos, { resourceFolder }: EvaluatedPolicy): number {
  const kept = resourceFolder === null ? undefined : countOf(places, 'resources');
  if (kept === undefined) return both(atLeast);
  if (kept.state === 'known') return Math.max(0, both(atLeast) - both(kept.value));
  return elsewhere(places).reduce((sum, count) => sum + both(count), 0);
}

/** The setting's folder of teaching resources, and everything else, as far as counted; undefined: there is no such folder. */
export function apart(
  { places, atLeast }: Photos,
  { resourceFolder }: EvaluatedPolicy,
): { resources: PhotoCount | undefined; others: readonly PhotoCount[] } {
  const kept = resourceFolder === null ? undefined : countOf(places, 'resources');
  if (kept === undefined) return { resources: undefined, others: [atLeast] };
  return { resources: kept.state === 'known' ? kept.value : undefined, others: elsewhere(places) };
}

function countOf(places: Photos['places'], wanted: Photos['places'][number]['place']) {
  return places.find(({ place }) => place === wanted)?.count;
}

function elsewhere(places: Photos['places']): PhotoCount[] {
  return places.flatMap(({ place, count }) => (place !== 'resources' && count.state === 'known' ? [count.value] : []));
}
