import type { Reading } from '../../../../shared/reading.ts';
import type { Media, Medium } from '../../../../shared/report/media.ts';
import type { Said } from './tone.ts';
import { unknownSaid } from './unknown.ts';

const kinds: { readonly [Bus in Medium['bus']]: string } = {
  usb: 'USB stick or disk',
  sd: 'Memory card',
  firewire: 'FireWire disk',
  thunderbolt: 'Thunderbolt disk',
  optical: 'Disc',
  camera: 'Camera or phone',
  other: 'Removable disk',
};

const encryptions: { readonly [Name in Medium['encryption']]: Said } = {
  encrypted: { text: 'encrypted', tone: 'good' },
  'not-encrypted': { text: 'not encrypted', tone: 'warn' },
  partial: { text: 'partly encrypted', tone: 'warn' },
  blank: { text: 'nothing on it', tone: 'plain' },
  unknown: { text: 'not known whether it is encrypted', tone: 'unknown' },
};

/** What is plugged in: "None", or how many and whether any is open to whoever finds it. */
export function mediaWords(reading: Reading<Media>): Said {
  if (reading.state === 'unknown') return unknownSaid(reading);
  const { attached } = reading.value;
  if (attached.length === 0) return { text: 'None', tone: 'plain' };
  const plain = attached.filter(({ encryption }) => encryption === 'not-encrypted' || encryption === 'partial').length;
  const unsure = attached.some(({ encryption }) => encryption === 'unknown');
  const text = attached.length === 1 ? 'One plugged in' : `${attached.length} plugged in`;
  if (plain > 0) return { text: `${text}, ${plain} not encrypted`, tone: 'warn' };
  return unsure ? { text: `${text}, not known whether encrypted`, tone: 'unknown' } : { text, tone: 'plain' };
}

export function mediumWords({ bus, sizeGb, encryption, inUse }: Medium): { name: string; state: Said; use: string } {
  return {
    name: sizeGb === null ? kinds[bus] : `${kinds[bus]}, ${sizeGb} GB`,
    state: encryptions[encryption],
    use: inUse === true ? 'open on the device now' : '',
  };
}

export function mediumEventWords({ what }: Media['recent'][number]): string {
  return what === 'arrived' ? 'put in' : 'pulled out';
}
