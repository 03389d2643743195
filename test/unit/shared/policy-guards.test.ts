import { expect } from 'chai';
import fc from 'fast-check';
import { defaultAppList } from '../../../shared/policy/app-list.ts';
import type { Policy } from '../../../shared/policy/document.ts';
import { evaluate } from '../../../shared/policy/evaluate.ts';
import type { Facts } from '../../../shared/policy/facts.ts';
import type { FindingCode } from '../../../shared/policy/findings.ts';
import { judgeStanding } from '../../../shared/policy/standing.ts';
import { known, unknownReasonSchema } from '../../../shared/reading.ts';
import type { Sections } from '../../../shared/report/report.ts';
import {
  appsOf,
  factsOf,
  good,
  healthOf,
  mediaOf,
  mediumOf,
  notKnown,
  now,
  personOf,
  policy,
  programsOf,
  rightsOf,
  rulesOf,
} from './facts.ts';

const findingsOf = (facts: Facts, rules: Policy = policy) => evaluate(facts, rulesOf(rules), now).findings;
const codesOf = (facts: Facts, rules: Policy = policy) => findingsOf(facts, rules).map(({ code }) => code);
const textOf = (facts: Facts, code: FindingCode, rules: Policy = policy) =>
  findingsOf(facts, rules).find((finding) => finding.code === code)?.text ?? '';
const notOfChildren = { childFacing: false } as const;
const switched = (change: Partial<Policy>): Policy => ({ ...policy, ...change });

interface Row {
  title: string;
  facts: Facts;
  rules?: Policy;
  codes: FindingCode[];
}

const signedIn = appsOf(
  { facebook: 'signed-in' },
  {
    signIns: [
      {
        person: 'bob',
        browser: 'chrome',
        profile: 1,
        app: 'facebook',
        state: 'signed-in',
        since: null,
        until: null,
      },
    ],
  },
);
const noStore = { person: 'bob', browser: 'firefox', profile: null, reason: 'blocked-by-permission' } as const;

