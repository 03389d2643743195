import { createHash, randomBytes } from 'node:crypto';

/** A word that stands nowhere in the world but where it was planted. */
export interface Canary {
  /** Where it was planted, for the failure's message. */
  what: string;
  word: string;
}

/** Makes canaries and remembers them all. */
export function createCanaries() {
  const all: Canary[] = [];
  return {
    all: all as readonly Canary[],
    /** A new one: letters and digits only, so that it may stand in a file's name, a cookie and a key alike. */
    plant(what: string): string {
      const word = `canary${randomBytes(8).toString('hex')}`;
      all.push({ what, word });
      return word;
    },
  };
}

/** Bytes in which canaries are looked for, with where they are from. */
export interface Haystack {
  where: string;
  bytes: Buffer;
}

/** Every canary that is found, in any of the forms a program may have given it. */
export function findCanaries(canaries: readonly Canary[], haystacks: readonly Haystack[]): string[] {
  const wanted = canaries.flatMap(({ what, word }) => formsOf(word).map(([form, bytes]) => ({ what, form, bytes })));
  return haystacks.flatMap(({ where, bytes }) =>
    wanted.filter((one) => bytes.includes(one.bytes)).map(({ what, form }) => `${what}, as ${form}, in ${where}`),
  );
}

function formsOf(word: string): [form: string, bytes: Buffer][] {
  const bytes = Buffer.from(word);
  const digest = (name: string) => createHash(name).update(word).digest();
  return [
    ['it is', bytes],
    ['UTF-16', Buffer.from(word, 'utf16le')],
    ['hexadecimal', Buffer.from(bytes.toString('hex'))],
    ...[0, 1, 2].map((shift): [string, Buffer] => [`base64 from byte ${shift}`, base64Inside(bytes, shift)]),
    ...['md5', 'sha1', 'sha256'].flatMap((name): [string, Buffer][] => [
      [`its ${name}`, digest(name)],
      [`its ${name} in hexadecimal`, Buffer.from(digest(name).toString('hex'))],
      [`its ${name} in base64`, Buffer.from(digest(name).toString('base64').slice(0, 20))],
    ]),
  ];
}

/** The letters of a base64 text that these bytes alone decide, when they begin `shift` bytes into a group of three. */
function base64Inside(bytes: Buffer, shift: number): Buffer {
  const text = Buffer.concat([Buffer.alloc(shift), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  return Buffer.from(text.slice(shift === 0 ? 0 : 4, -4));
}
