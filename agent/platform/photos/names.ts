/** Pictures as cameras, phones and scanners write them, raw formats included. */
const photoEndings = [
  ...['jpg', 'jpeg', 'jpe', 'jfif', 'jp2', 'mpo', 'heic', 'heif', 'heics', 'hif', 'avif', 'jxl', 'png', 'gif', 'webp'],
  ...['bmp', 'tif', 'tiff', 'insp', 'dng', 'cr2', 'cr3', 'crw', 'nef', 'nrw', 'arw', 'sr2', 'srf', 'raf', 'orf'],
  ...['rw2', 'pef', 'srw', 'x3f', '3fr', 'iiq', 'kdc', 'dcr', 'mrw', 'rwl', 'erf', 'mef', 'mos', 'raw', 'gpr', 'psd'],
];

const videoEndings = [
  ...['mp4', 'm4v', 'mov', 'qt', '3gp', '3g2', '3gpp', 'avi', 'mkv', 'webm', 'mts', 'm2ts', 'm2t', 'mpg', 'mpeg'],
  ...['m2v', 'wmv', 'asf', 'flv', 'f4v', 'ogv', 'mod', 'tod', 'vob', 'dv', 'divx', 'mxf', 'insv', '360'],
];

/** The still half of a Live Photo; its other half is a film of the same name. */
const livePhotoStills = ['heic', 'heif', 'jpg', 'jpeg'];
const livePhotoFilm = 'mov';

/**
 * What a name says. `still` and `film` may be halves of one Live Photo. `untold`:
 * no ending, so only the file itself could say.
 */
export type NameKind = 'photo' | 'still' | 'video' | 'film' | 'untold' | 'none';

/** Kinds by ending, in small letters and in capitals: only mixed ones must be made small to be found. */
const kinds = new Map<string, NameKind>();
for (const [endings, kind] of [
  [photoEndings, 'photo'],
  [livePhotoStills, 'still'],
  [videoEndings, 'video'],
  [[livePhotoFilm], 'film'],
] as const) {
  for (const ending of endings) kinds.set(ending, kind).set(ending.toUpperCase(), kind);
}

/** Names that are none of these, for names that nobody changed: those end in what they are. */
const plainPhoto = notEndingIn([...photoEndings, ...livePhotoStills]);
/** Endings of neither, without anything that would make them more than they seem. */
const plainOther =
  /\/(?![^./$][^/]*\.(?!(?:mov|nextcloud|owncloud|cloud)(?:\/|$))(?![^/]*(?:~|_original)(?:\/|$))(?=[^/]*[^\d/])[^\s./]{1,16}(?:\/|$))[^/]*/gi;
const plainVideo = notEndingIn(videoEndings.filter((ending) => ending !== livePhotoFilm));

function notEndingIn(endings: readonly string[]): RegExp {
  return new RegExp(`/(?![^./$][^/]*\\.(?:${endings.join('|')})(?:/|$))[^/]*`, 'gi');
}

/** A name, and what it says beside its kind. */
export interface PlainName {
  /** Without what a bin, a cloud store or a tool added to it. */
  name: string;
  kind: NameKind;
  /** It was thrown away, on a phone that keeps its bin among the pictures. */
  binned: boolean;
  /** Only its name is here: the cloud store says so in the name itself. */
  elsewhere: boolean;
}

/** Android writes when a picture expires into the name of one that was thrown away, or is not finished. */
const androidBin = /^\.(?:trashed|pending)-\d+-(.+)$/i;
/** How iCloud Drive, Nextcloud, ownCloud and odrive name what is only in the cloud. */
const iCloudName = /^\.(.+)\.icloud$/i;
const cloudName = /^(.+)\.(?:nextcloud|owncloud|cloud)$/i;
/** Windows keeps notes about what is in the bin, under the ending of the file they are about. */
const windowsBinNote = /^\$I[0-9A-Z]{6}(?:\.|$)/;
/** Tools leave the file as it was beside the one they changed. */
const leftBeside = /(?:~|_original)$/i;

export function readName(told: string): PlainName {
  const quick = isMarked(told) ? 'none' : kindOf(told);
  if (quick !== 'none') return { name: told, kind: quick, binned: false, elsewhere: false };
  // AppleDouble files carry the name of the picture they describe.
  if (told.startsWith('._') || windowsBinNote.test(told))
    return { name: told, kind: 'none', binned: false, elsewhere: false };
  const thrown = androidBin.exec(told)?.[1];
  const kept = thrown ?? told;
  const away = (iCloudName.exec(kept) ?? cloudName.exec(kept))?.[1];
  const name = away ?? kept;
  const binned = thrown !== undefined;
  if (away === undefined) return { name, kind: kindWithLeftovers(name), binned, elsewhere: false };
  const kind = kindOf(name);
  // What has no ending is never opened in a cloud store: nobody will tell what it is.
  return { name, kind: kind === 'untold' ? 'none' : kind, binned, elsewhere: true };
}

function kindWithLeftovers(name: string): NameKind {
  const kind = kindOf(name);
  return kind === 'none' ? kindOf(name.replace(leftBeside, '')) : kind;
}