const rows: Row[] = [
  { title: 'DEV2: Famly in use by day is a fact', facts: factsOf({ apps: appsOf({ famly: 'signed-in' }) }), codes: [] },
  {
    title: 'DEV2: Tapestry possible by day too',
    facts: factsOf({ apps: appsOf({ tapestry: 'possible' }) }),
    codes: [],
  },
  {
    title: 'DEV2: one nursery app that cannot be told',
    facts: factsOf({ apps: appsOf({ famly: 'unknown' }, { unread: [noStore] }) }),
    codes: ['apps-unknown'],
  },
  { title: 'DEV2: sign-ins unknown', facts: factsOf({ apps: notKnown('in-use') }), codes: ['apps-unknown'] },
  {
    title: 'DEV2: an app of the setting’s list of which the device says nothing',
    facts: factsOf(),
    rules: switched({ apps: { version: 1, apps: [...defaultAppList.apps].reverse().concat(anApp('new-app')) } }),
    codes: ['apps-unknown'],
  },
  {
    title: 'DEV2: answers to a list the setting no longer has',
    facts: factsOf(),
    rules: switched({ apps: { ...defaultAppList, version: 2 } }),
    codes: ['apps-unknown'],
  },
  { title: 'DEV13: signed in to a social network', facts: factsOf({ apps: signedIn }), codes: ['personal-app'] },
  {
    title: 'DEV13: perhaps signed in to webmail',
    facts: factsOf({ apps: appsOf({ gmail: 'possible' }) }),
    codes: ['personal-app-possible'],
  },
  {
    title: 'DEV13: allowed by the setting, and then unknown is nobody’s matter',
    facts: factsOf({ apps: appsOf({ facebook: 'signed-in', gmail: 'possible', outlook: 'unknown' }) }),
    rules: switched({ personalApps: 'allowed' }),
    codes: [],
  },
  {
    title: 'DEV13: one signed in, another unknown',
    facts: factsOf({ apps: appsOf({ facebook: 'signed-in', gmail: 'unknown' }) }),
    codes: ['personal-app', 'apps-unknown'],
  },

  {
    title: 'DEV10: a stick where none is allowed',
    facts: factsOf({ media: mediaOf(mediumOf()) }),
    codes: ['removable-media'],
  },
  {
    title: 'DEV10: an encrypted stick where none is allowed',
    facts: factsOf({ media: mediaOf(mediumOf({ encryption: 'encrypted' })) }),
    codes: ['removable-media'],
  },
  {
    title: 'DEV9, DEV10: a camera on its cable, to be unloaded',
    facts: factsOf({ media: mediaOf(mediumOf({ bus: 'camera', encryption: 'unknown', sizeGb: null })) }),
    codes: [],
  },
  {
    title: 'DEV10: a drive with nothing in it',
    facts: factsOf({ media: mediaOf(mediumOf({ bus: 'optical', sizeGb: null, encryption: 'blank' })) }),
    codes: [],
  },
  ...(['not-encrypted', 'partial'] as const).map((encryption) => ({
    title: `DEV10: ${encryption} where only encrypted is allowed`,
    facts: factsOf({ media: mediaOf(mediumOf({ encryption })) }),
    rules: switched({ removableMedia: 'encrypted-only' }),
    codes: ['removable-media' as const],
  })),
  {
    title: 'DEV10: encryption unknown where only encrypted is allowed',
    facts: factsOf({ media: mediaOf(mediumOf({ encryption: 'unknown' }), mediumOf({ encryption: 'encrypted' })) }),
    rules: switched({ removableMedia: 'encrypted-only' }),
    codes: ['removable-media-unknown'],
  },
  {
    title: 'DEV10: encrypted where only encrypted is allowed',
    facts: factsOf({ media: mediaOf(mediumOf({ encryption: 'encrypted' }), mediumOf({ encryption: 'blank' })) }),
    rules: switched({ removableMedia: 'encrypted-only' }),
    codes: [],
  },
  { title: 'DEV10: media unknown', facts: factsOf({ media: notKnown('timed-out') }), codes: ['media-unknown'] },
  {
    title: 'DEV10: media unknown where all are allowed',
    facts: factsOf({ media: notKnown() }),
    rules: switched({ removableMedia: 'allowed' }),
    codes: [],
  },

  {
    title: 'DEV8: an administrator on a device of children',
    facts: factsOf({ rights: rightsOf({ people: [personOf({ administrator: known(true, now) })] }) }),
    codes: ['administrator-on-child-device'],
  },
  {
    title: 'DEV8: an administrator where no child uses it',
    facts: factsOf({ rights: rightsOf({ people: [personOf({ administrator: known(true, now) })] }) }, notOfChildren),
    codes: [],
  },
  {
    title: 'DEV7: signs somebody in by itself',
    facts: factsOf({ rights: rightsOf({ automaticSignIn: known({ on: true, person: 'alice' }, now) }) }),
    codes: ['automatic-sign-in'],
  },
  {
    title: 'DEV7: no screen lock',
    facts: factsOf({
      rights: rightsOf({ people: [personOf({ screenLock: known({ on: false, afterSeconds: null }, now) })] }),
    }),
    codes: ['no-screen-lock'],
  },
  {
    title: 'DEV8: guards that are down',
    facts: factsOf({
      rights: rightsOf({
        firewall: known({ on: false }, now),
        antivirus: known({ state: 'none', upToDate: null }, now),
      }),
    }),
    codes: ['firewall-off', 'antivirus-off'],
  },
  {
    title: 'DEV8: a program installed six days ago',
    facts: factsOf({ programs: programsOf([{ what: 'installed', program: 'Steam', daysAgo: 6 }]) }),
    codes: ['program-installed'],
  },
  {
    title: 'DEV8: one installed eight days ago, one updated, one taken off again',
    facts: factsOf({
      programs: programsOf([
        { what: 'removed', program: 'Doom', daysAgo: 1 },
        { what: 'installed', program: 'Doom', daysAgo: 2 },
        { what: 'updated', program: 'Firefox', daysAgo: 3 },
        { what: 'installed', program: 'Steam', daysAgo: 8 },
      ]),
    }),
    codes: [],
  },
  {
    title: 'DEV8: a program installed where no child uses it',
    facts: factsOf({ programs: programsOf([{ what: 'installed', program: 'Steam', daysAgo: 1 }]) }, notOfChildren),
    codes: [],
  },

  { title: 'a clock two minutes off', facts: factsOf({ agent: healthOf({ clockSkewSeconds: -120 }) }), codes: [] },
  {
    title: 'a clock more than two minutes off',
    facts: factsOf({ agent: healthOf({ clockSkewSeconds: -125 }) }),
    codes: ['clock-wrong'],
  },
  {
    title: 'a probe that failed twice',
    facts: factsOf({ agent: healthOf({ failures: [{ section: 'photos', count: 2, last: 'timed-out' }] }) }),
    codes: [],
  },
  {
    title: 'a probe that fails again and again',
    facts: factsOf({ agent: healthOf({ failures: [{ section: 'photos', count: 5, last: 'timed-out' }] }) }),
    codes: ['agent-failing'],
  },
];

