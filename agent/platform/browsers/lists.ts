import { createListChromiumProfiles } from './chromium/profiles.ts';
import { listFirefoxProfiles } from './firefox/profiles.ts';
import type { Family } from './places.ts';
import { listSafariProfiles } from './safari/profiles.ts';
import type { ListProfiles } from './store.ts';

/** How the profiles of each family are listed. */
export type Lists = { readonly [Name in Family]: ListProfiles };

export function createLists(): Lists {
  return { chromium: createListChromiumProfiles(), firefox: listFirefoxProfiles, safari: listSafariProfiles };
}
