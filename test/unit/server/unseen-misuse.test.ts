import { expect } from 'chai';
import { unseenMisuse } from '../../../server/policy/unseen-misuse.ts';
import type { Policy } from '../../../shared/policy/document.ts';
import type { Facts } from '../../../shared/policy/facts.ts';
import { type FindingCode, findingCatalogue, findingCodeSchema } from '../../../shared/policy/findings.ts';
import { judgePlace } from '../../../shared/policy/place.ts';
import { appsOf, factsOf, mediaOf, mediumOf, notKnown, placeAt, policy } from '../shared/facts.ts';

const stands = (code: FindingCode, facts: Facts, rules: Partial<Policy> = {}) => {
  const changed = { ...policy, ...rules };
  const place = judgePlace(facts.sections.location, changed);
  const standing = [{ code, text: 'It is so.', remedy: 'Look.' }];
  return unseenMisuse(standing, { facts, policy: changed, place }).length === 1;
};

const rows: { code: FindingCode; hidden: Facts[]; seen: Facts[]; takenBack: [Facts, Partial<Policy>] }[] = [
  {
    code: 'unprotected-off-site',
    hidden: [
      factsOf({ encryption: notKnown() }),
      factsOf({ location: notKnown('no-network') }),
      factsOf({ location: placeAt(null) }),
    ],
    seen: [factsOf()],
    takenBack: [factsOf({ location: notKnown() }), { networks: [] }],
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
    ],
    seen: [
      factsOf(),
      factsOf({ apps: appsOf({ famly: 'unknown' }) }),
      factsOf({ apps: appsOf({ facebook: 'possible' }) }),
    ],
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

  it('looks at the encryption of a stick only where that is what counts (DEV10)', () => {
    const facts = factsOf({ media: mediaOf(mediumOf({ encryption: 'unknown' })) });
    expect(stands('removable-media', facts, { removableMedia: 'encrypted-only' })).to.equal(true);
  });

  it('says so once, however often it is looked at, and keeps nothing that is no misuse', () => {
    const facts = factsOf({ sessions: notKnown(), encryption: notKnown() });
    const given = { facts, policy, place: judgePlace(facts.sections.location, policy) };
    const first = unseenMisuse(
      [
        { code: 'unauthorised-person', text: 'Bob is signed in.', remedy: 'Look.' },
        { code: 'not-protected', text: 'It is not.', remedy: 'Look.' },
      ],
      given,
    );
    expect(first.map(({ code }) => code)).to.deep.equal(['unauthorised-person']);
    expect(unseenMisuse(first, given)).to.deep.equal(first);
  });
});
