import { expect } from 'chai';
import { type Policy, storedPolicySchema } from '../../../shared/policy/document.ts';
import { evaluate } from '../../../shared/policy/evaluate.ts';
import type { Facts } from '../../../shared/policy/facts.ts';
import { type Finding, type FindingCode, isMisuse } from '../../../shared/policy/findings.ts';
import { nextLook } from '../../../shared/policy/next-look.ts';
import { type Switches, switchesSchema } from '../../../shared/policy/switches.ts';
import { known } from '../../../shared/reading.ts';
import type { PhotoCount } from '../../../shared/report/photos.ts';
import type { Sections } from '../../../shared/report/report.ts';
import {
  appsOf,
  encryptionOf,
  factsOf,
  filteringOf,
  goneMedia,
  mediaOf,
  mediumOf,
  notKnown,
  now,
  ownGateway,
  photosOf,
  placeAt,
  policy,
  programsOf,
  rightsOf,
  rulesOf,
  signedIn,
} from './facts.ts';

const otherGateway = '02:00:00:00:00:99';
const away = { location: placeAt(otherGateway) };
const ago = (minutes: number) => new Date(Date.parse(now) - minutes * 60_000).toISOString();
const days = (count: number) => count * 24 * 60;
const switched = (switches: Partial<Switches>): Partial<Policy> => ({ switches: { ...policy.switches, ...switches } });
const offSite = (given: Partial<Switches['offSite']>) =>
  switched({ offSite: { ...policy.switches.offSite, ...given } });
const grace = (given: Partial<Switches['grace']>) => switched({ grace: { ...policy.switches.grace, ...given } });
const absence = (given: Partial<Switches['absence']>) =>
  switched({ absence: { ...policy.switches.absence, ...given } });

const findingsOf = (facts: Facts, rules: Partial<Policy> = {}, at = now) =>
  evaluate(facts, rulesOf(rules), at).findings;
const codesOf = (facts: Facts, rules: Partial<Policy> = {}, at = now) =>
  findingsOf(facts, rules, at).map(({ code }) => code);
const find = (code: FindingCode, facts: Facts, rules: Partial<Policy> = {}, at = now): Finding | undefined =>
  findingsOf(facts, rules, at).find((finding) => finding.code === code);

describe('unprotected off the premises (DEV1)', () => {
  const bare = { ...away, encryption: encryptionOf('not-protected') };

  it('is misuse in strict mode whatever is on the device', () => {
    expect(codesOf(factsOf(bare))).to.include('unprotected-off-site');
  });

  it('in conditional mode is misuse while photos are on it, or may be', () => {
    const rules = offSite({ unprotected: 'conditional' });
    const is = (photos: Sections['photos']) => find('unprotected-off-site', factsOf({ ...bare, photos }), rules)?.text;
    expect(is(photosOf(0))).to.equal(undefined);
    expect(is(photosOf(1))).to.match(/Photos are on it\.$/);
    expect(is(photosOf(0, 0, false))).to.match(/cannot be told whether photos are on it\.$/);
    expect(is(notKnown('blocked-by-permission'))).to.match(/cannot be told whether photos are on it\.$/);
    const hidden = { place: 'camera' as const, count: notKnown('blocked-by-permission') };
    expect(is(known({ places: [hidden], atLeast: { photos: 0, videos: 0 }, complete: true }, now))).to.not.equal(
      undefined,
    );
  });

  it('takes unknown encryption for none, unless the setting only wants to be told', () => {
    const facts = factsOf({ ...away, encryption: notKnown() });
    expect(find('unprotected-off-site', facts)?.text).to.match(/nothing shows that its disk is encrypted/);
    expect(codesOf(facts, offSite({ unknownEncryption: 'look' }))).to.deep.equal(['encryption-unknown']);
  });

  it('takes a place that is unknown for too long for away, and says so', () => {
    const unknownSince = (minutes: number) =>
      factsOf(
        { encryption: encryptionOf('not-protected'), location: notKnown('no-network') },
        { placeMemory: { last: 'on-site', unknownSince: ago(minutes) } },
      );
    expect(codesOf(unknownSince(29))).to.deep.equal(['not-protected']);
    expect(find('unprotected-off-site', unknownSince(30))?.text).to.match(
      /^Nothing shows that the device is at the setting/,
    );
    expect(codesOf(unknownSince(300), offSite({ unknownPlace: 'last-known' }))).to.deep.equal(['not-protected']);
    expect(codesOf(unknownSince(300), { networks: [] })).to.deep.equal(['not-protected']);
  });

  it('lets no grace of a place run out while nothing was heard of the device', () => {
    const facts = factsOf(
      { encryption: encryptionOf('not-protected'), location: notKnown('no-network') },
      { placeMemory: { last: 'on-site', unknownSince: ago(500) }, observedUntil: ago(480) },
    );
    expect(codesOf(facts)).to.deep.equal(['not-protected']);
  });
});