function anApp(app: string) {
  return {
    app,
    name: app,
    kind: 'nursery' as const,
    hosts: ['a.example'],
    cookies: [],
    localStorage: [],
    packages: [],
  };
}

describe('the policy on sign-ins, media, rights and the agent', () => {
  for (const { title, facts, rules, codes } of rows) {
    it(`${title}: ${codes.join(', ') || 'nothing'}`, () => {
      expect(codesOf(facts, rules)).to.deep.equal(codes);
    });
  }

  it('names who is signed in to what, which media, and what is new (DEV8, DEV10, DEV13)', () => {
    expect(textOf(factsOf({ apps: signedIn }), 'personal-app')).to.match(/^Facebook \(bob\) is signed in/);
    const media = mediaOf(mediumOf(), mediumOf({ bus: 'sd', sizeGb: null }));
    expect(textOf(factsOf({ media }), 'removable-media')).to.match(
      /^A USB stick or disk \(16 GB\) and a memory card are attached/,
    );
    const many = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((program) => ({
      what: 'installed' as const,
      program,
      daysAgo: 1,
    }));
    expect(textOf(factsOf({ programs: programsOf(many) }), 'program-installed')).to.match(/ and 2 more\.$/);
  });

  it('leaves out what lies in the setting’s folder of teaching resources, when it names one (DEV4)', () => {
    const count = (photos: number) => known({ photos, videos: 0, oldest: now }, now);
    const photos: Sections['photos'] = known(
      {
        places: [
          { place: 'camera', count: count(40) },
          { place: 'resources', count: count(300) },
        ],
        atLeast: { photos: 340, videos: 0, oldest: now },
        complete: true,
      },
      now,
    );
    expect(codesOf(factsOf({ photos }))).to.deep.equal(['photos-over-limit']);
    expect(codesOf(factsOf({ photos }), switched({ resourceFolder: 'Topics' }))).to.deep.equal([]);
  });

  it('never counts photos as over the limit that may be teaching resources: a folder read in part is not certain', () => {
    const photos: Sections['photos'] = known(
      {
        places: [
          { place: 'camera', count: known({ photos: 40, videos: 0 }, now) },
          { place: 'resources', count: notKnown('blocked-by-permission') },
        ],
        atLeast: { photos: 340, videos: 0 },
        complete: false,
      },
      now,
    );
    expect(codesOf(factsOf({ photos }), switched({ resourceFolder: 'Topics' }))).to.deep.equal(['photos-unknown']);
  });

  it('does not trust a filter round which there may be a way (DEV5)', () => {
    const { filtering } = good;
    if (filtering.state === 'unknown') throw new Error('it is known');
    const on = filtering.value;
    const unread = factsOf({
      filtering: known({ ...on, bypassesUnread: [{ what: 'browser-doh', reason: 'in-use' }] }, now),
    });
    expect(codesOf(unread)).to.deep.equal(['filtering-unknown']);
    expect(textOf(unread, 'filtering-unknown')).to.include('a browser’s own secure DNS');
    const bypassed = factsOf({ filtering: known({ ...on, bypasses: ['vpn', 'proxy'] }, now) });
    expect(codesOf(bypassed)).to.deep.equal(['filtering-bypassed']);
    expect(textOf(bypassed, 'filtering-bypassed')).to.include('got round: by a VPN and a proxy');
  });
});

