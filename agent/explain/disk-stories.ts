import { unknownSentence } from '../../shared/policy/unknown-sentences.ts';
import type { Encryption, Volume } from '../../shared/report/encryption.ts';
import type { Media, Medium } from '../../shared/report/media.ts';
import type { PhotoCount, Photos } from '../../shared/report/photos.ts';
import { counted, listOf } from '../../shared/words.ts';
import { moment, type Story } from './story.ts';

const verdicts: { readonly [Name in Encryption['protection']]: string } = {
  protected: 'The device is PROTECTED: everything that can hold people’s data is encrypted.',
  partial: 'The device is only PARTLY protected: some of it is encrypted and some is not.',
  converting: 'The device is STILL BEING encrypted or decrypted; it does not count as protected.',
  'not-protected': 'The device is NOT protected: whoever finds it can read what is on it.',
};

const uses: { readonly [Name in Volume['holds']]: string } = {
  system: 'the system',
  home: 'people’s own files',
  data: 'other data',
  swap: 'memory put aside (swap)',
  boot: 'what starts the device',
};

const states: { readonly [Name in Volume['state']]: string } = {
  protected: 'encrypted',
  'not-protected': 'NOT encrypted',
  converting: 'being encrypted or decrypted just now',
  suspended: 'encrypted, but its key lies in the open (protection is suspended)',
  locked: 'encrypted and not opened',
  partial: 'encrypted in part',
  unknown: 'not known',
};

/** DEV1. The definition is that of `shared/report/encryption.ts`. */
export const encryptionStory: Story<Encryption> = {
  question: 'Is the disk encrypted, so that a lost device gives nothing away?',
  demands: ['DEV1'],
  answer: ({ protection, volumes }) => [
    verdicts[protection],
    ...volumes.map(
      ({ id, holds, state, scheme }) =>
        `${id} holds ${uses[holds]}: ${states[state]}${scheme === undefined || scheme === 'none' || scheme === 'unknown' ? '' : ` (${scheme})`}.`,
    ),
  ],
  follows({ protection, volumes }) {
    const wanting = volumes.filter(
      ({ holds, state }) => holds !== 'boot' && state !== 'protected' && state !== 'locked',
    );
    const against = listOf(wanting.map(({ id, state }) => `${id} is ${states[state]}`));
    const nothing =
      protection === 'protected'
        ? 'No volume that counts was found plain, suspended, half done or unknown.'
        : 'The system says so of the device as a whole, and no single volume was named.';
    const reason = wanting.length === 0 ? nothing : `What stands against it: ${against}.`;
    return [
      'A device counts as protected only when the system and every fixed volume that can hold people’s data, swap included, are encrypted, the key is guarded, and no conversion is running.',
      'What starts the device (boot, recovery) may stay plain. Memory sticks are judged on their own: see "media".',
      reason,
    ];
  },
};

const kinds: { readonly [Name in Medium['bus']]: string } = {
  usb: 'a USB stick or disk',
  sd: 'a memory card',
  firewire: 'a FireWire disk',
  thunderbolt: 'a Thunderbolt disk',
  optical: 'a disc',
  camera: 'a camera or phone',
  other: 'a removable disk',
};

const mediumStates: { readonly [Name in Medium['encryption']]: string } = {
  encrypted: 'encrypted',
  'not-encrypted': 'NOT encrypted',
  partial: 'encrypted in part',
  blank: 'nothing on it',
  unknown: 'whether it is encrypted is not known',
};

/** DEV10. */
export const mediaStory: Story<Media> = {
  question: 'Which memory sticks, cards and cameras are attached?',
  demands: ['DEV10'],
  answer: ({ attached, recent }) => [
    attached.length === 0
      ? 'Nothing removable is attached.'
      : `${counted(attached.length, 'medium', 'media')} attached.`,
    ...attached.map(
      ({ bus, sizeGb, encryption, inUse, since }) =>
        `${kinds[bus]}${sizeGb === null ? '' : ` of ${sizeGb} GB`}: ${mediumStates[encryption]}${inUse === true ? ', open on this device now' : ''}${since === null ? ', there before the agent started' : `, since ${moment(since)}`}.`,
    ),
    ...recent.map(
      ({ what, at }) => `Something ${what === 'arrived' ? 'was put in' : 'was pulled out'} at ${moment(at)}.`,
    ),
  ],
  follows: () => [
    'A stick with an ordinary file system (FAT, exFAT, NTFS, ext4) is never protected. It counts as encrypted when all of it that can hold files is.',
    'The stick’s serial number stays here: the server gets a code that only this setting can make from it.',
    'Whether a stick is allowed is for the setting’s policy, not for the device.',
  ],
};

/** DEV3, DEV4, DEV9. */
export const photosStory: Story<Photos> = {
  question: 'How many photos and videos are kept on the device?',
  demands: ['DEV3', 'DEV4', 'DEV9'],
  answer: ({ places, atLeast, complete }) => [
    `${complete ? '' : 'At least '}${photosIn(atLeast)}.`,
    ...places.map(({ place, count }) =>
      count.state === 'known'
        ? `${place}: ${photosIn(count.value)}.`
        : `${place}: not known, for ${unknownSentence(count.reason).why}.`,
    ),
  ],
  follows: ({ complete }) => [
    'Files are counted by their kind in the folders where people and cameras keep them; thumbnails and what programs bring along are left out. No picture is opened, no name is kept or sent.',
    'What lies only in the cloud is counted by its name and never fetched.',
    complete
      ? 'Every folder could be read, so the number is the whole.'
      : 'Some folders could not be read or were not reached yet, so there may be more: this is never shown as "none".',
  ],
};

function photosIn({ photos, videos, cloudOnly, bytes, oldest }: PhotoCount): string {
  const size = bytes === undefined ? '' : `, ${Math.round(bytes / 1e6)} MB`;
  const cloud = cloudOnly === undefined || cloudOnly === 0 ? '' : `, ${cloudOnly} of them only in the cloud`;
  const age = typeof oldest === 'string' ? `, the oldest of ${oldest.slice(0, 10)}` : '';
  return `${counted(photos, 'photo')} and ${counted(videos, 'video')}${size}${cloud}${age}`;
}
