import { readLevel, stampOfLevel } from '../level/level-folder.ts';
import type { Marks, StorageMark } from '../marks.ts';
import type { Store, Tools } from '../store.ts';
import { hostOfOrigin, type Wanted } from '../wanted.ts';

const firstOfKeys = 0x5f;
/** How Chromium writes a text: its letters in one byte each, or in two. */
const [narrow, wide] = ['\x01', '\x00'];

/** The local storage of one Chromium profile. */
export function chromiumLocalStorage(folder: string, tools: Tools): Store {
  return {
    id: folder,
    stamp: () => stampOfLevel(folder, tools),
    async read(wanted, signal) {
      const question = { isWanted: createIsWanted(wanted), text: wanted.text };
      const { keys, sound } = await readLevel(folder, question, tools, signal);
      const marks: Marks = { cookies: [], storage: marksOf(keys, wanted) };
      return sound ? marks : { ...marks, trouble: 'not-understood' };
    },
  };
}

/** A key is `_ORIGIN 00 KEY`. Keys of one origin follow one another: each origin is made a text once, not each key. */
function createIsWanted(wanted: Wanted): (key: Uint8Array) => boolean {
  let last: { origin: Buffer; isWanted: boolean } = { origin: Buffer.alloc(0), isWanted: false };
  return (key) => {
    if (key[0] !== firstOfKeys) return false;
    const end = key.indexOf(0);
    if (end < 0) return false;
    const origin = key.subarray(1, end);
    if (!last.origin.equals(origin)) {
      const host = hostOfStorageKey(Buffer.from(origin).toString('latin1'));
      last = { origin: Buffer.from(origin), isWanted: wanted.hostOf(host ?? '') !== undefined };
    }
    return last.isWanted;
  };
}

/** The host of "https://app.famly.co"; inside another site's page it is "https://app.famly.co/^0https://other.example". */
function hostOfStorageKey(text: string): string | undefined {
  return hostOfOrigin(/^[^/]+:\/\/[^/]+/.exec(text)?.[0] ?? '');
}

function marksOf(keys: readonly string[], wanted: Wanted): StorageMark[] {
  const origins = new Map<string, StorageMark & { keys: string[] }>();
  for (const key of keys) {
    const [origin = '', ...rest] = key.slice(1).split('\0');
    const host = wanted.hostOf(hostOfStorageKey(origin) ?? '');
    if (host === undefined) continue;
    const mark = origins.get(origin) ?? { host, keys: [], certain: true };
    const name = nameOf(rest.join('\0'));
    if (wanted.keys.includes(name)) mark.keys.push(name);
    origins.set(origin, mark);
  }
  return [...origins.values()];
}

function nameOf(stored: string): string {
  if (stored.startsWith(narrow)) return stored.slice(1);
  return stored.startsWith(wide) ? Buffer.from(stored.slice(1), 'latin1').toString('utf16le') : '';
}
