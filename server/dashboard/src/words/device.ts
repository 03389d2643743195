import type { DeviceView } from '../../../../shared/api/devices.ts';
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

/** Whether logging out can be asked for, and if not, why. */
export function logOutBarrier(device: Pick<DeviceView, 'enrolledAt'>, role: 'manager' | 'administrator'): string {
  if (role !== 'administrator') return 'Only an administrator can log people out of a device. Ask yours.';
  if (device.enrolledAt === null) return 'This device has not joined yet, so it can take no orders.';
  return '';
}
