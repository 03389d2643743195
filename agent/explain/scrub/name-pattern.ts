/** How letters that many systems have no room for are also written. */
const plainSpellings: Readonly<Record<string, string>> = {
  ä: 'ae',
  ö: 'oe',
  ü: 'ue',
  ß: 'ss',
  æ: 'ae',
  ø: 'oe',
  å: 'aa',
  œ: 'oe',
  þ: 'th',
  ð: 'd',
  đ: 'd',
  ł: 'l',
  ı: 'i',
};

/** In Turkish "i" and "ı" are two letters with two capitals, and tools that know none of it mix all four. */
const turkish = '(?:[iıİ]|i\u0307)';

/** One letter as any system, tool and text format may write it. */
function letterPattern(letter: string): string {
  if (letter === 'i' || letter === 'I') return turkish;
  if (letter === ' ') return '(?:\\\\* |_|\\\\+x20|\\\\+040|%20)';
  if (/^[\p{L}\p{N}]$/u.test(letter) && letter < '\u0080') return letter;
  const decomposed = letter.normalize('NFD');
  const bytes = [...new TextEncoder().encode(letter)];
  const ways = [
    letter < '\u0080' ? `\\\\*${escaped(letter)}` : escaped(letter),
    escaped(decomposed),
    ...[letter, decomposed].map((form) => [...utf16(form)].map((unit) => `\\\\+u${unit}`).join('')),
    ...(letter < '\u0080' ? [] : [bytes.map((byte) => `\\\\+x${hex(byte, 2)}`).join('')]),
    bytes.map((byte) => `%${hex(byte, 2)}`).join(''),
    ...(letter < '\u0080' ? [] : spelledPlainly(letter, decomposed)),
  ];
  return `(?:${[...new Set(ways)].join('|')})`;
}

function spelledPlainly(letter: string, decomposed: string): string[] {
  const plain = decomposed.replace(/\p{M}/gu, '');
  // A text in the wrong code page has something else in its place.
  return [
    plainSpellings[letter.toLowerCase()],
    plain === letter ? undefined : escaped(plain),
    '[?\uFFFD\u0080-\u00ff]',
  ].filter((way) => way !== undefined);
}

function* utf16(text: string): Generator<string> {
  for (let at = 0; at < text.length; at++) yield hex(text.charCodeAt(at), 4);
}

function hex(value: number, width: number): string {
  return value.toString(16).padStart(width, '0');
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

/** What may stand before a word: no letter or digit, but for those of an escaped line's end. */
const before = '(?:(?<![\\p{L}\\p{N}])|(?<=\\\\[nrt]))';
/** DANGER: no longer word: a person called "log" must not change "logind". */
const after = '(?![\\p{L}\\p{N}])';
const end = `(?=(?:['’]?s)?${after})`;

/** Scripts that put no space between words: a name in them stands beside other letters. */
const unspaced =
  /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;

function wordPattern(name: string): string {
  return `(${[...name.normalize('NFC')].map(letterPattern).join('')})`;
}

/**
 * One expression that finds all the names, as whole words, each in a group of its own in
 * the order given: written with combining marks, with plain letters, and in the escapes of
 * JSON, udev and addresses. With an "s" after it where it is said to whom something belongs.
 */
export function patternOf(names: readonly string[]): RegExp | undefined {
  if (names.length === 0) return undefined;
  const words = names.map(wordPattern);
  const whole = names.some((name) => unspaced.test(name))
    ? words.map((word, at) => (unspaced.test(names[at] ?? '') ? word : `${before}${word}${end}`)).join('|')
    : `${before}(?:${words.join('|')})${end}`;
  return new RegExp(whole, 'giu');
}
