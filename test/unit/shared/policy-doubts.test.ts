import { expect } from 'chai';
import type { Policy } from '../../../shared/policy/document.ts';
import { evaluate } from '../../../shared/policy/evaluate.ts';
import type { Facts } from '../../../shared/policy/facts.ts';
import type { FindingCode } from '../../../shared/policy/findings.ts';
import { judgeStanding } from '../../../shared/policy/standing.ts';
import { known } from '../../../shared/reading.ts';
import type { MediumEvent } from '../../../shared/report/media.ts';
import {
  appsOf,
  factsOf,
  goneMedia,
  good,
  healthOf,
  mediaOf,
  mediumOf,
  notKnown,
  now,
  personOf,
  placeAt,
  policy,
  rightsOf,
  rulesOf,
  signedIn,
} from './facts.ts';

const findingsOf = (facts: Facts, rules: Policy = policy) => evaluate(facts, rulesOf(rules), now).findings;
const codesOf = (facts: Facts, rules: Policy = policy) => findingsOf(facts, rules).map(({ code }) => code);
const textOf = (facts: Facts, code: FindingCode, rules: Policy = policy) =>
  findingsOf(facts, rules).find((finding) => finding.code === code)?.text ?? '';
const hoursAgo = (hours: number) => new Date(Date.parse(now) - hours * 3_600_000).toISOString();
const encryptedOnly: Policy = { ...policy, removableMedia: 'encrypted-only' };

describe('media that came and went (DEV10)', () => {
  const event = (what: MediumEvent['what'], hours: number, more: Partial<MediumEvent> = {}): MediumEvent => {
    return { what, at: hoursAgo(hours), id: null, bus: 'usb', sizeGb: 16, encryption: 'not-encrypted', ...more };
  };
  const visit = (hours: number, more: Partial<MediumEvent> = {}) => [
    event('removed', hours, more),
    event('arrived', hours + 0.01, more),
  ];

  it('are told of for a day, and no longer', () => {
    const facts = (hours: number) => factsOf({ media: goneMedia(...visit(hours)) });
    expect(codesOf(facts(23))).to.deep.equal(['removable-media']);
    expect(textOf(facts(23), 'removable-media')).to.equal(
      'A USB stick or disk (16 GB) was attached to this device and taken out again within a day, and the setting does not allow removable media.',
    );
    expect(codesOf(facts(25))).to.deep.equal([]);
    expect(codesOf(facts(1), { ...policy, removableMedia: 'allowed' })).to.deep.equal([]);
  });

  it('are told each time, for each is put on record', () => {
    const twice = goneMedia(...visit(1), ...visit(2));
    expect(textOf(factsOf({ media: twice }), 'removable-media')).to.match(/\(16 GB\), 2 times were attached/);
    const media = known({ attached: [mediumOf({ bus: 'sd', sizeGb: null })], recent: visit(1) }, now);
    expect(textOf(factsOf({ media }), 'removable-media')).to.match(/^A memory card is attached .+ was attached/);
    const arrived = goneMedia(event('arrived', 1));
    expect(codesOf(factsOf({ media: arrived })), 'with no removal').to.deep.equal(['removable-media']);
  });

  it('count once while they are attached, and never as cameras or empty drives (DEV9)', () => {
    const attached = known({ attached: [mediumOf()], recent: [event('arrived', 1)] }, now);
    expect(textOf(factsOf({ media: attached }), 'removable-media')).to.not.match(/taken out/);
    const blank = visit(1, { bus: 'optical', sizeGb: null, encryption: 'blank' });
    expect(codesOf(factsOf({ media: goneMedia(...visit(1, { bus: 'camera' }), ...blank) }))).to.deep.equal([]);
  });

  it('are judged by what they were where only encrypted ones are allowed', () => {
    const codes = (encryption: MediumEvent['encryption']) =>
      codesOf(factsOf({ media: goneMedia(...visit(1, { encryption })) }), encryptedOnly);
    expect(codes('encrypted')).to.deep.equal([]);
    expect(codes('not-encrypted')).to.deep.equal(['removable-media']);
    expect(codes('unknown')).to.deep.equal(['removable-media-unknown']);
  });

  it('of an agent that does not tell a stick from a camera cannot be judged', () => {
    const { what, at, id } = event('removed', 1);
    expect(codesOf(factsOf({ media: goneMedia({ what, at, id }) }))).to.deep.equal(['removable-media-unknown']);
    expect(codesOf(factsOf({ media: mediaOf() }))).to.deep.equal([]);
  });
});

