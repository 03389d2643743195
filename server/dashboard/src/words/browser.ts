/** The first that is named wins: Edge calls itself Chrome too, and Chrome Safari. */
const browsers: readonly (readonly [RegExp, string])[] = [
  [/Edg/i, 'Edge'],
  [/Firefox|FxiOS/i, 'Firefox'],
  [/Chrom|CriOS/i, 'Chrome'],
  [/Safari/i, 'Safari'],
];
const systems: readonly (readonly [RegExp, string])[] = [
  [/Android/i, 'Android'],
  [/iPhone|iPad/i, 'iPhone or iPad'],
  [/Windows/i, 'Windows'],
  [/Mac OS|Macintosh/i, 'a Mac'],
  [/Linux|CrOS/i, 'Linux'],
];

/** A browser's own words about itself, made readable: "Chrome on Windows". What is not known is shown as it stands. */
export function browserWords(text: string): string {
  const browser = browsers.find(([pattern]) => pattern.test(text))?.[1];
  const system = systems.find(([pattern]) => pattern.test(text))?.[1];
  if (browser === undefined) return text.trim() === '' ? 'A browser that does not say what it is' : text;
  return system === undefined ? browser : `${browser} on ${system}`;
}
