import { join } from 'node:path';
import type { PhotoPlace } from '../../../shared/report/photos.ts';
import type { Entry, Held } from '../held-folder.ts';
import { bearsCloudMark, isCloudName } from './clear-clouds.ts';
import { pickFiles } from './clear-files.ts';
import { type At, type Pass, patiently, placeOf } from './clear-pass.ts';
import { type ClearRoot, doubtRoot, exchanged, nameOf } from './clear-roots.ts';
import { readsHeads } from './measure.ts';
import { isWalked } from './names.ts';
import { newFolder } from './sums.ts';

/** Deeper than anybody files photos: each level holds a folder open. What lies below counts as not looked at. */
const maxDepth = 100;
const photoLibrary = /\.(?:photoslibrary|photolibrary|aplibrary|migratedphotolibrary)$/i;

/** Walks below one root. Folders are gone into through the one that holds them, never by a path again. */
export async function walkRoot(found: ClearRoot, pass: Pass): Promise<void> {
  const { root, path, ground, isCloud, place, owner } = found;
  if (place === 'resources' && !pass.wanted.has('resources')) return;
  let held: Held;
  try {
    held = patiently(await pass.ask(ground, () => pass.parts.hold(path)).catch(exchanged), ground, pass.ask);
  } catch (error) {
    return doubtRoot(root, error, pass);
  }
  const isLibrary = path.split(/[\\/]/).some((name) => photoLibrary.test(name));
  const at = { held, path: root.path, name: nameOf(found), place, ground, isCloud, isLibrary, owner, depth: 0 };
  try {
    if (held.id !== found.id) throw Object.assign(new Error('another folder took its place'), { code: 'EPERM' });
    await visitFolder(at, pass, root);
  } catch (error) {
    doubtRoot(root, error, pass);
  } finally {
    await held.close().catch(() => {});
  }
}

async function visitFolder(told: At, pass: Pass, root?: ClearRoot['root']): Promise<void> {
  pass.signal.throwIfAborted();
  const entries = await told.held.list();
  const isCloud = told.isCloud || pass.clouds.has(told.held.id) || bearsCloudMark(entries);
  const at = isCloud === told.isCloud ? told : { ...told, isCloud };
  if (root?.only !== true) await visitFiles(at, entries, pass);
  for (const entry of entries) {
    const place = placeInside(at, entry, pass, root);
    if (place !== undefined) await goInto(at, entry, place, pass);
  }
}

/** As what a folder in a folder counts; undefined: it is passed over. */
function placeInside(at: At, { kind, name }: Entry, pass: Pass, root?: ClearRoot['root']): PhotoPlace | undefined {
  if (kind !== 'folder' || !isWalked(name, at.name)) return undefined;
  const isResource = pass.isResource(name);
  // A folder that people share is a place for its resource folder alone.
  if (root?.only === true && !isResource) return undefined;
  if (at.place === 'resources' || isResource) return pass.wanted.has('resources') ? 'resources' : undefined;
  return root?.passesOver?.(name) ? undefined : at.place;
}

async function goInto(at: At, entry: Entry, place: PhotoPlace, pass: Pass): Promise<void> {
  const path = join(at.path, entry.name);
  const ground = pass.grounds.within(path, at.ground);
  if (ground.kind === 'apart') return;
  let held: Held | undefined;
  try {
    held = patiently(await pass.ask(ground, () => at.held.enter(entry.bytes)).catch(exchanged), ground, pass.ask);
    const isResource = place === 'resources' || pass.resources.has(held.id);
    if (pass.claimed.has(held.id) || (isResource && !pass.wanted.has('resources'))) return;
    pass.claimed.add(held.id);
    if (at.depth >= maxDepth || (at.owner !== undefined && at.owner !== held.owner)) throw refusal();
    const isCloud = at.isCloud || isCloudName(entry.name) || pass.parts.isShared?.(path, ground) === true;
    const isLibrary = at.isLibrary || photoLibrary.test(entry.name);
    const inside = { held, path, name: entry.name, ground, isCloud, isLibrary, owner: at.owner, depth: at.depth + 1 };
    await visitFolder({ ...inside, place: isResource ? 'resources' : place }, pass);
  } catch (error) {
    pass.doubt(place, error);
  } finally {
    await held?.close().catch(() => {});
  }
}

function refusal(): Error {
  return Object.assign(new Error('not gone into'), { code: 'EPERM' });
}

async function visitFiles(at: At, entries: readonly Entry[], pass: Pass): Promise<void> {
  if (!pass.wanted.has(at.place) && !pass.wanted.has('bin')) return;
  const counted = { folder: newFolder(at.path, at.name), place: at.place, ground: at.ground };
  const picked = await pickFiles(at.held, entries, {
    only: pass.selection.only,
    untilMs: pass.untilMs,
    readsHeads: readsHeads(counted) && !at.isCloud,
    onTrouble: (error) => pass.doubt(at.place, error),
  });
  for (const each of picked) {
    if (!pass.wanted.has(placeOf(at, each))) continue;
    pass.signal.throwIfAborted();
    const inCloud = (at.isCloud || each.elsewhere) && pass.selection.cloudFolders === undefined;
    try {
      await pass.visit(at, each, inCloud || (at.isLibrary && pass.selection.cloudFolders === undefined));
    } catch (error) {
      pass.doubt(placeOf(at, each), error);
    }
  }
}
