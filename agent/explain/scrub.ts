import { isIPv6 } from 'node:net';

/** Words that must not leave the device in a recorded case, with what each stands for. */
export interface Secrets {
  /** Account names, people's own names, home folders' names. */
  people: readonly string[];
  hosts: readonly string[];
  /** Wi-Fi networks' names. */
  networks: readonly string[];
}

/**
 * Makes a scrubber of a recorded case: the same word becomes the same stand-in in
 * every text of the case, so that what belongs together still does, and a line
 * stays a line. It knows these kinds of words only: whoever sends a case must read
 * it first, and is told so.
 */
export function createScrubber(secrets: Secrets): (text: string) => string {
  const standIns = new Map<string, string>();
  const standIn = (kind: string, word: string, make: (number: number) => string): string => {
    const key = `${kind} ${word.toLowerCase()}`;
    const found = standIns.get(key);
    if (found !== undefined) return found;
    const number = [...standIns.keys()].filter((known) => known.startsWith(`${kind} `)).length + 1;
    const made = make(number);
    standIns.set(key, made);
    return made;
  };
  const names = [
    ...words(secrets.people, 'person'),
    ...words(secrets.hosts, 'host'),
    ...words(secrets.networks, 'network'),
  ].sort((one, other) => other.word.length - one.word.length);

  const byName = (text: string): string =>
    names.reduce(
      (rest, { word, kind }) => rest.replace(wholeWord(word), () => standIn(kind, word, (n) => `${kind}${n}`)),
      text,
    );
  const byShape = (text: string): string =>
    shapes.reduce(
      (rest, { kind, shape, make, accept }) =>
        rest.replace(shape, (found: string, ...groups: unknown[]) => {
          const label = typeof groups[0] === 'string' && groups.length > 2 ? groups[0] : '';
          const word = found.slice(label.length);
          return isHarmless(word) || accept?.(word) === false
            ? found
            : `${label}${standIn(kind, word, (n) => make(n, word))}`;
        }),
      text,
    );
  return (text) => byShape(byName(text));
}

interface Shape {
  kind: string;
  /** With one group at most: what stands before the word and is kept. */
  shape: RegExp;
  make: (number: number, word: string) => string;
  /** Whether what has the shape is such a word at all. */
  accept?: (word: string) => boolean;
}

/** In this order: what could be part of another comes after it. */
const shapes: readonly Shape[] = [
  { kind: 'recovery-key', shape: /\b\d{6}(?:-\d{6}){7}\b/g, make: () => Array(8).fill('000000').join('-') },
  { kind: 'mail', shape: /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, make: (n) => `person${n}@example.com` },
  {
    kind: 'uuid',
    shape: /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi,
    make: (n) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  },
  {
    kind: 'hardware-address',
    shape: /\b[0-9a-f]{1,2}(?:[:-][0-9a-f]{1,2}){5}\b/gi,
    make: (n, word) =>
      ['02', '00', '00', '00', '00', n.toString(16).padStart(2, '0')].join(word.includes('-') ? '-' : ':'),
  },
  {
    kind: 'address6',
    shape: /(?<![\w:.])[0-9a-f:]{3,45}(?![\w:])/gi,
    accept: isIPv6,
    make: (n, word) => `${/^fe80/i.test(word) ? 'fe80' : '2001:db8'}::${n.toString(16)}`,
  },
  {
    kind: 'address4',
    shape: /(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w.])/g,
    make: (n) => `192.0.2.${n % 256}`,
  },
  {
    kind: 'serial',
    shape:
      /((?:"(?:serial|wwn|label|partlabel|uuid|partuuid|ptuuid)"\s*:\s*"|ID_(?:SERIAL|SERIAL_SHORT|WWN\w*|FS_LABEL\w*|FS_UUID\w*|PART_ENTRY_UUID|PART_ENTRY_NAME)=|\bSerial Number:\s*))[^"\r\n]+/gi,
    make: (n) => `STANDIN${n}`,
  },
  { kind: 'digest', shape: /\b[0-9a-f]{24,}\b/gi, make: (n, word) => String(n).padStart(word.length, '0') },
];

/** Addresses that everybody has, and stand-ins of an earlier round. */
function isHarmless(word: string): boolean {
  return /^(?:127\.|0\.0\.0\.0$|255\.|224\.|::|192\.0\.2\.|2001:db8:|00[:-]00[:-]00|02[:-]00[:-]00[:-]00|ff[:-]ff|0+$|00000000-0000-4000-8000-|person\d+@example\.com|STANDIN)/i.test(
    word,
  );
}

/** Names short enough to be part of anything (one letter) would turn the case into stand-ins altogether. */
function words(found: readonly string[], kind: string): { word: string; kind: string }[] {
  return [...new Set(found.map((word) => word.trim()))]
    .filter((word) => word.length > 1 && !common.has(word.toLowerCase()))
    .map((word) => ({ word, kind }));
}

/** Accounts and hosts that every system has: they tell nothing, and parsers go by them. */
const common = new Set([
  'root',
  'localhost',
  'nobody',
  'daemon',
  'user',
  'users',
  'public',
  'default',
  'home',
  'shared',
]);

/** Not inside a longer word: a person called "log" must not change "logind". */
function wholeWord(word: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])${word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\p{L}\\p{N}])`, 'giu');
}
