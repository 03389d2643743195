import { type LevelContent, readContent } from '../level/level-content.ts';
import { makeLevel } from '../level/level-writer.ts';
import type { SafeFolder } from './safe-folder.ts';

/** All that a site may keep is 10 MB; a database far beyond that is left as it is. */
const maxBytes = 128 * 1024 * 1024;
/** The order of keys in the databases that are written anew; others have an order of their own. */
const bytewise = 'leveldb.BytewiseComparator';

/** Which keys of a database are to go, by all that is in it. */
export type ChooseKeys = (entries: ReadonlyMap<string, Uint8Array>) => (key: string) => boolean;

/**
 * Writes a LevelDB anew without some of its keys: also what was deleted or replaced
 * in it long ago is then in none of its files. False: it is damaged, or of a kind not known here.
 *
 * INVARIANT: whenever this is cut short, the old database or the new one counts, whole:
 * which of them is said by the one file that LevelDB itself switches by.
 */
export async function editLevel(folder: SafeFolder, choose: ChooseKeys): Promise<boolean> {
  const names = () => folder.names();
  const content = await readContent({ names, read: (name) => folder.read(name, maxBytes) });
  if (content === undefined || content.comparator !== bytewise) return false;
  const goes = choose(content.entries);
  const entries = new Map([...content.entries].filter(([key]) => !goes(key)));
  await replaceLevel(folder, { ...content, entries });
  return true;
}

async function replaceLevel(folder: SafeFolder, content: LevelContent): Promise<void> {
  const { log, manifest, current } = makeLevel(content);
  for (const { name, bytes } of [log, manifest, current]) {
    await folder.put(name, bytes, 'CURRENT');
    bytes.fill(0);
  }
  const kept = [log.name, manifest.name, current.name];
  for (const name of content.parts) if (!kept.includes(name)) await folder.remove(name);
}
