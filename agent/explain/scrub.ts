import type { Numbering } from './scrub/addresses.ts';
import { learnFrom, type Secrets } from './scrub/learned.ts';
import { patternOf } from './scrub/name-pattern.ts';
import { shapes } from './scrub/shapes.ts';
import { isSystemWord } from './scrub/system-words.ts';

export type { Secrets } from './scrub/learned.ts';

/**
 * Makes a scrubber of a recorded case: the same word becomes the same stand-in in
 * every text of the case, so that what belongs together still does, and a line
 * stays a line. Private words are those that are given, those that a text shows by what
 * stands around them, and those of a known shape. It knows these kinds only: whoever
 * sends a case must read it first, and is told so.
 */
export function createScrubber(secrets: Secrets): (text: string) => string {
  const numberOf = createNumbering();
  let known = secrets;
  let sizeKnown = -1;
  let names: Name[] = [];
  let pattern: RegExp | undefined;

  return (text) => {
    known = learnFrom(text, known);
    const size = sizeOf(known);
    if (size !== sizeKnown) {
      names = namesOf(known);
      pattern = patternOf(names.map(({ word }) => word));
      sizeKnown = size;
    }
    return byShape(pattern === undefined ? text : text.replace(pattern, byName), numberOf);
  };

  function byName(_found: string, ...groups: unknown[]): string {
    const at = groups.slice(0, names.length).findIndex((group) => group !== undefined);
    const { word, kind } = names[at] ?? { word: '', kind: standIns.things };
    return `${kind}${numberOf(kind, plain(word))}`;
  }
}

/** Counts from 1 in each kind; the same word has the same number, whatever its case. */
function createNumbering() {
  const numbers = new Map<string, Map<string, number>>();
  return (kind: string, word: string): number => {
    const key = word.toLowerCase();
    const ofKind = numbers.get(kind) ?? new Map<string, number>();
    numbers.set(kind, ofKind);
    const number = ofKind.get(key) ?? ofKind.size + 1;
    ofKind.set(key, number);
    return number;
  };
}

interface Name {
  word: string;
  kind: string;
}

const standIns = { people: 'person', hosts: 'host', networks: 'network', things: 'STANDIN' } as const;

/** The longest first, each once: a word that is of two kinds has one stand-in. */
function namesOf(secrets: Secrets): Name[] {
  const { networks, things = [] } = secrets;
  // "KITA\\anna": of a domain.
  const people = secrets.people.map((name) => name.slice(name.lastIndexOf('\\') + 1));
  const domains = secrets.people.flatMap((name) => name.split('\\').slice(0, -1));
  const hosts = [...secrets.hosts, ...domains];
  const parts = people
    .flatMap((name) => name.split(/[^\p{L}\p{M}\p{N}]+/u))
    .filter((part) => part.length > 2 && /\p{L}/u.test(part));
  const found = new Map<string, Name>();
  const add = (words: readonly string[], kind: string) => {
    for (const word of words.map((one) => one.trim().normalize('NFC')))
      if (word.length > 1 && !isSystemWord(word) && !isStandIn(word) && !isShape(word) && !found.has(plain(word)))
        found.set(plain(word), { word, kind });
  };
  add(people, standIns.people);
  add(hosts, standIns.hosts);
  add(networks, standIns.networks);
  add(parts, standIns.people);
  add(
    things.filter((word) => word.length > 2),
    standIns.things,
  );
  return [...found.values()].sort((one, other) => other.word.length - one.word.length);
}

/** Under which a word and its other spelling have the same stand-in. */
function plain(word: string): string {
  return word.normalize('NFC').toLowerCase();
}

/** Such a word keeps its shape: it is replaced by it. */
function isShape(word: string): boolean {
  return /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{24,}|\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}|S-1-.*)$/i.test(
    word,
  );
}

function isStandIn(word: string): boolean {
  return /^(?:person|host|network|STANDIN)\d+$/.test(word);
}

function sizeOf({ people, hosts, networks, things = [] }: Secrets): number {
  return people.length + hosts.length + networks.length + things.length;
}

function byShape(text: string, numberOf: Numbering): string {
  const decided = new Set<string>();
  let rest = text;
  for (const { shape, make, isLast } of shapes) {
    const whole = rest;
    rest = whole.replace(shape, (found: string, ...more: unknown[]) => {
      if (isLast && decided.has(found)) return found;
      const at = more.find((one): one is number => typeof one === 'number') ?? 0;
      const end = at + found.length;
      const made = make(found, numberOf, whole.slice(Math.max(0, at - 40), at), whole.slice(end, end + 24));
      decided.add(made);
      return made;
    });
  }
  return rest;
}
