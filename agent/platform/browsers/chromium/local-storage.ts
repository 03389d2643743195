import { type Level, stampOfLevel, withLevelCopy } from '../level/level-copy.ts';
import type { Marks, StorageMark } from '../marks.ts';
import type { Store, Tools } from '../store.ts';
import { stopIfOver, Unreadable } from '../unreadable.ts';
import { hostOfOrigin, type Wanted } from '../wanted.ts';

/** A profile that was in daily use for years has some thousands. */
const maxOrigins = 20_000;
/** How Chromium writes a text: its letters in one byte each, or in two. */
const encodings = [
  (key: string) => `\x01${key}`,
  (key: string) => `\x00${[...key].map((letter) => `${letter}\0`).join('')}`,
];

/** The local storage of one Chromium profile. */
export function chromiumLocalStorage(folder: string, tools: Tools): Store {
  return {
    id: folder,
    stamp: () => stampOfLevel(folder, tools),
    read: (wanted, signal) =>
      withLevelCopy(folder, tools, signal, (level, sound) => readStorage(level, sound, wanted, signal)),
  };
}

async function readStorage(level: Level, sound: boolean, wanted: Wanted, signal: AbortSignal): Promise<Marks> {
  const storage: StorageMark[] = [];
  for (const { origin, host } of await listedOrigins(level, wanted, signal)) {
    storage.push({ host, keys: await keysOf(level, origin, wanted.keys), certain: true });
  }
  return sound ? { cookies: [], storage } : { cookies: [], storage, trouble: 'not-understood' };
}

/**
 * The origins of listed hosts. Keys are `_ORIGIN 00 KEY`: from each origin one
 * jumps to the next, so that nothing of the others is listed. An iterator over
 * keys: no value is ever asked for.
 */
async function listedOrigins(level: Level, wanted: Wanted, signal: AbortSignal) {
  const found: { origin: Buffer; host: string }[] = [];
  const keys = level.keys({ gte: Buffer.from('_'), lt: Buffer.from('`') });
  try {
    for (let count = 0; ; count += 1) {
      stopIfOver(signal);
      const key = await keys.next();
      if (key === undefined) return found;
      if (count > maxOrigins) throw new Unreadable('timed-out');
      const end = key.indexOf(0);
      if (end < 0) throw new Unreadable('not-understood');
      const origin = key.subarray(0, end);
      const host = wanted.hostOf(hostOfStorageKey(origin.toString('latin1', 1)) ?? '');
      if (host !== undefined) found.push({ origin, host });
      keys.seek(Buffer.concat([origin, Buffer.of(1)]));
    }
  } finally {
    await keys.close();
  }
}

/** "https://app.famly.co"; inside another site's page "https://app.famly.co/^0https://other.example". */
function hostOfStorageKey(text: string): string | undefined {
  return hostOfOrigin(/^[^/]+:\/\/[^/]+/.exec(text)?.[0] ?? '');
}

async function keysOf(level: Level, origin: Buffer, wanted: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const name of wanted) {
    const forms = encodings.map((form) => Buffer.concat([origin, Buffer.of(0), Buffer.from(form(name), 'latin1')]));
    const hits = await Promise.all(forms.map((key) => level.has(key)));
    if (hits.includes(true)) found.push(name);
  }
  return found;
}
