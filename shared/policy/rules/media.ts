import type { Medium } from '../../report/media.ts';
import type { Policy } from '../document.ts';
import { cannotTell, finding, listOf, type Rule } from './rule.ts';

const busWords: { readonly [Bus in Medium['bus']]: string } = {
  usb: 'a USB stick or disk',
  sd: 'a memory card',
  firewire: 'a FireWire disk',
  thunderbolt: 'a Thunderbolt disk',
  optical: 'a disc',
  camera: 'a camera or phone',
  other: 'a removable medium',
};

/** A drive or card reader with nothing in it holds nothing and is no medium. */
function isMedium({ encryption, sizeGb }: Medium): boolean {
  return encryption !== 'blank' || sizeGb !== null;
}

type Judged = 'against' | 'cannot-tell' | 'fine';

/** How one medium stands under the setting's switch. */
function judgeMedium({ encryption }: Medium, { removableMedia }: Policy): Judged {
  if (removableMedia === 'forbidden') return 'against';
  if (removableMedia === 'allowed' || encryption === 'encrypted' || encryption === 'blank') return 'fine';
  return encryption === 'unknown' ? 'cannot-tell' : 'against';
}

/** DEV10: memory sticks and the like, as the setting's switch says. */
export const media: Rule = ({ facts, policy }) => {
  if (policy.removableMedia === 'allowed') return [];
  const reading = facts.sections.media;
  if (reading.state === 'unknown') return [cannotTell('media-unknown', 'whether a memory stick is attached', reading)];
  const attached = reading.value.attached.filter(isMedium);
  const judged = (as: Judged) => attached.filter((medium) => judgeMedium(medium, policy) === as);
  return [...against(judged('against'), policy), ...uncertain(judged('cannot-tell'))];
};

function against(found: readonly Medium[], { removableMedia }: Policy) {
  if (found.length === 0) return [];
  const rule =
    removableMedia === 'forbidden'
      ? 'the setting does not allow removable media'
      : `${found.length === 1 ? 'it is' : 'they are'} not fully encrypted as the setting demands`;
  const text = `${wordsOf(found)} ${found.length === 1 ? 'is' : 'are'} attached to this device, and ${rule}.`;
  const remedy =
    removableMedia === 'forbidden'
      ? 'Find out what was copied, have it taken out and handed in.'
      : 'Have it taken out, and encrypt it before it is used again.';
  return [finding('removable-media', text, remedy)];
}

function uncertain(found: readonly Medium[]) {
  if (found.length === 0) return [];
  const text = `${wordsOf(found)} ${found.length === 1 ? 'is' : 'are'} attached to this device, and it cannot be told whether ${found.length === 1 ? 'it is' : 'they are'} encrypted.`;
  return [finding('removable-media-unknown', text, 'Have it taken out, and look at it on a computer that can tell.')];
}

/** "A USB stick or disk (16 GB) and a memory card", as the beginning of a sentence. */
function wordsOf(found: readonly Medium[]): string {
  const words = listOf(found.map(({ bus, sizeGb }) => `${busWords[bus]}${sizeGb === null ? '' : ` (${sizeGb} GB)`}`));
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
