import type { ChangeView } from '../../../../shared/api/devices.ts';
import type { ListedApp } from '../../../../shared/policy/app-list.ts';
import type { Reading } from '../../../../shared/reading.ts';
import type { Location } from '../../../../shared/report/location.ts';
import type { SystemFacts } from '../../../../shared/report/system.ts';
import { appsWords } from './apps.ts';
import { protectionWords } from './encryption.ts';
import { filteringWords } from './filtering.ts';
import { healthWords } from './health.ts';
import { mediaWords } from './media.ts';
import { photosWords } from './photos.ts';
import { linkWords } from './place.ts';
import { programsWords } from './programs.ts';
import { rightsWords } from './rights.ts';
import { sessionsWords } from './sessions.ts';
import type { Said } from './tone.ts';
import { unknownSaid } from './unknown.ts';

/** What a change says now, in a short sentence; undefined when the reading is not in it. */
export function changeWords(
  change: Pick<ChangeView, 'section' | 'reading'>,
  list: readonly ListedApp[],
): Said | undefined {
  const { encryption, sessions, apps, photos, filtering, location, media, programs, rights, system, agent } =
    change.reading;
  const words: { readonly [Name in ChangeView['section']]: () => Said | undefined } = {
    encryption: () => encryption && protectionWords(encryption),
    sessions: () => sessions && sessionsWords(sessions, null),
    apps: () => apps && appsWords(apps, list),
    photos: () => photos && photosWords(photos),
    filtering: () => filtering && filteringWords(filtering, false),
    location: () => location && networkWords(location),
    media: () => media && mediaWords(media),
    programs: () => programs && programsWords(programs),
    rights: () => rights && rightsWords(rights),
    system: () => system && systemWords(system),
    agent: () => agent && healthWords(agent),
  };
  return words[change.section]();
}

/** The network a device is on: evidence of the place, no verdict. */
export function networkWords(reading: Reading<Location>): Said {
  if (reading.state === 'unknown') return unknownSaid(reading);
  const { gateway, wifi, vpn } = reading.value;
  const name = wifi?.name ? ` "${wifi.name}"` : '';
  const tunnel = vpn ? ', through a private tunnel (VPN)' : '';
  return { text: `Network${name} ${linkWords(gateway.link)}, router ${gateway.address}${tunnel}`, tone: 'plain' };
}

/** "Dell Latitude 5420, Debian GNU/Linux 12". */
export function systemWords(reading: Reading<SystemFacts>): Said {
  if (reading.state === 'unknown') return unknownSaid(reading);
  const { model, os } = reading.value;
  const parts = [model ?? '', `${os.name} ${os.version}`.trim()].filter((part) => part !== '');
  return { text: parts.join(', '), tone: 'plain' };
}
