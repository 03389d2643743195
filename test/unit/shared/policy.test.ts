import { expect } from 'chai';
import fc from 'fast-check';
import { policySchema } from '../../../shared/policy/document.ts';
import { evaluate } from '../../../shared/policy/evaluate.ts';
import type { Facts } from '../../../shared/policy/facts.ts';
import { type FindingCode, findingCatalogue } from '../../../shared/policy/findings.ts';
import { type PresenceState, presenceStateSchema } from '../../../shared/policy/presence.ts';
import { judgeStanding } from '../../../shared/policy/standing.ts';
import { unknownReasonSchema } from '../../../shared/reading.ts';
import {
  encryptionOf,
  factsOf,
  filteringOf,
  good,
  notKnown,
  now,
  ownGateway,
  photosOf,
  placeAt,
  policy,
  rulesOf,
  signedIn,
} from './facts.ts';

const otherGateway = '02:00:00:00:00:99';
const codesOf = (facts: Facts, rules = policy): FindingCode[] =>
  evaluate(facts, rulesOf(rules), now).findings.map(({ code }) => code);
const standingOf = (facts: Facts, presence: PresenceState = 'online') =>
  judgeStanding(evaluate(facts, rulesOf(), now).findings, presence);

interface Row {
  title: string;
  facts: Facts;
  codes: FindingCode[];
}

const rows: Row[] = [
  { title: 'DEV1: a device with everything known and met has no finding', facts: factsOf(), codes: [] },
  {
    title: 'DEV1: a disk that is not encrypted',
    facts: factsOf({ encryption: encryptionOf('not-protected') }),
    codes: ['not-protected'],
  },
  {
    title: 'DEV1: a disk that is encrypted in part',
    facts: factsOf({ encryption: encryptionOf('partial') }),
    codes: ['not-protected'],
  },
  {
    title: 'DEV1: a disk still being encrypted',
    facts: factsOf({ encryption: encryptionOf('converting') }),
    codes: ['not-protected'],
  },
  {
    title: 'DEV1: encryption that cannot be told',
    facts: factsOf({ encryption: notKnown() }),
    codes: ['encryption-unknown'],
  },
  {
    title: 'DEV1: away from the setting and not encrypted is misuse',
    facts: factsOf({ encryption: encryptionOf('not-protected'), location: placeAt(otherGateway) }),
    codes: ['not-protected', 'unprotected-off-site'],
  },
  {
    title: 'DEV1: away from the setting, unknown counts as not encrypted',
    facts: factsOf({ encryption: notKnown(), location: placeAt(otherGateway) }),
    codes: ['encryption-unknown', 'unprotected-off-site'],
  },
  {
    title: 'DEV1: away from the setting and encrypted is no finding',
    facts: factsOf({ location: placeAt(otherGateway) }),
    codes: [],
  },
  {
    title: 'DEV2, DEV7: sessions that cannot be told',
    facts: factsOf({ sessions: notKnown('no-session-service') }),
    codes: ['sessions-unknown'],
  },
  { title: 'DEV7: the person it is assigned to', facts: factsOf({ sessions: signedIn('alice') }), codes: [] },
  {
    title: 'DEV7: a person it is not assigned to',
    facts: factsOf({ sessions: signedIn('alice', 'bob') }),
    codes: ['unauthorised-person'],
  },
  {
    title: 'DEV7: anybody, on a device that is assigned to nobody',
    facts: factsOf({ sessions: signedIn('alice') }, { assignedPeople: [] }),
    codes: ['unauthorised-person'],
  },
  {
    title: 'DEV7: anybody, where the setting has not said whose it is',
    facts: factsOf({ sessions: signedIn('bob') }, { assignedPeople: null }),
    codes: [],
  },
  {
    title: 'DEV7: sessions unknown are a finding also where nobody is assigned',
    facts: factsOf({ sessions: notKnown() }, { assignedPeople: null }),
    codes: ['sessions-unknown'],
  },
  { title: 'DEV3: photos at the limit', facts: factsOf({ photos: photosOf(60, 40) }), codes: [] },
  {
    title: 'DEV3: one photo past the limit',
    facts: factsOf({ photos: photosOf(61, 40) }),
    codes: ['photos-over-limit'],
  },
  {
    title: 'DEV4: a laptop has its own limit',
    facts: factsOf({ photos: photosOf(400) }, { kind: 'laptop' }),
    codes: [],
  },
  {
    title: 'DEV3: photos that cannot be told',
    facts: factsOf({ photos: notKnown('blocked-by-permission') }),
    codes: ['photos-unknown'],
  },
  {
    title: 'DEV3: few photos seen, and folders that could not be read',
    facts: factsOf({ photos: photosOf(3, 0, false) }),
    codes: ['photos-unknown'],
  },
  {
    title: 'DEV3: too many seen already, though not all could be read',
    facts: factsOf({ photos: photosOf(300, 0, false) }),
    codes: ['photos-over-limit'],
  },
  {
    title: 'DEV5: filtering off where children use it',
    facts: factsOf({ filtering: filteringOf('off') }),
    codes: ['filtering-off'],
  },
  {
    title: 'DEV5: filtering with gaps',
    facts: factsOf({ filtering: filteringOf('partial') }),
    codes: ['filtering-partial'],
  },
  {
    title: 'DEV5: filtering that cannot be told',
    facts: factsOf({ filtering: notKnown('captive-portal') }),
    codes: ['filtering-unknown'],
  },
  {
    title: 'DEV5: filtering off where no child uses it',
    facts: factsOf({ filtering: filteringOf('off') }, { childFacing: false }),
    codes: [],
  },
  {
    title: 'DEV6: silent for a minute under the limit',
    facts: factsOf({}, { lastSeenAt: '2026-11-18T12:01:00.000Z' }),
    codes: [],
  },
  {
    title: 'DEV6: silent for the limit',
    facts: factsOf({}, { lastSeenAt: '2026-11-18T12:00:00.000Z' }),
    codes: ['silent'],
  },
  {
    title: 'DEV6: never heard of since it was enrolled long ago',
    facts: factsOf({}, { lastSeenAt: null }),
    codes: ['silent'],
  },
];

