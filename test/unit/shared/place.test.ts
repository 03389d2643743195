import { expect } from 'chai';
import fc from 'fast-check';
import type { Policy } from '../../../shared/policy/document.ts';
import type { PlaceMemory } from '../../../shared/policy/facts.ts';
import { noPlaceMemory } from '../../../shared/policy/facts.ts';
import { judgePlace, rememberPlace } from '../../../shared/policy/judge-place.ts';
import { type Place, placeSchema } from '../../../shared/policy/place.ts';
import { networkDigest } from '../../../shared/policy/place-digest.ts';
import { countsWords, evidenceWords } from '../../../shared/policy/place-words.ts';
import { known, type Reading } from '../../../shared/reading.ts';
import type { Location } from '../../../shared/report/location.ts';
import { notKnown, now, ownGateway, policy, rulesOf } from './facts.ts';

const otherGateway = '02:00:00:00:00:99';
const ownPoint = '02:aa:00:00:00:01';
const otherPoint = '02:aa:00:00:00:99';
const key = Buffer.alloc(32, 3).toString('base64');

const networks = [{ gatewayHardwareAddress: ownGateway, label: 'Office', accessPoints: [ownPoint] }];
const withPoints: Partial<Policy> = { networks };
const withBeacon: Partial<Policy> = { networks, beacons: [{ key, label: 'Cupboard' }] };

interface Seen {
  gateway?: string | null;
  link?: Location['gateway']['link'];
  point?: string | null;
  vpn?: boolean;
  beacon?: 'answered' | 'silent' | 'refused';
}

function seen({ gateway = ownGateway, link = 'wireless', point = null, vpn = false, beacon }: Seen) {
  return known<Location>(
    {
      gateway: { address: '10.0.0.1', hardwareAddress: gateway, link },
      wifi: { name: null, accessPoint: point },
      vpn,
      ...(beacon === undefined ? {} : { beacon: { state: beacon, observedAt: now } }),
    },
    now,
  );
}

const judge = (location: Reading<Location>, given: Partial<Policy>, memory: PlaceMemory = noPlaceMemory): Place =>
  judgePlace(location, rulesOf(given), { memory, until: now });

const rows: { title: string; seen: Seen; rules: Partial<Policy>; is: Place['verdict']; because: Place['because'] }[] = [
  { title: 'the setting’s gateway', seen: {}, rules: {}, is: 'on-site', because: 'own-network' },
  { title: 'another gateway', seen: { gateway: otherGateway }, rules: {}, is: 'off-site', because: 'other-network' },
  {
    title: 'the gateway and an access point of the setting',
    seen: { point: ownPoint },
    rules: withPoints,
    is: 'on-site',
    because: 'own-network',
  },
  {
    title: 'a hotspot that copied the gateway and not the access points',
    seen: { point: otherPoint },
    rules: withPoints,
    is: 'unknown',
    because: 'evidence-disagrees',
  },
  {
    title: 'a new router behind an access point of the setting',
    seen: { gateway: otherGateway, point: ownPoint },
    rules: withPoints,
    is: 'unknown',
    because: 'evidence-disagrees',
  },
  {
    title: 'an access point alone, where the gateway cannot be read',
    seen: { gateway: null, point: ownPoint },
    rules: withPoints,
    is: 'unknown',
    because: 'gateway-not-identified',
  },
  {
    title: 'another access point alone',
    seen: { gateway: null, point: otherPoint },
    rules: withPoints,
    is: 'unknown',
    because: 'gateway-not-identified',
  },
  { title: 'a VPN', seen: { vpn: true }, rules: {}, is: 'unknown', because: 'vpn' },
  {
    title: 'a VPN at another place',
    seen: { vpn: true, gateway: otherGateway },
    rules: {},
    is: 'unknown',
    because: 'vpn',
  },
  { title: 'a gateway behind a tunnel', seen: { link: 'tunnel' }, rules: {}, is: 'unknown', because: 'vpn' },
  {
    title: 'no network that was named',
    seen: {},
    rules: { networks: [] },
    is: 'unknown',
    because: 'no-own-network-named',
  },
  { title: 'a beacon', seen: { beacon: 'answered' }, rules: withBeacon, is: 'on-site', because: 'beacon' },
  {
    title: 'a beacon behind a router that is not known',
    seen: { beacon: 'answered', gateway: otherGateway },
    rules: withBeacon,
    is: 'on-site',
    because: 'beacon',
  },
  {
    title: 'a beacon on the local network, with a VPN up as well',
    seen: { beacon: 'answered', vpn: true },
    rules: withBeacon,
    is: 'on-site',
    because: 'beacon',
  },
  {
    title: 'a beacon that answers through a VPN from another network',
    seen: { beacon: 'answered', vpn: true, gateway: otherGateway },
    rules: withBeacon,
    is: 'unknown',
    because: 'evidence-disagrees',
  },
  {
    title: 'tethering to a phone with every mark cloned, where there is a beacon',
    seen: { beacon: 'silent', point: ownPoint },
    rules: withBeacon,
    is: 'unknown',
    because: 'beacon-silent',
  },
  {
    title: 'the same with something that answers in the beacon’s place',
    seen: { beacon: 'refused', point: ownPoint },
    rules: withBeacon,
    is: 'unknown',
    because: 'beacon-refused',
  },
  {
    title: 'an agent that does not know beacons, on the setting’s network',
    seen: { point: ownPoint },
    rules: withBeacon,
    is: 'unknown',
    because: 'beacon-not-asked',
  },
  {
    title: 'a silent beacon on another network',
    seen: { beacon: 'silent', gateway: otherGateway },
    rules: withBeacon,
    is: 'off-site',
    because: 'other-network',
  },
  {
    title: 'a silent beacon, and no network that was named',
    seen: { beacon: 'silent', gateway: otherGateway },
    rules: { networks: [], beacons: [{ key, label: 'Cupboard' }] },
    is: 'unknown',
    because: 'beacon-silent',
  },
  {
    title: 'an answer of a beacon that the rules no longer have',
    seen: { beacon: 'answered', gateway: otherGateway },
    rules: {},
    is: 'off-site',
    because: 'other-network',
  },
];

