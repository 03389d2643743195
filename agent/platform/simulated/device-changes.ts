import type { EvidenceOf } from '../../../shared/command/kinds.ts';
import type { PhotoPlace } from '../../../shared/report/photos.ts';
import type { AppSignOut, PhotoSelection, PhotosThere } from '../actions.ts';
import type { DeviceFile } from './device-file.ts';

/** The device after something of it is gone. What is unknown stays unknown. */
export const without = {
  session(device: DeviceFile, id: string): DeviceFile {
    const { sessions, stubborn } = device;
    if (sessions === undefined || !('value' in sessions) || stubborn?.includes(id)) return device;
    return { ...device, sessions: { value: { sessions: sessions.value.sessions.filter((one) => one.id !== id) } } };
  },

  signIns(device: DeviceFile, { apps: wanted, people }: AppSignOut): DeviceFile {
    const { apps } = device;
    if (apps === undefined || !('value' in apps)) return device;
    const ids = new Set(wanted.map(({ app }) => app));
    const isMeant = (app: string, person: string | null) =>
      ids.has(app) && (people === undefined || (person !== null && people.includes(person)));
    const signIns = apps.value.signIns.filter(({ app, person }) => !isMeant(app, person));
    const answers = apps.value.apps.map((one) =>
      signIns.some(({ app }) => app === one.app) || one.answer === 'unknown'
        ? one
        : { ...one, answer: 'signed-out' as const },
    );
    return { ...device, apps: { value: { ...apps.value, apps: answers, signIns } } };
  },

  photos(device: DeviceFile, selection: PhotoSelection): DeviceFile {
    const { photos } = device;
    if (photos === undefined || !('value' in photos)) return device;
    const places = photos.value.places.map((one) => {
      if (one.count.state !== 'known' || !isMeant(one.place, selection)) return one;
      const { photos: _photos, videos: _videos, ...rest } = one.count.value;
      const left = {
        photos: selection.only === 'videos' ? one.count.value.photos : 0,
        videos: selection.only === 'photos' ? one.count.value.videos : 0,
      };
      return { ...one, count: { ...one.count, value: { ...rest, ...left } } };
    });
    const known = places.flatMap(({ count }) => (count.state === 'known' ? [count.value] : []));
    const atLeast = {
      photos: known.reduce((sum, { photos }) => sum + photos, 0),
      videos: known.reduce((sum, { videos }) => sum + videos, 0),
    };
    return { ...device, photos: { value: { ...photos.value, places, atLeast } } };
  },

  people(device: DeviceFile): DeviceFile {
    const { sessions, apps } = device;
    return {
      ...device,
      ...(sessions !== undefined && 'value' in sessions ? { sessions: { value: { sessions: [] } } } : {}),
      ...(apps !== undefined && 'value' in apps ? { apps: { value: { ...apps.value, signIns: [] } } } : {}),
    };
  },
};

/** What of the selection is there; undefined: the device's photos are not known. Ages are not told by a folder's description. */
export function photosThere({ photos }: DeviceFile, selection: PhotoSelection): PhotosThere[] | undefined {
  if (photos === undefined || !('value' in photos)) return undefined;
  return photos.value.places
    .filter(({ place }) => isMeant(place, selection))
    .map(({ place, count }) => ({
      place,
      files: count.state === 'known' ? filesOf(count.value, selection) : null,
      leftInCloudFolders: 0,
    }));
}

/** What clearing the selection took from the device as it was. */
export function clearedPhotos(before: DeviceFile, selection: PhotoSelection) {
  const deleted: EvidenceOf<'clear-photos'>['deleted'] = { photos: 0, videos: 0 };
  for (const { files } of photosThere(before, selection) ?? []) {
    deleted.photos += files?.photos ?? 0;
    deleted.videos += files?.videos ?? 0;
  }
  return { deleted, thumbnailsDeleted: 0 };
}

function filesOf({ photos, videos }: { photos: number; videos: number }, { only }: PhotoSelection) {
  return { photos: only === 'videos' ? 0 : photos, videos: only === 'photos' ? 0 : videos };
}

/** The resource folder only when it is named. */
function isMeant(place: PhotoPlace, { places }: PhotoSelection): boolean {
  return places === undefined ? place !== 'resources' : places.includes(place);
}
