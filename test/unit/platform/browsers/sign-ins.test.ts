import { expect } from 'chai';
import fc from 'fast-check';
import { toApps } from '../../../../agent/platform/browsers/answer.ts';
import { inTurn } from '../../../../agent/platform/browsers/folder-order.ts';
import { type CookieMark, expiryMs, toMs } from '../../../../agent/platform/browsers/marks.ts';
import { judgeProfile, type ProfileMarks } from '../../../../agent/platform/browsers/sign-ins.ts';
import { createWanted, hostOfOrigin } from '../../../../agent/platform/browsers/wanted.ts';
import { defaultAppList } from '../../../../shared/policy/app-list.ts';
import { type AppAnswer, appsSchema } from '../../../../shared/report/apps.ts';
import { listed } from './browser-home.ts';

const now = Date.UTC(2026, 10, 21, 12);
const app = listed({ app: 'chat', hosts: ['chat.example'], cookies: ['user', 'token'], localStorage: ['key'] });

const mark = fc.record<CookieMark>({
  host: fc.constantFrom('chat.example', 'other.example'),
  name: fc.constantFrom('user', 'token', 'else'),
  jar: fc.constantFrom('', '2'),
  createdMs: fc.option(fc.integer({ min: 1, max: now })),
  expiresMs: fc.option(fc.integer({ min: 0, max: 2 * now })),
  lasting: fc.boolean(),
});
const storage = fc.record({
  host: fc.constantFrom('chat.example', 'other.example'),
  keys: fc.subarray(['key', 'else']),
  certain: fc.boolean(),
});
const found = fc.record<ProfileMarks>({
  cookies: fc.array(mark, { maxLength: 6 }),
  storage: fc.array(storage, { maxLength: 3 }),
  sessionLife: fc.constantFrom('live', 'ended', 'uncertain'),
});

/** Which answer counts before which. */
const order: AppAnswer[] = ['signed-in', 'unknown', 'possible'];

describe('signed-in apps: what follows from what was found', () => {
  it('says signed in only by a key of the host that is certain, or by all cookies of the host in one jar, all alive', () => {
    fc.assert(
      fc.property(found, (marks) => {
        const sure = marks.storage.some(
          ({ host, keys, certain }) => host === 'chat.example' && certain && keys.includes('key'),
        );
        const alive = marks.cookies.filter(
          ({ host, lasting, expiresMs }) =>
            host === 'chat.example' && (lasting ? expiresMs === null || expiresMs > now : marks.sessionLife === 'live'),
        );
        const inOneJar = ['', '2'].some((jar) =>
          ['user', 'token'].every((name) => alive.some((each) => each.jar === jar && each.name === name)),
        );
        const state = judgeProfile(app, marks, now)?.state;
        expect(state === 'signed-in').to.equal(sure || inOneJar);
      }),
      { numRuns: 2_000 },
    );
  });

  it('says nothing of an app of which nothing was found, and never signed in of one without known names', () => {
    const unnamed = listed({ app: 'club', hosts: ['chat.example'] });
    fc.assert(
      fc.property(found, (marks) => {
        const elsewhere = { ...marks, cookies: [], storage: [] };
        expect(judgeProfile(app, elsewhere, now)).to.equal(undefined);
        expect(judgeProfile(unnamed, marks, now)?.state).not.to.equal('signed-in');
      }),
    );
  });

  it('answers signed out only when nothing is unread and nothing was found', () => {
    const signIn = fc.record({
      person: fc.constantFrom(null, 'amara'),
      browser: fc.constantFrom('chrome' as const, 'firefox' as const),
      profile: fc.integer({ min: 1, max: 60 }),
      app: fc.constantFrom('famly', 'facebook'),
      state: fc.constantFrom('signed-in' as const, 'possible' as const),
      sinceMs: fc.option(fc.integer({ min: 1, max: now })),
      untilMs: fc.option(fc.integer({ min: 1, max: 2 * now })),
    });
    const unread = fc.record({
      person: fc.constantFrom(null, 'amara'),
      browser: fc.constantFrom(null, 'edge' as const),
      profile: fc.option(fc.integer({ min: 1, max: 60 })),
      reason: fc.constantFrom('in-use' as const, 'not-understood' as const),
    });
    fc.assert(
      fc.property(fc.array(signIn, { maxLength: 300 }), fc.array(unread, { maxLength: 300 }), (signIns, gaps) => {
        const apps = appsSchema.parse(toApps(defaultAppList, { signIns, unread: gaps }));
        for (const { app: id, answer } of apps.apps) {
          const states: AppAnswer[] = signIns.filter((each) => each.app === id).map(({ state }) => state);
          const all: AppAnswer[] = gaps.length > 0 ? [...states, 'unknown'] : states;
          const first = order.find((each) => all.includes(each));
          expect(answer).to.equal(first ?? 'signed-out');
        }
        // Where there are too many to tell, none that is sure is left out before one that is not.
        const sure = signIns.filter(({ state }) => state === 'signed-in').length;
        const told = apps.signIns.filter(({ state }) => state === 'signed-in').length;
        expect(told).to.equal(Math.min(sure, 200));
      }),
      { numRuns: 200 },
    );
  });

  it('holds a host and everything below it, and nothing else', () => {
    const { hostOf } = createWanted(defaultAppList);
    const cases: [string, string | undefined][] = [
      ['app.famly.co', 'app.famly.co'],
      ['.APP.famly.co.', 'app.famly.co'],
      ['a.b.facebook.com', 'facebook.com'],
      ['famly.co', undefined],
      ['.google.com', undefined],
      ['notfacebook.com', undefined],
      ['facebook.com.evil.example', undefined],
      ['com', undefined],
      ['', undefined],
      ['.', undefined],
    ];
    for (const [host, expected] of cases) expect(hostOf(host), host).to.equal(expected);
    fc.assert(fc.property(fc.string(), (text) => void hostOf(text)));
    fc.assert(fc.property(fc.domain(), (domain) => hostOf(`${domain}.facebook.com`) === 'facebook.com'));
  });

  it('knows the origins of web pages, and no others', () => {
    expect(hostOfOrigin('https://app.famly.co:8443')).to.equal('app.famly.co');
    for (const origin of [
      'file://',
      'chrome-extension://app.famly.co',
      'https://u@app.famly.co',
      'https://',
      'https://a/b',
    ]) {
      expect(hostOfOrigin(origin), origin).to.equal(undefined);
    }
  });

  it('reads a time in seconds, milliseconds or millionths as the same moment', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(2001, 0), max: Date.UTC(2150, 0) }), (ms) => {
        const seconds = Math.floor(ms / 1000);
        expect(toMs(seconds)).to.equal(seconds * 1000);
        expect(toMs(ms)).to.equal(ms);
        expect(toMs(ms * 1000)).to.equal(ms);
      }),
    );
    expect([toMs(0), toMs(Number.NaN), toMs(2 ** 63), expiryMs(-3), expiryMs(2 ** 63)]).to.deep.equal([
      null,
      null,
      null,
      0,
      null,
    ]);
  });

  it('puts folders in one order, whatever the order of the disk', () => {
    const names = ['Default', 'Profile 1', 'Profile 2', 'Profile 10', 'Room 3', 'a', 'a1', 'a1b', 'a2'];
    fc.assert(
      fc.property(fc.shuffledSubarray(names, { minLength: names.length }), (shuffled) => {
        expect(inTurn(shuffled)).to.deep.equal(inTurn(names));
      }),
    );
    const order = inTurn(names);
    expect(order.indexOf('Profile 2')).to.be.below(order.indexOf('Profile 10'));
  });
});