describe('the settings by which a device looks', () => {
  const held = (settingsVersion: number | null | undefined, version: number, since = hoursAgo(1)) =>
    factsOf(
      { agent: healthOf(settingsVersion === undefined ? {} : { settingsVersion }) },
      { settings: { version, since } },
    );

  it('are a finding while they are others than the server’s, with a few minutes to take them up (DEV4, DEV5)', () => {
    expect(codesOf(held(5, 5))).to.deep.equal([]);
    expect(codesOf(held(5, 6))).to.deep.equal(['settings-old']);
    expect(codesOf(held(5, 6, hoursAgo(0.05)))).to.deep.equal([]);
    expect(textOf(held(5, 4), 'settings-old')).to.match(/newer policy/);
  });

  it('are the default ones of a device that took none, or does not say', () => {
    for (const none of [null, undefined]) {
      expect(codesOf(held(none, 1))).to.deep.equal([]);
      expect(codesOf(held(none, 2))).to.deep.equal(['settings-old']);
    }
    const justEnrolled = { ...held(null, 2), enrolledAt: hoursAgo(0.05) };
    expect(codesOf(justEnrolled)).to.deep.equal([]);
  });
});

describe('an agent that is not well (DEV6)', () => {
  const lately = { startedAt: hoursAgo(0.5) };
  const rows: [string, Facts, FindingCode[]][] = [
    ['starts again and again', factsOf({ agent: healthOf({ starts: 20 }) }), ['agent-failing']],
    ['was started as often as a laptop is', factsOf({ agent: healthOf({ starts: 8 }) }), []],
    [
      'never compared its clock',
      factsOf({ agent: healthOf({ startedAt: hoursAgo(2), clockSkewSeconds: null, lastFullCycleAt: hoursAgo(1) }) }),
      ['agent-failing'],
    ],
    ['never asked everything', factsOf({ agent: healthOf({ startedAt: hoursAgo(2) }) }), ['agent-failing']],
    ['has just started', factsOf({ agent: healthOf({ ...lately, clockSkewSeconds: null }) }), []],
    [
      'asked everything last night',
      factsOf({ agent: healthOf({ startedAt: hoursAgo(90), lastFullCycleAt: hoursAgo(14) }) }),
      [],
    ],
    [
      'has not asked everything for days',
      factsOf({ agent: healthOf({ startedAt: hoursAgo(90), lastFullCycleAt: hoursAgo(60) }) }),
      ['agent-failing'],
    ],
    ['tells everything but how it stands', factsOf({ agent: notKnown('not-asked-yet') }), ['agent-failing']],
  ];
  for (const [title, facts, codes] of rows) {
    it(`${title}: ${codes.join(', ') || 'nothing'}`, () => {
      expect(codesOf(facts)).to.deep.equal(codes);
    });
  }
});

describe('a lock that is none (DEV7)', () => {
  const lockAfter = (afterSeconds: number | null) =>
    factsOf({ rights: rightsOf({ people: [personOf({ screenLock: known({ on: true, afterSeconds }, now) })] }) });

  it('is one that comes too late, or of which it is not told that it comes', () => {
    expect(codesOf(lockAfter(1800))).to.deep.equal([]);
    expect(codesOf(lockAfter(86_400))).to.deep.equal(['no-screen-lock']);
    expect(textOf(lockAfter(86_400), 'no-screen-lock')).to.match(/locks only after more than 30 minutes/);
    expect(codesOf(lockAfter(null))).to.deep.equal(['guards-unknown']);
  });

  it('is not known of somebody who is signed in and of whom nothing was told (DEV8)', () => {
    const since = (at: string | null) => {
      const session = {
        id: '1',
        person: 'alice',
        where: 'graphical',
        since: at,
        activity: 'active',
        locked: null,
      } as const;
      return factsOf({ sessions: known({ sessions: [session] }, now) });
    };
    expect(codesOf(since(hoursAgo(1)))).to.deep.equal(['guards-unknown']);
    expect(textOf(since(null), 'guards-unknown')).to.match(/what alice may do/);
    expect(codesOf(since(hoursAgo(0.1))), 'just signed in').to.deep.equal([]);
  });

  it('is no gap of Hometime’s at a text console, which stands open', () => {
    const screenLock = notKnown('not-supported');
    const facts = factsOf(
      { sessions: signedIn('alice'), rights: rightsOf({ people: [personOf({ screenLock })] }) },
      { platform: 'linux' },
    );
    expect(textOf(facts, 'guards-unknown')).to.equal(
      'alice is signed in at a text console, which does not lock by itself.',
    );
    const { sessions } = facts.sections;
    if (sessions.state === 'unknown') throw new Error('it is known');
    const remote = known(
      { sessions: sessions.value.sessions.map((one) => ({ ...one, where: 'remote' as const })) },
      now,
    );
    expect(codesOf({ ...facts, sections: { ...facts.sections, sessions: remote } })).to.deep.equal([]);
    expect(textOf({ ...facts, platform: 'windows' }, 'guards-unknown')).to.match(/whether the screen locks/);
  });
});