describe('the place of a device (DEV1)', () => {
  for (const { title, seen: given, rules, is, because } of rows) {
    it(`is ${is} by ${title}`, () => {
      const place = judge(seen(given), rules);
      expect(place).to.include({ verdict: is, because });
      expect(placeSchema.safeParse(place).success).to.equal(true);
    });
  }

  it('is never on-site by what can be copied where there is a beacon, and by nothing at all behind a VPN without one', () => {
    const any = fc.record({
      gateway: fc.constantFrom(null, ownGateway, otherGateway),
      link: fc.constantFrom('wired', 'wireless', 'tunnel', 'other'),
      point: fc.constantFrom(null, ownPoint, otherPoint),
      vpn: fc.boolean(),
      beacon: fc.constantFrom('silent', 'refused', undefined),
    });
    fc.assert(
      fc.property(any, ({ beacon, ...rest }) => {
        const location = seen({ ...rest, ...(beacon === undefined ? {} : { beacon }) });
        expect(judge(location, withBeacon).verdict).to.not.equal('on-site');
        const place = judge(location, withPoints);
        if (rest.vpn || rest.link === 'tunnel') expect(place.verdict).to.equal('unknown');
        for (const { what, copyable } of place.evidence) expect(copyable).to.equal(what !== 'beacon');
      }),
    );
  });

  it('carries its evidence, with what it says and how much it counts', () => {
    expect(judge(seen({ beacon: 'silent', point: ownPoint }), withBeacon).evidence).to.deep.equal([
      { what: 'beacon', says: 'off-site', weight: 20, copyable: false },
      { what: 'gateway', says: 'on-site', weight: 40, copyable: true },
      { what: 'access-point', says: 'on-site', weight: 20, copyable: true },
    ]);
    expect(judge(seen({ vpn: true }), {}).evidence).to.deep.equal([
      { what: 'gateway', says: 'nothing', weight: 0, copyable: true },
      { what: 'vpn', says: 'nothing', weight: 0, copyable: true },
    ]);
  });
});