/** Whether a name begins as those do that others changed. */
function isMarked(name: string): boolean {
  const first = name.charCodeAt(0);
  return first === dot || first === dollar;
}

const dot = 46;
const dollar = 36;

/** What a name says by its ending alone. */
export function kindOf(name: string): NameKind {
  const at = name.lastIndexOf('.');
  if (at === -1) return 'untold';
  if (at === 0) return 'none';
  const ending = name.slice(at + 1);
  const known = kinds.get(ending) ?? kinds.get(ending.toLowerCase());
  if (known !== undefined) return known;
  return isEnding(ending) ? 'none' : 'untold';
}

/** What stands behind the last dot of "Trip 3.6.2024" or "Dr. Brown" is no ending. */
function isEnding(text: string): boolean {
  return text.length <= 16 && /\D/.test(text) && !/\s/.test(text);
}

/** Photos and videos by name, and files that no name tells of. */
export interface NameCount {
  photos: number;
  videos: number;
  untold: number;
}

/** The names of one folder: what lies in it, and what a phone keeps there as its bin. */
export interface FolderNames {
  here: NameCount;
  bin: NameCount;
}

export const noNames: FolderNames = {
  here: { photos: 0, videos: 0, untold: 0 },
  bin: { photos: 0, videos: 0, untold: 0 },
};

/**
 * Counts the names of one folder. Nothing is opened, for opening a cloud placeholder
 * downloads it; nothing is left out for its size either: a small photo is a photo,
 * and a count that is too low is the worse mistake.
 * A Live Photo, still and film of one name in one folder, is one photo.
 */
export function countNames(files: readonly string[]): FolderNames {
  const count: FolderNames = { here: { ...noNames.here }, bin: { ...noNames.bin } };
  const notPhotos = namesWithout(plainPhoto, files.length === 0 ? '' : `/${files.join('/')}`);
  const rest = namesWithout(plainVideo, notPhotos.join(''));
  count.here.photos = files.length - notPhotos.length;
  count.here.videos = notPhotos.length - rest.length;
  let films = 0;
  for (const file of namesWithout(plainOther, rest.join(''))) if (addOther(file.slice(1), count) === 'film') films += 1;
  if (films > 0) for (const half of livePhotoFilms(files)) groupOf(readName(half), count).videos -= 1;
  return count;
}

/**
 * The names of a list that a pattern does not take. Each begins with the slash that no
 * name can hold. One question to the engine for a whole folder: name by name, a first
 * count takes three times as long.
 */
function namesWithout(pattern: RegExp, list: string): readonly string[] {
  return list.match(pattern) ?? [];
}

function addOther(file: string, count: FolderNames): NameKind {
  const name = readName(file);
  const group = groupOf(name, count);
  if (name.kind === 'photo' || name.kind === 'still') group.photos += 1;
  else if (name.kind === 'video' || name.kind === 'film') group.videos += 1;
  else if (name.kind === 'untold') group.untold += 1;
  return name.kind;
}

function groupOf({ binned }: PlainName, count: FolderNames): NameCount {
  return binned ? count.bin : count.here;
}

/** The films that are halves of Live Photos: each counts as its still alone. */
export function livePhotoFilms(files: readonly string[]): Set<string> {
  const stems = new Set(stemsOf(files, 'still').map(([stem]) => stem));
  const films = stemsOf(files, 'film').filter(([stem]) => stems.has(stem));
  return new Set(films.map(([, file]) => file));
}

/** Names of one kind, each with what it is called without its ending; one in the bin is no half of one that is not. */
function stemsOf(files: readonly string[], wanted: NameKind): [stem: string, file: string][] {
  const found: [string, string][] = [];
  for (const file of files) {
    const { name, kind, binned } = readName(file);
    if (kind !== wanted) continue;
    const stem = name.slice(0, name.lastIndexOf('.')).toLowerCase();
    found.push([binned ? `/${stem}` : stem, file]);
  }
  return found;
}

/** Folders whose pictures are copies, parts of programs, or leftovers of tools. */
const skippedFolders = new Set([
  ...['.thumbnails', '.thumbs', '.cache', '.git', '.svn', '.hg', 'node_modules', 'site-packages', '@eadir', '.dtrash'],
  ...['__macosx', '.stickerthumbs', 'whatsapp stickers'],
]);
/** Programs and previews that macOS shows as one file. */
const skippedBundles = /\.(?:app|framework|bundle|lrdata|lrlibrary)$/i;
/** Of a library of Apple Photos only the originals are photos; the rest is made from them. */
const libraryCopies = new Set(['resources', 'thumbnails', 'previews', 'ipod photo cache', 'database']);
const library = /\.(?:photoslibrary|photolibrary)$/i;

/** Whether a folder of this name is walked into. `parent` is the name of the folder it lies in. */
export function isWalked(name: string, parent: string): boolean {
  const lower = name.toLowerCase();
  if (skippedFolders.has(lower) || skippedBundles.test(name)) return false;
  return !(libraryCopies.has(lower) && library.test(parent));
}