describe('what is unknown of the guards', () => {
  const unknownGuards = (reason: Parameters<typeof notKnown>[0]) =>
    rightsOf({
      people: [personOf({ administrator: notKnown(reason), screenLock: notKnown(reason) })],
      automaticSignIn: notKnown(reason),
      firewall: notKnown(reason),
      antivirus: notKnown(reason),
    });

  it('is one finding, in words, however much it is (DEV7, DEV8)', () => {
    const facts = factsOf({ rights: unknownGuards('permission-denied'), programs: notKnown('timed-out') });
    expect(codesOf(facts)).to.deep.equal(['guards-unknown']);
    expect(textOf(facts, 'guards-unknown')).to.equal(
      'It cannot be told who may install programs, whether the screen locks, whether it signs in by itself, ' +
        'whether the firewall is on or whether it is protected against viruses: the agent is not allowed to ask. ' +
        'It cannot be told whether programs were installed: the device’s system did not answer in time.',
    );
  });

  it('says plainly when Hometime cannot ask a system, and does not ask for a firewall or antivirus it has none of', () => {
    const text = textOf(factsOf({ rights: unknownGuards('not-supported') }), 'guards-unknown');
    expect(text)
      .to.include('Hometime cannot ask this')
      .and.not.match(/firewall|viruses/);
    const none = rightsOf({ firewall: notKnown('not-supported'), antivirus: notKnown('not-supported') });
    expect(codesOf(factsOf({ rights: none }))).to.deep.equal([]);
    expect(codesOf(factsOf({ rights: rightsOf({ antivirus: notKnown('tool-failed') }) }))).to.deep.equal([
      'guards-unknown',
    ]);
  });

  it('leaves out what only matters where children use the device', () => {
    const facts = factsOf({ rights: notKnown(), programs: notKnown() }, notOfChildren);
    expect(textOf(facts, 'guards-unknown'))
      .to.match(/screen locks/)
      .and.not.match(/programs/);
  });
});

describe('a fleet with new and old agents', () => {
  const standingOf = (facts: Facts) => judgeStanding(findingsOf(facts), 'online');
  const later = ['apps', 'media', 'programs', 'rights', 'agent'] as const;
  const without = (names: readonly (typeof later)[number][]) =>
    Object.fromEntries(names.map((name) => [name, notKnown('not-asked-yet')]));

  it('calls a Linux laptop in good order clear: what Linux has no such thing of is not held against it', () => {
    const rights = rightsOf({ people: [personOf({})], antivirus: notKnown('not-supported') });
    expect(standingOf(factsOf({ rights }))).to.equal('clear');
  });

  it('is never clear with a later section unknown, whatever the rest and whichever the reason', () => {
    const blind = fc.subarray(['apps', 'media', 'programs', 'rights'] as const, { minLength: 1 });
    fc.assert(
      fc.property(blind, fc.constantFrom(...unknownReasonSchema.options), (names, reason) => {
        const sections = { ...good, ...Object.fromEntries(names.map((name) => [name, notKnown(reason)])) };
        expect(standingOf(factsOf(sections))).to.not.equal('clear');
      }),
    );
  });

  it('says one thing of an agent that knows only the first sections, and not one for each it does not know', () => {
    const facts = factsOf(without(later));
    expect(codesOf(facts)).to.deep.equal(['agent-outdated']);
    expect(standingOf(facts)).to.equal('cannot-tell');
  });

  it('takes no present agent for an old one: whoever tells its own health is asked for all of it', () => {
    const facts = factsOf(without(['apps', 'media', 'programs', 'rights']));
    expect(codesOf(facts)).to.deep.equal(['apps-unknown', 'media-unknown', 'guards-unknown']);
  });

  it('calls nothing outdated of which nothing was heard yet', () => {
    const nothing = Object.fromEntries(Object.keys(good).map((name) => [name, notKnown('not-asked-yet')]));
    expect(codesOf(factsOf(nothing))).to.not.include('agent-outdated');
  });
});
