import { expect } from 'chai';
import { endOfMisuse, unseenMisuse } from '../../../server/policy/unseen-misuse.ts';
import type { Policy } from '../../../shared/policy/document.ts';
import { evaluate } from '../../../shared/policy/evaluate.ts';
import type { Facts } from '../../../shared/policy/facts.ts';
import { type FindingCode, findingCatalogue, findingCodeSchema } from '../../../shared/policy/findings.ts';
import {
  appsOf,
  encryptionOf,
  factsOf,
  filteringOf,
  mediaOf,
  mediumOf,
  notKnown,
  now,
  ownGateway,
  photosOf,
  placeAt,
  policy,
  programsOf,
  rulesOf,
} from '../shared/facts.ts';

const givenBy = (facts: Facts, rules: Partial<Policy> = {}) => {
  const changed = rulesOf(rules);
  return { facts, policy: changed, place: evaluate(facts, changed, now).place, now };
};

const stands = (code: FindingCode, facts: Facts, rules: Partial<Policy> = {}) => {
  const text = 'Facebook (bob) is signed in on this device, and so on.';
  return unseenMisuse([{ code, text, remedy: 'Look.', graceUntil: null }], givenBy(facts, rules)).length === 1;
};

interface Row {
  code: FindingCode;
  hidden: Facts[];
  seen: Facts[];
  takenBack: [Facts, Partial<Policy>];
  /** Beside the tests' own policy. */
  rules?: Partial<Policy>;
}

const switched = (switches: Partial<Policy['switches']>): Partial<Policy> => ({
  switches: { ...policy.switches, ...switches },
});
const on = filteringOf('on');
const unreadWay: typeof on =
  on.state === 'unknown'
    ? on
    : { ...on, value: { ...on.value, bypassesUnread: [{ what: 'vpn', reason: 'permission-denied' }] } };

const rows: Row[] = [
  {
    code: 'unprotected-off-site',
    hidden: [
      factsOf({ encryption: notKnown(), location: notKnown('no-network') }),
      factsOf({ encryption: encryptionOf('not-protected'), location: placeAt(null) }),
      factsOf({ encryption: notKnown(), location: placeAt(ownGateway, true) }),
    ],
    seen: [factsOf(), factsOf({ encryption: notKnown() }), factsOf({ location: placeAt(ownGateway, true) })],
    takenBack: [factsOf({ encryption: notKnown(), location: notKnown() }), { networks: [] }],
  },
  {
    code: 'unauthorised-person',
    hidden: [factsOf({ sessions: notKnown('timed-out') })],
    seen: [factsOf()],
    takenBack: [factsOf({ sessions: notKnown() }, { assignedPeople: null }), {}],
  },
  {
    code: 'filtering-off',
    hidden: [factsOf({ filtering: notKnown('captive-portal') })],
    seen: [factsOf()],
    takenBack: [factsOf({ filtering: notKnown() }, { childFacing: false }), {}],
  },
  {
    code: 'personal-app',
    hidden: [
      factsOf({ apps: notKnown('timed-out') }),
      factsOf({ apps: appsOf({ facebook: 'unknown' }) }),
      factsOf({ apps: appsOf({}, { listVersion: 9 }) }),
      factsOf({ apps: appsOf({ facebook: 'possible' }) }),
    ],
    seen: [factsOf(), factsOf({ apps: appsOf({ famly: 'unknown', gmail: 'unknown', instagram: 'possible' }) })],
    takenBack: [factsOf({ apps: notKnown() }), { personalApps: 'allowed' }],
  },
  {
    code: 'removable-media',
    hidden: [factsOf({ media: notKnown('timed-out') })],
    seen: [factsOf()],
    takenBack: [factsOf({ media: notKnown() }), { removableMedia: 'allowed' }],
  },
  {
    code: 'filtering-bypassed',
    hidden: [factsOf({ filtering: notKnown('captive-portal') }), factsOf({ filtering: unreadWay })],
    seen: [factsOf()],
    takenBack: [factsOf({ filtering: notKnown() }, { childFacing: false }), {}],
  },
  ...(['tried-while-blocked', 'agent-tampered', 'agent-silent'] as const).map(
    (code): Row => ({
      code,
      hidden: [factsOf({ agent: notKnown('probe-failed') })],
      seen: [factsOf()],
      takenBack: [factsOf(), {}],
    }),
  ),
  {
    code: 'moved-at-night',
    hidden: [factsOf({ location: notKnown('no-network') }), factsOf({ location: placeAt(ownGateway, true) })],
    seen: [factsOf()],
    takenBack: [factsOf({ location: notKnown() }, { kind: 'laptop' }), {}],
  },
  {
    code: 'used-out-of-hours',
    hidden: [factsOf({ sessions: notKnown('timed-out') })],
    seen: [factsOf()],
    takenBack: [factsOf({ sessions: notKnown() }), switched({ outOfHours: { kinds: 'none', marginMinutes: 0 } })],
  },
  {
    code: 'photos-kept-past-limit',
    hidden: [factsOf({ photos: notKnown('blocked-by-permission') }), factsOf({ photos: photosOf(3, 0, false) })],
    seen: [factsOf()],
    takenBack: [factsOf(), {}],
  },
  {
    code: 'program-installed-unauthorised',
    hidden: [factsOf({ programs: notKnown('timed-out') })],
    seen: [factsOf()],
    takenBack: [factsOf({ programs: notKnown() }), switched({ mayInstall: null })],
    rules: switched({ mayInstall: ['ada'] }),
  },
];