describe('photos (DEV3, DEV4, DEV9)', () => {
  const count = (photos: number, oldest?: string | null): PhotoCount =>
    oldest === undefined ? { photos, videos: 0 } : { photos, videos: 0, oldest };
  const holding = (atLeast: PhotoCount, more: Partial<Facts> = {}) =>
    factsOf({ photos: known({ places: [], atLeast, complete: true }, now) }, more);
  const halfTerm: Partial<Policy> = {
    opening: {
      ...policy.opening,
      closures: [
        { from: '2026-10-26', to: '2026-10-30', label: 'Half-term', endsTerm: true },
        { from: '2026-11-20', to: '2026-11-20', label: 'Training', endsTerm: false },
      ],
    },
  };

  it('stay on a tablet until half-term, and not a day longer', () => {
    const codes = (oldest: string, at = now) => codesOf(holding(count(5, oldest)), halfTerm, at);
    expect(codes('2026-10-25T23:59:00.000Z')).to.deep.equal(['photos-too-old']);
    expect(codes('2026-10-26T00:00:00.000Z')).to.deep.equal([]);
    expect(codes('2026-10-20T00:00:00.000Z', '2026-10-25T22:00:00.000Z')).to.deep.equal([]);
    expect(codes('2026-10-20T00:00:00.000Z', '2026-10-26T00:00:00.000Z')).to.deep.equal(['photos-too-old']);
    expect(find('photos-too-old', holding(count(5, '2026-10-20T00:00:00.000Z')), halfTerm)?.text).to.match(/of 26 Oct/);
  });

  it('stay on a computer for an academic year, and as long as they like where the setting says so', () => {
    const laptop = (oldest: string) => holding(count(5, oldest), { kind: 'laptop' });
    expect(codesOf(laptop('2026-09-01T00:00:00.000Z'), halfTerm)).to.deep.equal([]);
    expect(codesOf(laptop('2026-08-31T12:00:00.000Z'), halfTerm)).to.deep.equal(['photos-too-old']);
    const anyTime = switched({ photoKeep: { tablet: 'any-time', laptop: 'any-time' } });
    expect(codesOf(laptop('2019-08-31T12:00:00.000Z'), { ...halfTerm, ...anyTime })).to.deep.equal([]);
  });

  it('that are teaching resources stay for an academic year on a tablet too', () => {
    const at = (resources: string, camera: string) => {
      const places = [
        { place: 'resources' as const, count: known(count(9, resources), now) },
        { place: 'camera' as const, count: known(count(1, camera), now) },
      ];
      const photos = known(
        { places, atLeast: count(10, resources < camera ? resources : camera), complete: true },
        now,
      );
      return codesOf(factsOf({ photos }), { ...halfTerm, resourceFolder: 'Topics' });
    };
    expect(at('2026-09-10T00:00:00.000Z', '2026-11-10T00:00:00.000Z')).to.deep.equal([]);
    expect(at('2026-08-10T00:00:00.000Z', '2026-11-10T00:00:00.000Z')).to.deep.equal(['photos-too-old']);
    expect(at('2026-09-10T00:00:00.000Z', '2026-10-10T00:00:00.000Z')).to.deep.equal(['photos-too-old']);
  });

  it('of unknown age are unknown, or too old where the setting counts it so; none have no age', () => {
    expect(codesOf(holding(count(5)), halfTerm)).to.deep.equal(['photos-unknown']);
    expect(codesOf(holding(count(5)), { ...halfTerm, ...absence({ photos: 'counts-as-broken' }) })).to.deep.equal([
      'photos-too-old',
    ]);
    expect(codesOf(holding(count(0, null)), halfTerm)).to.deep.equal([]);
    expect(codesOf(holding(count(0)), halfTerm)).to.deep.equal([]);
  });

  it('that nobody clears in spite of the warning are misuse after as many days as the setting waits (INC1)', () => {
    const warnedFor = (minutes: number, rules = {}) =>
      findingsOf(holding(count(500, ago(60)), { standingSince: { 'photos-over-limit': ago(minutes) } }), rules);
    const young = warnedFor(days(7) - 1);
    expect(young.map(({ code }) => code)).to.deep.equal(['photos-over-limit']);
    expect(young[0]?.graceUntil).to.equal(ago(-1));
    expect(warnedFor(days(7)).map(({ code }) => code)).to.deep.equal(['photos-over-limit', 'photos-kept-past-limit']);
    expect(codesOf(holding(count(500, ago(60))), grace({ photosDays: 0 }))).to.include('photos-kept-past-limit');
  });

  it('that many may leave the premises on a tablet as the setting allows: none', () => {
    const codes = (photos: number, more: Partial<Facts> = {}, rules = {}) =>
      codesOf(factsOf({ ...away, photos: photosOf(photos) }, more), rules);
    expect(codes(0)).to.deep.equal([]);
    expect(codes(1)).to.deep.equal(['photos-off-site']);
    expect(codes(1, {}, switched({ outingPhotos: 1 }))).to.deep.equal([]);
    expect(codes(1, {}, switched({ outingPhotos: null }))).to.deep.equal([]);
    expect(codes(1, { kind: 'laptop' })).to.deep.equal([]);
    const unknown = factsOf({ ...away, photos: notKnown('blocked-by-permission') });
    expect(codesOf(unknown)).to.deep.equal(['photos-unknown']);
    expect(codesOf(unknown, absence({ photos: 'counts-as-broken' }))).to.deep.equal([
      'photos-off-site',
      'photos-over-limit',
    ]);
  });
});

