import { generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { settingCalendar } from '../../../server/calendar/setting-calendar.ts';
import { instantSchema } from '../../../shared/instant.ts';
import { accountNameSchema, deviceKindSchema, platformNameSchema } from '../../../shared/names.ts';
import { appListSchema, defaultAppList, hostNameSchema } from '../../../shared/policy/app-list.ts';
import { openCapsule, sealSettings } from '../../../shared/policy/capsule.ts';
import type { DeviceSettings } from '../../../shared/policy/device-settings.ts';
import { policySchema } from '../../../shared/policy/document.ts';
import { evaluate } from '../../../shared/policy/evaluate.ts';
import {
  type EvaluatedPolicy,
  evaluatedPolicyFrom,
  evaluatedPolicyOf,
} from '../../../shared/policy/evaluated-policy.ts';
import type { Facts } from '../../../shared/policy/facts.ts';
import { type FindingCode, findingCatalogue, findingCodeSchema } from '../../../shared/policy/findings.ts';
import { nextLook } from '../../../shared/policy/next-look.ts';
import { placeSchema } from '../../../shared/policy/place.ts';
import { judgeStanding } from '../../../shared/policy/standing.ts';
import { type UnknownReason, unknown, unknownReasonSchema } from '../../../shared/reading.ts';
import { appIdSchema } from '../../../shared/report/apps.ts';
import { hardwareAddressSchema } from '../../../shared/report/location.ts';
import { programChangeSchema } from '../../../shared/report/programs.ts';
import { fullReportSchema, type SectionName } from '../../../shared/report/report.ts';
import { anyOf, type Known } from '../../support/any-of.ts';
import { factsOf, ownGateway, rulesOf } from './facts.ts';

const year = { min: Date.UTC(2026, 0, 1), max: Date.UTC(2026, 11, 31) };
const anyInstant = fc.integer(year).map((ms) => new Date(ms).toISOString());
const people = fc.constantFrom('alice', 'bob', 'ada');

/** Where any value of the shape would hardly ever meet another, a few do. */
const known: Known = new Map<unknown, fc.Arbitrary<unknown>>([
  [instantSchema, anyInstant],
  [accountNameSchema, people],
  [hardwareAddressSchema, fc.constantFrom(ownGateway, '02:00:00:00:00:99')],
  [appIdSchema, fc.constantFrom(...defaultAppList.apps.map(({ app }) => app))],
  [programChangeSchema.shape.program, fc.constantFrom('tor', 'zoom')],
  [hostNameSchema, fc.constantFrom('app.famly.co', 'school.org')],
  [appListSchema, fc.constantFrom(defaultAppList, { ...defaultAppList, version: 2 })],
]);

const anyRules: fc.Arbitrary<EvaluatedPolicy> = fc.tuple(anyOf(policySchema, known), anyInstant).map(([policy, at]) =>
  evaluatedPolicyOf(policy, {
    placeSalt: Buffer.alloc(32, 9).toString('base64'),
    calendar: settingCalendar(policy.opening, { timeZone: 'Europe/London', at }),
  }),
);

const anyFacts: fc.Arbitrary<Facts> = fc.record({
  kind: anyOf(deviceKindSchema),
  platform: fc.option(anyOf(platformNameSchema), { nil: null }),
  childFacing: fc.boolean(),
  assignedPeople: fc.option(fc.array(people, { maxLength: 2 }), { nil: null }),
  sections: anyOf(fullReportSchema.shape.sections, known),
  settings: fc.record({ version: fc.integer({ min: 1, max: 4 }), since: anyInstant }),
  lastSeenAt: fc.option(anyInstant, { nil: null }),
  enrolledAt: anyInstant,
  placeMemory: fc.record({
    last: fc.constantFrom('on-site', 'off-site', null),
    lastSince: fc.option(anyInstant, { nil: null }),
    unknownSince: fc.option(anyInstant, { nil: null }),
  }),
  standingSince: fc.dictionary(fc.constantFrom(...findingCodeSchema.options), anyInstant),
  observedUntil: fc.option(anyInstant, { nil: undefined }),
});

const runs = { numRuns: 200 };

describe('the evaluation, of any facts under any rules', function () {
  this.timeout(120_000);
  const pair = generateKeyPairSync('ed25519');
  const key = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const publicKey = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();

  const settingsOf = (rules: EvaluatedPolicy, facts: Facts): DeviceSettings => {
    const { apps, filterTests, resourceFolder, ...rest } = rules;
    const { kind, childFacing, assignedPeople } = facts;
    const own = { kind, childFacing, assignedPeople: assignedPeople === null ? null : [...assignedPeople] };
    const expiresAt = '2026-12-31T00:00:00.000Z';
    const enrolledAt = '2026-01-01T00:00:00.000Z';
    return { apps, filterTests, resourceFolder, mediaSalt: null, rules: { ...own, enrolledAt, ...rest, expiresAt } };
  };
  const seal = (settings: DeviceSettings) => {
    const deviceId = '0b0f4f1e-0f0a-4b7e-8d64-000000000001';
    return sealSettings({ deviceId, epoch: 1, version: 1, issuedAt: '2026-11-21T12:00:00.000Z', settings }, key);
  };

  it('is the same on the device, through a sealed capsule, as on the server (DEV1)', () => {
    fc.assert(
      fc.property(anyFacts, anyRules, anyInstant, (facts, rules, now) => {
        const opened = openCapsule(seal(settingsOf(rules, facts)), publicKey);
        const held = opened && evaluatedPolicyFrom(opened.settings);
        if (held === undefined) throw new Error('the capsule does not open');
        expect(held).to.deep.equal(rules);
        const onDevice = evaluate(facts, held, now);
        const onServer = evaluate(facts, rules, now);
        expect(onDevice).to.deep.equal(onServer);
        expect(nextLook(onDevice, held, { now })).to.equal(nextLook(onServer, rules, { now }));
      }),
      { numRuns: 100 },
    );
  });

  it('never throws, finds nothing twice, and says of everything what is wrong and what to do', () => {
    const seen = new Set<FindingCode>();
    fc.assert(
      fc.property(anyFacts, anyRules, anyInstant, (facts, rules, now) => {
        const { findings, place, placeMemory } = evaluate(facts, rules, now);
        expect(placeSchema.safeParse(place).success).to.equal(true);
        const codes = findings.map(({ code }) => code);
        for (const code of codes) seen.add(code);
        expect(new Set(codes).size, codes.join(' ')).to.equal(codes.length);
        for (const { code, text, remedy, graceUntil } of findings) {
          expect(text, code).to.match(/^\S.+\.$/u);
          expect(text, code).to.not.match(/undefined|null|NaN|\$\{| {2}/);
          expect(remedy, code).to.match(/^\p{Lu}.+\.$/u);
          if (graceUntil !== null)
            expect(graceUntil > (facts.observedUntil ?? now) || graceUntil > now, code).to.equal(true);
        }
        const look = nextLook({ findings, place, placeMemory }, rules, { now, until: facts.observedUntil });
        if (look !== null) expect(look > now).to.equal(true);
      }),
      { numRuns: 400 },
    );
    // A property over facts that never meet a rule would say nothing.
    expect(findingCodeSchema.options.filter((code) => !seen.has(code))).to.have.length.below(16);
  });

  it('never lets what is unknown pass: its section has a finding, and the device is not clear', () => {
    const always = ['encryption', 'sessions', 'photos'] as const satisfies readonly SectionName[];
    const others = ['apps', 'media', 'filtering'] as const satisfies readonly SectionName[];
    const reasons = unknownReasonSchema.options.filter((reason) => reason !== 'not-asked-yet');
    fc.assert(
      fc.property(
        anyFacts,
        anyRules,
        anyInstant,
        fc.constantFrom(...always, ...others),
        fc.constantFrom(...reasons),
        (facts, rules, now, name, reason: UnknownReason) => {
          const blind: Facts = {
            ...facts,
            sections: { ...facts.sections, [name]: unknown(reason, now) },
            childFacing: facts.childFacing || name === 'filtering',
          };
          const asked: EvaluatedPolicy = name === 'media' ? { ...rules, removableMedia: 'forbidden' } : rules;
          const { findings } = evaluate(blind, asked, now);
          const about = findings.filter(({ code }) => {
            const looksAt: readonly SectionName[] = findingCatalogue[code].looksAt;
            return looksAt.includes(name);
          });
          expect(about, `${name} ${reason}`).to.not.deep.equal([]);
          expect(judgeStanding(findings, 'online')).to.not.equal('clear');
        },
      ),
      runs,
    );
  });

  it('never finds less where more counts as broken: what the switches count is found as misuse or as a rule not met', () => {
    const broken = { sessions: 'counts-as-broken', apps: 'counts-as-broken', photos: 'counts-as-broken' } as const;
    const all = { ...broken, filtering: 'counts-as-broken', media: 'counts-as-broken' } as const;
    const rank = { clear: 0, 'cannot-tell': 1, act: 2, urgent: 3 } as const;
    fc.assert(
      fc.property(anyFacts, anyRules, anyInstant, (facts, rules, now) => {
        const stricter = { ...rules, switches: { ...rules.switches, absence: all } };
        const [now1, now2] = [rules, stricter].map((one) =>
          judgeStanding(evaluate(facts, one, now).findings, 'online'),
        );
        if (now1 === undefined || now2 === undefined) throw new Error('both are judged');
        expect(rank[now2]).to.be.at.least(rank[now1]);
      }),
      runs,
    );
  });

  it('goes by no capsule of which a character was changed', () => {
    const capsule = seal(settingsOf(rulesOf(), factsOf()));
    expect(openCapsule(capsule, publicKey)).to.not.equal(undefined);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/={}":,. ';
    const change = (text: string, at: number, by: number) => {
      const index = at % text.length;
      const other = alphabet[by % alphabet.length] ?? 'A';
      return text[index] === other ? undefined : `${text.slice(0, index)}${other}${text.slice(index + 1)}`;
    };
    fc.assert(
      fc.property(fc.constantFrom('text', 'signature'), fc.nat(), fc.nat(), (part, at, by) => {
        const changed = change(capsule[part], at, by);
        if (changed === undefined) return;
        expect(openCapsule({ ...capsule, [part]: changed }, publicKey)).to.equal(undefined);
      }),
      { numRuns: 1000 },
    );
    for (let at = 80; at < 88; at++)
      for (let by = 0; by < alphabet.length; by++) {
        const changed = change(capsule.signature, at, by);
        if (changed !== undefined)
          expect(openCapsule({ ...capsule, signature: changed }, publicKey)).to.equal(undefined);
      }
  });
});