describe('misuse that just now cannot be seen (INC1)', () => {
  it('has a row here for every matter that opens an incident', () => {
    const matters = findingCodeSchema.options.filter((code) => findingCatalogue[code].misuse);
    expect(rows.map(({ code }) => code)).to.have.members(matters);
  });

  for (const { code, hidden, seen, takenBack, rules = {} } of rows) {
    it(`stands while it is hidden, and ends when it is seen or the setting no longer asks it: ${code}`, () => {
      for (const facts of hidden) expect(stands(code, facts, rules)).to.equal(true);
      for (const facts of seen) expect(stands(code, facts, rules)).to.equal(false);
      expect(stands(code, ...takenBack)).to.equal(false);
    });
  }

  const textsOf = (text: string, facts: Facts, rules: Partial<Policy> = {}) =>
    unseenMisuse([{ code: 'personal-app', text, remedy: 'Look.', graceUntil: null }], givenBy(facts, rules)).map(
      (finding) => finding.text,
    );

  it('goes on saying of the apps it named those that may still be, and of no other (DEV13)', () => {
    const [both, rest] = [
      'Facebook and Instagram (bob) are',
      'signed in on this device, and the setting does not allow it.',
    ];
    const seen = factsOf({ apps: appsOf({ instagram: 'unknown', gmail: 'unknown' }) });
    const [text] = textsOf(`${both} ${rest}`, seen);
    expect(text).to.equal(`Instagram is ${rest} It cannot be seen just now whether this goes on.`);
    expect(textsOf(text ?? '', seen)).to.deep.equal([text]);
    const neither = factsOf({ apps: notKnown('timed-out') });
    expect(textsOf(`${both} ${rest}`, neither)[0]).to.match(/^Facebook and Instagram \(bob\) are signed in/);
    const without = { version: 2, apps: policy.apps.apps.filter(({ app }) => app !== 'facebook') };
    expect(textsOf(`${both} ${rest}`, neither, { apps: without })[0]).to.match(/^Instagram is signed in/);
    expect(textsOf(`Facebook is ${rest}`, neither, { apps: without }), 'taken off the list').to.deep.equal([]);
  });

  it('ends in words of what the device did report: it is back, or filtered with gaps', () => {
    const end = (code: FindingCode, facts: Facts) => endOfMisuse(code, givenBy(facts));
    expect(end('unprotected-off-site', factsOf({ encryption: notKnown() }))).to.match(/at the setting again/);
    expect(end('unprotected-off-site', factsOf({ location: placeAt(null) }))).to.equal(undefined);
    expect(end('filtering-off', factsOf({ filtering: filteringOf('partial') }))).to.match(/with gaps/);
    expect(end('filtering-off', factsOf())).to.equal(undefined);
    expect(end('silent', factsOf())).to.equal(undefined);
  });

  it('ends what stood on an unknown fact alone, when the setting counts that no more', () => {
    const finding = (text: string) => ({
      code: 'unprotected-off-site' as const,
      text,
      remedy: 'Look.',
      graceUntil: null,
    });
    const away =
      'Nothing shows that the device is at the setting, which counts as away from it, and its disk is not fully encrypted.';
    const facts = factsOf({ encryption: encryptionOf('not-protected'), location: notKnown('no-network') });
    const { offSite } = policy.switches;
    const letOff = switched({ offSite: { ...offSite, unknownPlace: 'unknown' } });
    expect(unseenMisuse([finding(away)], givenBy(facts))).to.have.length(1);
    expect(unseenMisuse([finding(away)], givenBy(facts, letOff))).to.deep.equal([]);
    const seenAway = 'The device is away from the setting and its disk is not fully encrypted.';
    expect(unseenMisuse([finding(seenAway)], givenBy(facts, letOff))).to.have.length(1);
    const counted = {
      ...finding('It cannot be told who is signed in. The setting counts that as use.'),
      code: 'unauthorised-person' as const,
    };
    expect(unseenMisuse([counted], givenBy(factsOf({ sessions: notKnown() })))).to.deep.equal([]);
  });

  it('keeps a program on record that is still there, and the tablet that is still away, as they were said', () => {
    const facts = factsOf({ programs: programsOf([{ what: 'installed', program: 'tor', daysAgo: 1 }]) });
    const rules = switched({ mayInstall: ['ada'] });
    const installed = [
      { code: 'program-installed-unauthorised' as const, text: 'New: tor.', remedy: 'Ask.', graceUntil: null },
    ];
    expect(unseenMisuse(installed, givenBy(facts, rules))).to.deep.equal(installed);
    expect(unseenMisuse(installed, givenBy(factsOf(), rules))).to.deep.equal([]);
    const moved = [{ code: 'moved-at-night' as const, text: 'It was seen away.', remedy: 'Ask.', graceUntil: null }];
    expect(unseenMisuse(moved, givenBy(factsOf({ location: placeAt('02:00:00:00:00:99') })))).to.deep.equal(moved);
  });

  it('looks at the encryption of a stick only where that is what counts (DEV10)', () => {
    const facts = factsOf({ media: mediaOf(mediumOf({ encryption: 'unknown' })) });
    expect(stands('removable-media', facts, { removableMedia: 'encrypted-only' })).to.equal(true);
  });

  it('says so once, however often it is looked at, and keeps nothing that is no misuse', () => {
    const facts = factsOf({ sessions: notKnown(), encryption: notKnown() });
    const given = givenBy(facts);
    const first = unseenMisuse(
      [
        { code: 'unauthorised-person', text: 'Bob is signed in.', remedy: 'Look.', graceUntil: null },
        { code: 'not-protected', text: 'It is not.', remedy: 'Look.', graceUntil: null },
      ],
      given,
    );
    expect(first.map(({ code }) => code)).to.deep.equal(['unauthorised-person']);
    expect(unseenMisuse(first, given)).to.deep.equal(first);
  });
});