describe('programs of one name (DEV8)', () => {
  it('are told apart by where they lie: one taken off does not hide the other', () => {
    const change = { program: 'steam', version: null, at: now };
    const programs = known(
      {
        count: 1,
        since: now,
        unread: [],
        changes: [
          { ...change, what: 'removed' as const, source: 'dpkg' as const },
          { ...change, what: 'installed' as const, source: 'snap' as const },
        ],
      },
      now,
    );
    expect(codesOf(factsOf({ programs }))).to.deep.equal(['program-installed']);
  });
});

describe('a sum that its own parts contradict is not believed', () => {
  const volume = (state: 'suspended' | 'unknown' | 'locked' | 'not-protected', holds: 'system' | 'data' | 'boot') =>
    known({ protection: 'protected' as const, volumes: [{ id: 'C', holds, state }] }, now);
  const signIn = {
    person: 'bob',
    browser: 'chrome',
    profile: 1,
    app: 'facebook',
    state: 'signed-in',
    since: null,
    until: null,
  } as const;
  const unread = { person: 'bob', browser: 'chrome', profile: 1, reason: 'in-use' } as const;
  const tested = (...tests: ['adult' | 'malware', 'blocked' | 'no-answer' | 'resolved'][]) =>
    known(
      {
        state: 'on' as const,
        provider: null,
        tests: tests.map(([category, outcome]) => ({ filter: 'own' as const, category, outcome })),
        safeSearch: 'unknown' as const,
        bypasses: [],
      },
      now,
    );
  const blockedPlace = { place: 'camera' as const, count: notKnown('blocked-by-permission') };
  const rows: [string, Facts, FindingCode[]][] = [
    [
      'DEV1: protected with a suspended volume',
      factsOf({ encryption: volume('suspended', 'system') }),
      ['encryption-unknown'],
    ],
    [
      'DEV1: protected with a volume that is not known',
      factsOf({ encryption: volume('unknown', 'data') }),
      ['encryption-unknown'],
    ],
    ['DEV1: protected with a plain boot volume', factsOf({ encryption: volume('not-protected', 'boot') }), []],
    ['DEV1: protected with a locked volume', factsOf({ encryption: volume('locked', 'data') }), []],
    [
      'DEV1: the same away from the setting',
      factsOf({ encryption: volume('suspended', 'system'), location: placeAt('02:00:00:00:00:99') }),
      ['encryption-unknown', 'unprotected-off-site'],
    ],
    [
      'DEV2: signed out with a store that could not be read',
      factsOf({ apps: appsOf({}, { unread: [unread] }) }),
      ['apps-unknown'],
    ],
    [
      'DEV13: signed out with a sign-in in the list',
      factsOf({ apps: appsOf({}, { signIns: [signIn] }) }),
      ['apps-unknown'],
    ],
    [
      'DEV5: on with no test answered',
      factsOf({ filtering: tested(['adult', 'no-answer'], ['malware', 'no-answer']) }),
      ['filtering-unknown'],
    ],
    ['DEV5: on with one class only', factsOf({ filtering: tested(['adult', 'blocked']) }), ['filtering-unknown']],
    [
      'DEV5: on with one name of two passing',
      factsOf({ filtering: tested(['adult', 'blocked'], ['malware', 'resolved']) }),
      ['filtering-unknown'],
    ],
    ['DEV5: on with no test at all', factsOf({ filtering: tested() }), ['filtering-unknown']],
    ['DEV5: on with both blocked', factsOf({ filtering: tested(['adult', 'blocked'], ['malware', 'blocked']) }), []],
    [
      'DEV3: all photos counted, but for one place',
      factsOf({ photos: known({ places: [blockedPlace], atLeast: { photos: 0, videos: 0 }, complete: true }, now) }),
      ['photos-unknown'],
    ],
  ];
  for (const [title, facts, codes] of rows) {
    it(`${title}: ${codes.join(', ') || 'nothing'}`, () => {
      expect(codesOf(facts)).to.deep.equal(codes);
    });
  }
});

