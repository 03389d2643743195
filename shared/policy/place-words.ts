import type { Evidence, Place } from './place.ts';

const words: { readonly [What in Evidence['what']]: { readonly [Says in Evidence['says']]: string } } = {
  beacon: {
    'on-site': 'One of the setting’s beacons answered',
    'off-site': 'None of the setting’s beacons proved itself',
    nothing: 'No beacon was asked',
  },
  gateway: {
    'on-site': 'The router is one of the setting’s',
    'off-site': 'The router is none of the setting’s',
    nothing: 'The router proves nothing through a private tunnel',
  },
  'access-point': {
    'on-site': 'The Wi-Fi access point is one of the setting’s',
    'off-site': 'The Wi-Fi access point is none of the setting’s',
    nothing: 'The access point proves nothing through a private tunnel',
  },
  vpn: {
    'on-site': 'A private tunnel (VPN) is up',
    'off-site': 'A private tunnel (VPN) is up',
    nothing: 'A private tunnel (VPN) hides which network it is on',
  },
};

/** One piece of evidence in words, with what it is worth: what speaks for the setting and can be copied says so. */
export function evidenceWords({ what, says, weight, copyable }: Evidence): string {
  const said = words[what][says];
  if (says !== 'on-site') return `${said}.`;
  return copyable && weight > 0 ? `${said}, which somebody could copy.` : `${said}, which nobody can copy.`;
}

/** What an unknown place counts as, in a sentence; undefined: the place is known, or counts as unknown. */
export function countsWords({ verdict, counts }: Pick<Place, 'verdict' | 'counts'>): string | undefined {
  if (verdict !== 'unknown' || counts === 'unknown') return undefined;
  return counts === 'on-site'
    ? 'For now it counts as at the setting, where it was last.'
    : 'It counts as away from the setting, by the rules for a place that cannot be told.';
}
