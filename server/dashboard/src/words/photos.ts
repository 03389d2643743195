import type { DeviceView } from '../../../../shared/api/devices.ts';
import type { Reading } from '../../../../shared/reading.ts';
import type { PhotoCount, PhotoPlace, Photos } from '../../../../shared/report/photos.ts';
import { counted } from '../../../../shared/words.ts';
import { severityWords } from './incident.ts';
import { dayWords } from './time.ts';
import type { Said } from './tone.ts';
import { unknownSaid } from './unknown.ts';

const places: { readonly [Name in PhotoPlace]: string } = {
  camera: 'Camera',
  pictures: 'Pictures',
  videos: 'Videos',
  downloads: 'Downloads',
  desktop: 'Desktop',
  documents: 'Documents',
  'chat-apps': 'Chat apps',
  bin: 'Bin (deleted, not yet gone)',
  resources: 'Teaching resources',
};

/** "12 photos and 1 video"; "no photos or videos". */
export function countWords(amount: PhotoCount): string {
  if (amount.photos === 0 && amount.videos === 0) return 'no photos or videos';
  const parts = [];
  if (amount.photos > 0) parts.push(counted(amount.photos, 'photo'));
  if (amount.videos > 0) parts.push(counted(amount.videos, 'video'));
  return parts.join(' and ');
}

/** What else is known of the files counted: "240 MB, 3 only in the cloud, the oldest of 12 Sep 2026"; empty when nothing is. */
export function countDetails({ bytes, cloudOnly, oldest }: PhotoCount): string {
  const parts = [];
  if (bytes !== undefined && bytes > 0) parts.push(sizeWords(bytes));
  if (cloudOnly !== undefined && cloudOnly > 0) parts.push(`${cloudOnly.toLocaleString('en-GB')} only in the cloud`);
  if (typeof oldest === 'string') parts.push(`the oldest of ${dayWords(oldest)}`);
  return parts.join(', ');
}

function sizeWords(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  return bytes >= 1e6 ? `${Math.round(bytes / 1e6)} MB` : 'under 1 MB';
}

/** How many photos: never "none" unless every place was counted. */
export function photosWords(reading: Reading<Photos>): Said {
  if (reading.state === 'unknown') return unknownSaid(reading);
  const { atLeast, complete } = reading.value;
  const none = atLeast.photos === 0 && atLeast.videos === 0;
  if (complete) return { text: none ? 'None' : countWords(atLeast), tone: 'plain' };
  return {
    text: none ? 'Not known: not every folder could be counted' : `At least ${countWords(atLeast)}`,
    tone: 'unknown',
  };
}

/** The same of a device, marked when it holds more than the setting allows. */
export function devicePhotosWords({ sections, findings }: Pick<DeviceView, 'sections' | 'findings'>): Said {
  const said = photosWords(sections.photos);
  const over = findings.find(({ code }) => code === 'photos-over-limit');
  return over === undefined ? said : { ...said, tone: severityWords(over.severity).tone };
}

export function photoPlaceWords(place: PhotoPlace): string {
  return places[place];
}
