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
  placeAt,
  policy,
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

const rows: { code: FindingCode; hidden: Facts[]; seen: Facts[]; takenBack: [Facts, Partial<Policy>] }[] = [
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
];

describe('misuse that just now cannot be seen (INC1)', () => {
  it('has a row here for every matter that opens an incident', () => {
    const matters = findingCodeSchema.options.filter((code) => findingCatalogue[code].misuse);
    expect(rows.map(({ code }) => code)).to.have.members(matters);
  });

  for (const { code, hidden, seen, takenBack } of rows) {
    it(`stands while it is hidden, and ends when it is seen or the setting no longer asks it: ${code}`, () => {
      for (const facts of hidden) expect(stands(code, facts)).to.equal(true);
      for (const facts of seen) expect(stands(code, facts)).to.equal(false);
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
    expect(end('unprotected-off-site', factsOf({ encryption: notKnown() }))).to.match(/network of the setting’s own/);
    expect(end('unprotected-off-site', factsOf({ location: placeAt(null) }))).to.equal(undefined);
    expect(end('filtering-off', factsOf({ filtering: filteringOf('partial') }))).to.match(/with gaps/);
    expect(end('filtering-off', factsOf())).to.equal(undefined);
    expect(end('silent', factsOf())).to.equal(undefined);
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
