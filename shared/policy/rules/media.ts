import type { Medium } from '../../report/media.ts';
import type { Policy } from '../document.ts';
import { cannotTell, finding, listOf, type Rule } from './rule.ts';

const busWords: { readonly [Bus in Exclude<Medium['bus'], 'camera'>]: string } = {
  usb: 'a USB stick or disk',
  sd: 'a memory card',
  firewire: 'a FireWire disk',
  thunderbolt: 'a Thunderbolt disk',
  optical: 'a disc',
  other: 'a removable medium',
};

type Ruled = Medium & { bus: keyof typeof busWords };

/**
 * A drive or card reader with nothing in it holds nothing and is no medium. Nor is a
 * camera on its cable: unloading it is what DEV9 asks before an outing, and it cannot
 * be told from a phone that charges. It is shown, and never put on record.
 */
function isRuled(medium: Medium): medium is Ruled {
  return medium.bus !== 'camera' && (medium.encryption !== 'blank' || medium.sizeGb !== null);
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
  const attached = reading.value.attached.filter(isRuled);
  const judged = (as: Judged) => attached.filter((medium) => judgeMedium(medium, policy) === as);
  return [...against(judged('against'), policy), ...uncertain(judged('cannot-tell'))];
};

function against(found: readonly Ruled[], { removableMedia }: Policy) {
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

function uncertain(found: readonly Ruled[]) {
  if (found.length === 0) return [];
  const text = `${wordsOf(found)} ${found.length === 1 ? 'is' : 'are'} attached to this device, and it cannot be told whether ${found.length === 1 ? 'it is' : 'they are'} encrypted.`;
  return [finding('removable-media-unknown', text, 'Have it taken out, and look at it on a computer that can tell.')];
}

/** "A USB stick or disk (16 GB) and a memory card", as the beginning of a sentence. */
function wordsOf(found: readonly Ruled[]): string {
  const words = listOf(found.map(({ bus, sizeGb }) => `${busWords[bus]}${sizeGb === null ? '' : ` (${sizeGb} GB)`}`));
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
