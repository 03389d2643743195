import type { DeviceKind, PlatformName } from '../../../../shared/names.ts';
import type { SectionName } from '../../../../shared/report/report.ts';

const kinds: { readonly [Kind in DeviceKind]: string } = { tablet: 'Tablet', laptop: 'Laptop' };

const platforms: { readonly [Name in PlatformName]: string } = {
  linux: 'Linux',
  windows: 'Windows',
  macos: 'macOS',
  android: 'Android',
  simulated: 'simulated device',
  other: 'another system',
};

/** What each section of a report is called on the page. */
export const sectionTitles: { readonly [Name in SectionName]: string } = {
  encryption: 'Disk encryption',
  sessions: 'Who is signed in',
  apps: 'Famly and other apps',
  photos: 'Photos and videos',
  filtering: 'Web filter',
  location: 'Where it is',
  media: 'Sticks, cards and cameras',
  programs: 'Programs',
  rights: 'Guards of the device',
  system: 'The device itself',
  agent: 'Hometime on the device',
};

export function kindWords(kind: DeviceKind): string {
  return kinds[kind];
}

export function platformWords(platform: PlatformName | null): string {
  return platform === null ? 'not set up yet' : platforms[platform];
}