describe('people (DEV7)', () => {
  const nobodyAssigned = (person: string) => factsOf({ sessions: signedIn(person) }, { assignedPeople: null });

  it('may use a device of nobody’s where the setting named them', () => {
    const rules = switched({ mayUseUnassigned: ['alice'] });
    expect(codesOf(nobodyAssigned('alice'), rules)).to.deep.equal([]);
    expect(find('unauthorised-person', nobodyAssigned('bob'), rules)?.text).to.match(/assigned to nobody/);
    expect(codesOf(nobodyAssigned('bob'))).to.deep.equal([]);
  });

  it('that the setting always allows are strangers on no device', () => {
    const support = factsOf({ sessions: signedIn('support') }, { assignedPeople: [] });
    expect(codesOf(support)).to.deep.equal(['unauthorised-person']);
    expect(codesOf(support, switched({ alwaysAllowed: ['support'] }))).to.deep.equal([]);
  });
});

describe('what an unknown fact means is a switch of the setting', () => {
  const rows: { switch: keyof Switches['absence']; facts: Facts; look: FindingCode; broken: FindingCode }[] = [
    {
      switch: 'sessions',
      facts: factsOf({ sessions: notKnown() }),
      look: 'sessions-unknown',
      broken: 'unauthorised-person',
    },
    { switch: 'apps', facts: factsOf({ apps: notKnown() }), look: 'apps-unknown', broken: 'personal-app' },
    { switch: 'photos', facts: factsOf({ photos: notKnown() }), look: 'photos-unknown', broken: 'photos-over-limit' },
    {
      switch: 'filtering',
      facts: factsOf({ filtering: notKnown() }),
      look: 'filtering-unknown',
      broken: 'filtering-off',
    },
    { switch: 'media', facts: factsOf({ media: notKnown() }), look: 'media-unknown', broken: 'removable-media' },
  ];
  for (const row of rows) {
    it(`${row.switch}: to be looked at, or broken with words that say why`, () => {
      expect(codesOf(row.facts)).to.deep.equal([row.look]);
      const rules = absence({ [row.switch]: 'counts-as-broken' });
      expect(codesOf(row.facts, rules)).to.deep.equal([row.broken]);
      expect(find(row.broken, row.facts, rules)?.text).to.match(
        /^It cannot be told .*\. The setting counts that as .*\.$/,
      );
    });
  }

  it('and never that nobody looks: with every switch it is one finding or the other', () => {
    const rules = absence({ sessions: 'counts-as-broken', apps: 'counts-as-broken' });
    const nobody = factsOf({ sessions: notKnown() }, { assignedPeople: null });
    expect(codesOf(nobody, rules)).to.deep.equal(['sessions-unknown']);
    const nurseryOnly = factsOf({ apps: appsOf({ famly: 'unknown' }) });
    expect(codesOf(nurseryOnly, rules)).to.deep.equal(['apps-unknown']);
  });
});