describe('an ordinary device', () => {
  const installed = { person: null, browser: 'app', profile: 1, state: 'possible', since: null, until: null } as const;
  const kept = { person: null, browser: 'chrome', profile: null, reason: 'blocked-by-permission' } as const;
  const gmail = appsOf(
    { gmail: 'possible', famly: 'unknown', facebook: 'unknown' },
    { unread: [kept], signIns: [{ ...installed, app: 'gmail' }] },
  );
  const programs = known(
    {
      count: 4,
      since: now,
      changes: [],
      unread: [{ source: 'packages' as const, reason: 'permission-denied' as const }],
    },
    now,
  );
  const { filtering } = good;
  const filtered =
    filtering.state === 'unknown'
      ? filtering
      : known(
          {
            ...filtering.value,
            bypassesUnread: [{ what: 'browser-doh' as const, reason: 'blocked-by-permission' as const }],
          },
          now,
        );
  if (filtered.state === 'unknown') throw new Error('it is known');
  const filteringValue = filtered.value;
  const tablet = factsOf(
    {
      sessions: notKnown('not-supported'),
      rights: notKnown('not-supported'),
      media: notKnown('permission-denied'),
      apps: gmail,
      programs,
      filtering: filtered,
    },
    { platform: 'android', assignedPeople: null },
  );

  it('with Android says once what Android tells no app, and an installed app is no matter of a browser (DEV13)', () => {
    expect(codesOf(tablet)).to.deep.equal(['personal-app-possible', 'android-untold']);
    expect(textOf(tablet, 'android-untold')).to.match(
      /^Android lets no app tell who uses it, .+ or whether the screen locks/,
    );
    expect(textOf(tablet, 'personal-app-possible')).to.equal(
      'Google Mail is installed on this device, and no other app can see whether anybody is signed in.',
    );
    for (const { remedy } of findingsOf(tablet))
      expect(remedy).to.not.match(/browser keeps|administrator|Run the agent/);
  });

  it('with Android is still told what could be put right, by a way that is there', () => {
    const judgedWith = (sections: Partial<Facts['sections']>) =>
      findingsOf({ ...tablet, sections: { ...tablet.sections, ...sections } });
    const timedOut = judgedWith({ media: notKnown('timed-out'), rights: notKnown('probe-failed') }).map(
      ({ code }) => code,
    );
    expect(timedOut).to.include.members(['media-unknown', 'guards-unknown', 'android-untold']);
    const photos = known(
      {
        places: [{ place: 'camera' as const, count: notKnown('blocked-by-permission') }],
        atLeast: { photos: 0, videos: 0 },
        complete: false,
      },
      now,
    );
    expect(judgedWith({ photos }).find(({ code }) => code === 'photos-unknown')?.remedy).to.match(
      /termux-setup-storage/,
    );
    const unproved = known({ ...filteringValue, tests: [] }, now);
    expect(judgedWith({ filtering: unproved }).map(({ code }) => code)).to.include('filtering-unknown');
    const otherList = appsOf({}, { listVersion: 9, unread: [kept] });
    expect(judgedWith({ apps: otherList }).map(({ code }) => code)).to.include('apps-unknown');
    expect(judgedWith({ filtering: notKnown('blocked-by-permission') }).map(({ code }) => code)).to.include(
      'filtering-unknown',
    );
  });

  it('with another system has each of these as it is', () => {
    expect(codesOf({ ...tablet, platform: 'linux' })).to.include.members([
      'sessions-unknown',
      'media-unknown',
      'guards-unknown',
    ]);
  });

  it('with its firewall off, as it came, is to be looked at and breaks no rule', () => {
    const facts = factsOf({ rights: rightsOf({ firewall: known({ on: false }, now) }) });
    expect(codesOf(facts)).to.deep.equal(['firewall-off']);
    expect(judgeStanding(findingsOf(facts), 'online')).to.equal('cannot-tell');
  });
});
