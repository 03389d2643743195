import type { Place } from '../../../../shared/policy/place.ts';
import type { Location } from '../../../../shared/report/location.ts';
import type { Said } from './tone.ts';

const verdicts: { readonly [Name in Place['verdict']]: Said } = {
  'on-site': { text: 'At the setting', tone: 'good' },
  'off-site': { text: 'Away from the setting', tone: 'warn' },
  unknown: { text: 'Not known', tone: 'unknown' },
};

const reasons: { readonly [Name in Place['because']]: string } = {
  'own-network': 'it is on a network that you named as yours',
  'other-network': 'it is on a network that you have not named as yours',
  'no-own-network-named': 'no network has been named as yours yet',
  vpn: 'a private tunnel (VPN) hides which network it is on',
  'gateway-not-identified': 'the network’s own box (the router) does not give its address',
  beacon: 'one of your beacons answered it',
  'beacon-silent': 'none of your beacons answered it',
  'beacon-refused': 'something answered it in the place of your beacons and could not prove itself',
  'beacon-not-asked': 'it has not asked your beacons yet',
  'evidence-disagrees': 'what it sees of the network does not agree with itself',
  'not-known': 'the device cannot say where it is',
};

const links: { readonly [Name in Location['gateway']['link']]: string } = {
  wired: 'by cable',
  wireless: 'by Wi-Fi',
  tunnel: 'through a tunnel',
  other: 'by another kind of link',
};

/** The verdict, with the reason where there is none. */
export function placeWords(place: Place): Said {
  const said = verdicts[place.verdict];
  return place.verdict === 'unknown' ? { text: `${said.text}: ${reasons[place.because]}`, tone: said.tone } : said;
}

export function placeReason(place: Place): string {
  return reasons[place.because];
}

export function linkWords(link: Location['gateway']['link']): string {
  return links[link];
}