describe('graces (DEV5, DEV10)', () => {
  it('let filtering be off for a quarter of an hour before it is misuse', () => {
    const off = (minutes: number) =>
      find(
        'filtering-off',
        factsOf({ filtering: filteringOf('off') }, { standingSince: { 'filtering-off': ago(minutes) } }),
      );
    expect(off(0)).to.include({ graceUntil: ago(-15) });
    expect(off(14)?.graceUntil).to.equal(ago(-1));
    expect(off(15)?.graceUntil).to.equal(null);
    expect(isMisuse(off(14) ?? { code: 'silent', graceUntil: null })).to.equal(false);
    expect(isMisuse(off(15) ?? { code: 'silent', graceUntil: null })).to.equal(true);
  });

  it('give a stick no time unless the setting does, and forget none that was taken out in time', () => {
    const stick = factsOf({ media: mediaOf(mediumOf()) });
    expect(find('removable-media', stick)?.graceUntil).to.equal(null);
    expect(find('removable-media', stick, grace({ mediaMinutes: 10 }))?.graceUntil).to.equal(ago(-10));
    const gone = (leftMinutesAgo: number, sinceMinutesAgo: number) =>
      find(
        'removable-media',
        factsOf(
          {
            media: goneMedia({
              what: 'removed',
              at: ago(leftMinutesAgo),
              id: null,
              bus: 'usb',
              sizeGb: 8,
              encryption: 'not-encrypted',
            }),
          },
          { standingSince: { 'removable-media': ago(sinceMinutesAgo) } },
        ),
        grace({ mediaMinutes: 10 }),
      )?.graceUntil;
    expect(gone(55, 60)).to.equal(ago(55 - days(1)));
    expect(gone(45, 60)).to.equal(null);
  });
});