describe('the policy', () => {
  for (const { title, facts, codes } of rows) {
    it(`${title}: ${codes.join(', ') || 'nothing'}`, () => {
      expect(codesOf(facts)).to.deep.equal(codes);
    });
  }

  it('claims nothing of a device that is not enrolled', () => {
    expect(codesOf(factsOf({ encryption: notKnown(), sessions: notKnown() }, { enrolledAt: null }))).to.deep.equal([]);
  });

  it('knows a place only by a gateway of the setting, and by none behind a VPN (DEV1)', () => {
    const verdict = (location: Facts['sections']['location'], rules = policy) =>
      evaluate(factsOf({ location }), rulesOf(rules), now).place;
    expect(verdict(placeAt(ownGateway))).to.include({ verdict: 'on-site', because: 'own-network' });
    expect(verdict(placeAt(otherGateway))).to.include({ verdict: 'off-site', because: 'other-network' });
    expect(verdict(placeAt(null)).verdict).to.equal('unknown');
    expect(verdict(placeAt(ownGateway, true))).to.include({ verdict: 'unknown', because: 'vpn' });
    expect(verdict(notKnown()).verdict).to.equal('unknown');
    expect(verdict(placeAt(otherGateway), { ...policy, networks: [] }).verdict).to.equal('unknown');
  });

  it('says in every finding what is wrong and how to put it right, for every reason of not knowing', () => {
    for (const reason of unknownReasonSchema.options) {
      const names = ['encryption', 'sessions', 'photos', 'filtering', 'apps', 'media', 'rights', 'programs'];
      const blind = Object.fromEntries(names.map((name) => [name, notKnown(reason)]));
      const { findings } = evaluate(factsOf({ ...blind, location: placeAt(otherGateway) }), rulesOf(), now);
      expect(findings).to.have.lengthOf(8);
      for (const { text, remedy } of findings) {
        expect(text, reason).to.match(/^\p{Lu}.{15,}\.$/u);
        expect(remedy, reason).to.match(/^\p{Lu}.{8,}\.$/u);
      }
    }
  });

  it('cites a demand for every finding, and takes misuse for what opens an incident (INC1)', () => {
    for (const [code, { requirements, misuse }] of Object.entries(findingCatalogue)) {
      const cited: readonly string[] = requirements;
      expect(cited, code).to.not.deep.equal([]);
      expect(cited.includes('INC1'), code).to.equal(misuse);
    }
  });

  it('refuses a policy with a figure that makes no sense', () => {
    for (const wrong of [
      { silentAfterHours: 0 },
      { photoLimit: { tablet: -1, laptop: 0 } },
      { networks: [{ label: 'x' }] },
      { more: 1 },
    ]) {
      expect(policySchema.safeParse({ ...policy, ...wrong }).success).to.equal(false);
    }
  });
});

describe('the one word on the fleet page', () => {
  const judged = ['encryption', 'sessions', 'photos', 'filtering'] as const;

  it('is clear for a device that speaks, with everything known and met', () => {
    expect(standingOf(factsOf())).to.equal('clear');
  });

  it('is never clear with any fact unknown, whatever the rest and whichever the reason', () => {
    const subset = fc.subarray([...judged], { minLength: 1 });
    const presence = fc.constantFrom(...presenceStateSchema.options);
    fc.assert(
      fc.property(subset, fc.constantFrom(...unknownReasonSchema.options), presence, (blind, reason, state) => {
        const sections = { ...good, ...Object.fromEntries(blind.map((name) => [name, notKnown(reason)])) };
        expect(standingOf(factsOf(sections), state)).to.not.equal('clear');
      }),
    );
  });

  it('is never clear for a device that is quiet, offline or never spoke', () => {
    for (const state of ['quiet', 'offline', 'never'] as const)
      expect(standingOf(factsOf(), state)).to.equal('cannot-tell');
  });

  it('is never clear where the photos were counted in part', () => {
    expect(standingOf(factsOf({ photos: photosOf(0, 0, false) }))).to.equal('cannot-tell');
  });

  it('is the worst of what was found', () => {
    expect(standingOf(factsOf({ encryption: encryptionOf('not-protected'), photos: notKnown() }))).to.equal('act');
    expect(standingOf(factsOf({ filtering: filteringOf('off'), photos: notKnown() }), 'offline')).to.equal('urgent');
  });
});