describe('what an unknown place counts as', () => {
  const ago = (minutes: number) => new Date(Date.parse(now) - minutes * 60_000).toISOString();
  const since = (minutes: number, last: PlaceMemory['last'] = 'on-site'): PlaceMemory => ({
    ...{ last, lastSince: null },
    unknownSince: ago(minutes),
  });
  const offSite = (given: Partial<Policy['switches']['offSite']>): Partial<Policy> => ({
    switches: { ...policy.switches, offSite: { ...policy.switches.offSite, ...given } },
  });
  const counts = (memory: PlaceMemory, rules: Partial<Policy> = {}) =>
    judge(seen({ gateway: null }), rules, memory).counts;

  it('is the last one that could be told until the grace is over, and then as the setting says', () => {
    expect(counts(since(0))).to.equal('on-site');
    expect(counts(since(29))).to.equal('on-site');
    expect(counts(since(30))).to.equal('off-site');
    expect(counts(since(29, null))).to.equal('unknown');
    expect(counts(since(29, 'off-site'))).to.equal('off-site');
    expect(counts(since(300), offSite({ unknownPlace: 'last-known' }))).to.equal('on-site');
    expect(counts(since(300, null), offSite({ unknownPlace: 'last-known' }))).to.equal('unknown');
    expect(counts(since(300), offSite({ unknownPlace: 'unknown' }))).to.equal('unknown');
    expect(counts(since(0), offSite({ unknownPlaceMinutes: 0 }))).to.equal('off-site');
  });

  it('is never away where the setting has named nothing of its own: it would block every device', () => {
    expect(counts(since(3000), { networks: [] })).to.equal('unknown');
    expect(judge(seen({ gateway: otherGateway }), { networks: [] }, since(3000)).counts).to.equal('unknown');
  });

  it('is kept for the next time: since when it is unknown, where it was, and since when it was there', () => {
    const first = rememberPlace({ verdict: 'on-site' }, noPlaceMemory, ago(90));
    expect(first).to.deep.equal({ last: 'on-site', lastSince: null, unknownSince: null });
    const lost = rememberPlace({ verdict: 'unknown' }, first, ago(60));
    expect(rememberPlace({ verdict: 'unknown' }, lost, ago(30))).to.deep.equal({ ...first, unknownSince: ago(60) });
    const away = rememberPlace({ verdict: 'off-site' }, lost, ago(20));
    expect(away).to.deep.equal({ last: 'off-site', lastSince: ago(20), unknownSince: null });
    expect(rememberPlace({ verdict: 'off-site' }, away, ago(10))).to.deep.equal(away);
  });
});

describe('the evidence in words', () => {
  it('says what each piece shows, and of what speaks for the setting whether somebody could copy it', () => {
    const words = (given: Seen, rules: Partial<Policy>) => judge(seen(given), rules).evidence.map(evidenceWords);
    expect(words({ beacon: 'answered', gateway: otherGateway, point: otherPoint }, withBeacon)).to.deep.equal([
      'One of the setting’s beacons answered, which nobody can copy.',
      'The router is none of the setting’s.',
      'The Wi-Fi access point is none of the setting’s.',
    ]);
    expect(words({ point: ownPoint }, withPoints)).to.deep.equal([
      'The router is one of the setting’s, which somebody could copy.',
      'The Wi-Fi access point is one of the setting’s, which somebody could copy.',
    ]);
    expect(words({ vpn: true }, {})).to.deep.equal([
      'The router proves nothing through a private tunnel.',
      'A private tunnel (VPN) hides which network it is on.',
    ]);
  });

  it('says what an unknown place counts as, and nothing of a known one', () => {
    expect(countsWords({ verdict: 'on-site', counts: 'on-site' })).to.equal(undefined);
    expect(countsWords({ verdict: 'unknown', counts: 'unknown' })).to.equal(undefined);
    expect(countsWords({ verdict: 'unknown', counts: 'on-site' })).to.match(/^For now/);
    expect(countsWords({ verdict: 'unknown', counts: 'off-site' })).to.match(/^It counts as away/);
  });
});

describe('the digest of an address', () => {
  it('is another one for each salt and each part of a network, and fits its schema', () => {
    const [one, other] = [1, 2].map((byte) => Buffer.alloc(32, byte).toString('base64'));
    const digests = [one, other].flatMap((salt) => [
      networkDigest(salt ?? '', 'gateway', ownGateway),
      networkDigest(salt ?? '', 'access-point', ownGateway),
    ]);
    expect(new Set(digests).size).to.equal(4);
    for (const digest of digests) expect(digest).to.match(/^[A-Za-z0-9+/]{43}=$/);
    expect(JSON.stringify(rulesOf(withBeacon)))
      .to.not.include(ownGateway)
      .and.not.include(ownPoint);
  });

  it('of nothing known leaves the place unknown', () => {
    expect(judge(notKnown('no-network'), withBeacon)).to.deep.equal({
      ...{ verdict: 'unknown', because: 'not-known', counts: 'unknown', evidence: [] },
    });
  });
});
