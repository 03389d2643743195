/**
 * What the first 16 bytes of a file say it is (platforms.md 7 lists the marks);
 * undefined: no picture or film that is known here. Never throws, for any bytes.
 */
export function kindOfHead(head: Uint8Array): 'photo' | 'video' | undefined {
  const text = String.fromCharCode(...head.subarray(0, 16));
  if (photoMarks.some((mark) => text.startsWith(mark))) return 'photo';
  if (text.startsWith('\x1a\x45\xdf\xa3') || text.startsWith('\x00\x00\x01\xba') || text.startsWith('FLV\x01')) {
    return 'video';
  }
  if (text.startsWith('RIFF')) return riffKinds[text.slice(8, 12)];
  return text.slice(4, 8) === 'ftyp' && text.length >= 12 ? brandKind(text.slice(8, 12)) : undefined;
}

const photoMarks = [
  '\xff\xd8\xff',
  '\x89PNG\r\n\x1a\n',
  'GIF87a',
  'GIF89a',
  'II*\x00',
  'MM\x00*',
  'IIRO',
  'IIRS',
  'IIU\x00',
  'FUJIFILM',
  'FOVb',
  '\x00\x00\x00\x0cJXL ',
];

const riffKinds: { readonly [Form in string]?: 'photo' | 'video' } = { WEBP: 'photo', 'AVI ': 'video' };

/** Major brands of the ISO base media format. Audio has brands of its own; any other brand is a film. */
function brandKind(brand: string): 'photo' | 'video' | undefined {
  if (/^(?:hei[cxms]|hev[cx]|mif1|msf1|avi[fs]|crx )$/.test(brand)) return 'photo';
  return /^(?:M4A |M4B |M4P |F4A |F4B )$/.test(brand) ? undefined : 'video';
}