describe('installing programs (DEV8)', () => {
  const installed = (source: 'dpkg' | 'flatpak') => {
    const programs = programsOf([{ what: 'installed', program: 'tor', daysAgo: 0 }]);
    if (programs.state === 'unknown') throw new Error('it is known');
    const changes = programs.value.changes.map((change) => ({ ...change, source }));
    return known({ ...programs.value, changes }, now);
  };
  const rightsIf = (administrator: boolean) =>
    rightsOf({
      people: [
        {
          person: 'bob',
          administrator: known(administrator, now),
          screenLock: known({ on: true, afterSeconds: 60 }, now),
        },
      ],
    });
  const facts = (source: 'dpkg' | 'flatpak', administrator: boolean, ...people: string[]) =>
    factsOf(
      { programs: installed(source), sessions: signedIn(...people), rights: rightsIf(administrator) },
      { childFacing: false, assignedPeople: null },
    );
  const rules = switched({ mayInstall: ['ada'] });

  it('is not judged beyond telling until the setting named who may', () => {
    expect(codesOf(facts('flatpak', false, 'bob'))).to.deep.equal([]);
  });

  it('is misuse where only people were signed in who may not, and could', () => {
    expect(find('program-installed-unauthorised', facts('flatpak', false, 'bob'), rules)?.text).to.match(
      /while bob was signed in/,
    );
    expect(codesOf(facts('dpkg', true, 'bob'), rules)).to.include('program-installed-unauthorised');
  });

  it('is only to be looked at where nobody of them could, or somebody who may was there too', () => {
    expect(codesOf(facts('dpkg', false, 'bob'), rules))
      .to.include('program-installed')
      .and.not.include('program-installed-unauthorised');
    expect(codesOf(facts('flatpak', false, 'bob', 'ada'), rules))
      .to.include('program-installed')
      .and.not.include('program-installed-unauthorised');
    const unknown = factsOf(
      { programs: installed('flatpak'), sessions: notKnown() },
      { childFacing: false, assignedPeople: null },
    );
    expect(codesOf(unknown, rules)).to.include('program-installed').and.not.include('program-installed-unauthorised');
  });

  it('is misuse always where the setting lets nobody', () => {
    expect(codesOf(facts('dpkg', false, 'bob'), switched({ mayInstall: [] }))).to.include(
      'program-installed-unauthorised',
    );
  });
});

describe('a policy that was kept before a switch was there', () => {
  it('goes by the default of it, in the database and in a capsule', () => {
    const { outOfHours, ...before } = policy.switches;
    expect(storedPolicySchema.parse({ ...policy, switches: before }).switches?.outOfHours).to.deep.equal(outOfHours);
    expect(switchesSchema.parse(before)).to.deep.equal(policy.switches);
  });
});

describe('when the judgement may come out otherwise by itself', () => {
  const look = (facts: Facts, rules: Partial<Policy> = {}) => {
    const policyNow = rulesOf(rules);
    return nextLook(evaluate(facts, policyNow, now), policyNow, { now, until: facts.observedUntil });
  };

  it('is the earliest of graces, unknown places, closing times and ends of terms', () => {
    expect(look(factsOf())).to.equal('2027-08-31T23:00:00.000Z');
    const off = { filtering: filteringOf('off') };
    expect(look(factsOf(off))).to.equal(ago(-15));
    expect(
      look(factsOf({ ...off, location: notKnown() }, { placeMemory: { last: 'on-site', unknownSince: ago(20) } })),
    ).to.equal(ago(-10));
    const opening = {
      ...policy.opening,
      week: [{ day: 'sat' as const, opens: '09:00', closes: '12:30' }],
      closures: [{ from: '2026-12-21', to: '2027-01-01', label: 'Christmas', endsTerm: true }],
    };
    expect(look(factsOf(), { opening })).to.equal('2026-12-21T00:00:00.000Z');
    const closingTime = { noticeMinutes: 5, postpones: 2, postponeMinutes: 15, signOutApps: true, logOutPeople: true };
    expect(look(factsOf(), { opening, ...switched({ closingTime }) })).to.equal('2026-11-21T13:10:00.000Z');
    expect(look(factsOf({ location: placeAt(ownGateway) }))).to.equal('2027-08-31T23:00:00.000Z');
  });

  it('is a quarter of an hour on where a grace stands still, for the device was not heard of', () => {
    const still = factsOf(
      { filtering: filteringOf('off') },
      { standingSince: { 'filtering-off': ago(60) }, observedUntil: ago(55) },
    );
    expect(look(still)).to.equal(ago(-15));
    const nowhere = { location: notKnown() };
    const memory = { last: 'on-site', unknownSince: ago(60) } as const;
    expect(look(factsOf(nowhere, { placeMemory: memory, observedUntil: ago(55) }))).to.equal(ago(-15));
    expect(look(factsOf(nowhere, { placeMemory: memory }))).to.equal('2027-08-31T23:00:00.000Z');
  });
});
