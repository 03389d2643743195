import type { Reading } from '../../../../shared/reading.ts';
import type { ProgramChange, ProgramSource, Programs } from '../../../../shared/report/programs.ts';
import { counted } from '../../../../shared/words.ts';
import type { Said } from './tone.ts';
import { unknownSaid } from './unknown.ts';

const changes: { readonly [What in ProgramChange['what']]: string } = {
  installed: 'installed',
  removed: 'removed',
  updated: 'updated',
};

const sources: { readonly [Source in ProgramSource]: string } = {
  dpkg: 'the system’s packages',
  rpm: 'the system’s packages',
  snap: 'Snap',
  flatpak: 'Flatpak',
  opt: 'programs put in by hand',
  appimage: 'AppImages',
  registry: 'Windows’ own list',
  store: 'the Microsoft Store',
  applications: 'the Applications folder',
  packages: 'installed packages',
};

/** How many programs, and what came or went lately. What a system brings by itself is no news. */
export function programsWords(reading: Reading<Programs>): Said {
  if (reading.state === 'unknown') return unknownSaid(reading);
  const { count: total, changes: recent, unread } = reading.value;
  const installed = recent.filter(({ what }) => what === 'installed').length;
  const news = installed === 0 ? 'none installed lately' : `${installed} installed in the last 30 days`;
  const text = `${counted(total, 'program')}, ${news}`;
  return unread.length > 0
    ? { text: `At least ${text}; not every list could be read`, tone: 'unknown' }
    : { text, tone: 'plain' };
}

/** "GIMP 2.10: installed". */
export function programChangeWords({ program, version, what }: ProgramChange): string {
  return `${program}${version === null ? '' : ` ${version}`}: ${changes[what]}`;
}

export function programSourceWords(source: ProgramSource): string {
  return sources[source];
}
