import { expect } from 'chai';
import fc from 'fast-check';
import type { ExecResult } from '../../../../agent/platform/exec.ts';
import { createRightsProbe } from '../../../../agent/platform/macos/rights.ts';
import {
  parseAutomaticSignIn,
  parseDisplaySleep,
  parseFirewall,
  parseMembership,
  parseScreenLock,
} from '../../../../agent/platform/macos/rights-text.ts';
import { type Rights, rightsSchema } from '../../../../shared/report/rights.ts';
import { atNoon, damaged, exited, playback } from '../recordings.ts';
import { plist, recordedOnMac } from './mac.ts';

type Said = string | ExecResult;

/** Forms of answers from public scripts; no recording is at hand. */
const yes = (name: string) => exited(`yes ${name} is a member of admin\n`);
const no = (name: string) => exited(`no ${name} is NOT a member of admin\n`, 67);
const lockSays = (words: string) =>
  exited('', 0, `2026-11-21 09:12:01.123 sysadminctl[812:9012] screenLock ${words}\n`);
const display =
  'Battery Power:\n displaysleep         2\n sleep                1\nAC Power:\n displaysleep         10\n';
const window = (inside = '') => plist(`<dict><key>SHOWFULLNAME</key><true/>${inside}</dict>`);
const auto = window('<key>autoLoginUser</key><string>kiosk</string>');

interface Given {
  dseditgroup?: (name: string) => Said;
  lock?: Said;
  pmset?: Said;
  defaults?: Said;
  firewall?: Said;
  ownUid?: number;
  who?: string;
}

async function ask(given: Given = {}) {
  const lock = given.lock ?? lockSays('delay is immediate');
  const exec = playback({
    scutil: recordedOnMac('scutil_ConsoleUser-two-sessions'),
    who: given.who ?? '',
    stat: recordedOnMac('stat_console-user'),
    dseditgroup: ([, , , name = '']) => (given.dseditgroup ?? no)(name),
    sysadminctl: lock,
    launchctl: lock,
    pmset: given.pmset ?? display,
    defaults: given.defaults ?? window(),
    socketfilterfw: given.firewall ?? 'Firewall is enabled. (State = 1)\n',
  });
  const probe = createRightsProbe({ exec, clock: atNoon, ownUid: given.ownUid ?? 0 });
  const reading = await probe(AbortSignal.timeout(5_000));
  if (reading.state === 'known') rightsSchema.parse(reading.value);
  return { reading, calls: exec.calls };
}

async function rights(given: Given = {}): Promise<Rights> {
  const { reading } = await ask(given);
  if (reading.state === 'unknown') throw new Error(`unknown ${reading.reason}`);
  return reading.value;
}

function words(reading: { state: string; value?: unknown; reason?: string } | undefined): string {
  return reading?.state === 'known' ? JSON.stringify(reading.value) : `unknown ${reading?.reason}`;
}

describe('rights on macOS (DEV7, DEV8)', () => {
  it('tells of everybody with a session, once, whether they are an administrator and what locks their screen', async () => {
    const who = 'sam  ttys004  Sep 14 09:41 (10.0.0.5)\n';
    const { people } = await rights({ who, dseditgroup: (name) => (name === 'jo' ? yes(name) : no(name)) });
    expect(
      people.map(({ person, administrator, screenLock }) => [person, words(administrator), words(screenLock)]),
    ).to.deep.equal([
      ['jo', 'true', '{"on":true,"afterSeconds":600}'],
      ['sam', 'false', '{"on":true,"afterSeconds":600}'],
    ]);
  });

  it('asks for the screen lock in each person’s own name, and without rights for its own only', async () => {
    const { calls } = await ask();
    expect(calls.filter((call) => call.startsWith('launchctl'))).to.deep.equal([
      'launchctl asuser 502 sudo -n -u #502 sysadminctl -screenLock status',
      'launchctl asuser 501 sudo -n -u #501 sysadminctl -screenLock status',
    ]);
    const own = await rights({ ownUid: 501 });
    expect(own.people.map(({ screenLock }) => words(screenLock))).to.deep.equal([
      'unknown permission-denied',
      '{"on":true,"afterSeconds":600}',
    ]);
  });

  it('is unknown when nobody can say who has a session, or a tool says nothing clear', async () => {
    const exec = playback({});
    const probe = createRightsProbe({ exec, clock: atNoon, ownUid: 0 });
    expect(await probe(AbortSignal.timeout(5_000))).to.include({ state: 'unknown', detail: 'scutil' });
    const dumb = await rights({ dseditgroup: () => '', lock: '', defaults: '', firewall: '' });
    expect(words(dumb.people[0]?.administrator)).to.equal('unknown not-understood');
    expect(words(dumb.people[0]?.screenLock)).to.equal('unknown not-understood');
    expect([words(dumb.automaticSignIn), words(dumb.firewall)]).to.deep.equal(Array(2).fill('unknown not-understood'));
    const gone = await rights({
      dseditgroup: () => ({ kind: 'missing' }),
      lock: { kind: 'timed-out' },
      firewall: exited('', 1),
    });
    expect([gone.people[0]?.administrator, gone.people[0]?.screenLock, gone.firewall].map(words)).to.deep.equal([
      'unknown tool-missing',
      'unknown timed-out',
      'unknown tool-failed',
    ]);
    expect(words(dumb.antivirus)).to.equal('unknown not-supported');
  });

  it('believes a membership only when the word and the code agree', () => {
    expect(parseMembership({ code: 0, stdout: 'yes NURSERY\\sam is a member of admin\n' })).to.equal(true);
    expect(parseMembership({ code: 67, stdout: 'no sam is NOT a member of admin\n' })).to.equal(false);
    expect(parseMembership({ code: 67, stdout: 'yes sam is a member of admin\n' })).to.equal(undefined);
    expect(parseMembership({ code: 0, stdout: 'no sam is NOT a member of admin\n' })).to.equal(undefined);
    expect(parseMembership({ code: 64, stdout: 'no sam is NOT a member of admin\n' })).to.equal(undefined);
    for (const stdout of damaged('yes sam is a member of admin\n'))
      expect(parseMembership({ code: 0, stdout })).to.be.oneOf([true, undefined]);
  });

  it('never hands a name to a tool that would take it for an option', async () => {
    const { reading, calls } = await ask({ who: '-x  ttys004  Sep 14 09:41 (10.0.0.5)\n' });
    expect(reading.state === 'known' && words(reading.value.people[0]?.administrator)).to.equal(
      'unknown not-understood',
    );
    expect(calls.filter((call) => call.startsWith('dseditgroup')).join()).to.not.include('-m -x');
  });

  it('reads the screen lock: at once, after a delay, off by word and by a delay below zero', () => {
    const parse = (said: string) =>
      parseScreenLock(`2026-11-21 09:12:01.123 sysadminctl[812:9012] screenLock ${said}\n`);
    expect(['delay is immediate', 'delay is 300 seconds', 'delay is 5.000000 seconds'].map(parse)).to.deep.equal([
      0, 300, 5,
    ]);
    expect(['is off', 'delay is -1 seconds', 'delay is -1.000000 seconds'].map(parse)).to.deep.equal(
      Array(3).fill('off'),
    );
    for (const odd of ['', 'delay is', 'delay is soon', 'is on', 'is off\nscreenLock delay is immediate'])
      expect(parse(odd), odd).to.equal(undefined);
  });

  it('does not say after how long when the display never sleeps', async () => {
    for (const pmset of [display.replace('10', '0'), '', exited('', 1)])
      expect(words((await rights({ pmset })).people[0]?.screenLock)).to.equal('{"on":true,"afterSeconds":null}');
    const off = await rights({ lock: lockSays('is off') });
    expect(words(off.people[0]?.screenLock)).to.equal('{"on":false,"afterSeconds":null}');
    const later = await rights({ lock: lockSays('delay is 60 seconds') });
    expect(words(later.people[0]?.screenLock)).to.equal('{"on":true,"afterSeconds":660}');
  });

  it('tells automatic sign-in, and does not take settings that cannot be read for none', async () => {
    expect(words((await rights({ defaults: auto })).automaticSignIn)).to.equal('{"on":true,"person":"kiosk"}');
    expect(words((await rights()).automaticSignIn)).to.equal('{"on":false,"person":null}');
    for (const text of [plist('<dict/>'), '', plist('<dict><key>autoLoginUser</key><integer>1</integer></dict>')])
      expect(parseAutomaticSignIn(text)).to.equal(undefined);
    for (const text of damaged(auto))
      expect(parseAutomaticSignIn(text)).to.be.deep.oneOf([{ account: 'kiosk' }, undefined]);
  });

  it('reads the firewall by its number', () => {
    expect(parseFirewall('Firewall is disabled. (State = 0)\r\n')).to.equal(false);
    expect(parseFirewall('Firewall is set to block all. (State = 2)')).to.equal(true);
    for (const text of ['', '(State = 3)', '(State = 1)\n(State = 0)', 'Firewall is enabled.'])
      expect(parseFirewall(text)).to.equal(undefined);
  });

  it('parsers take any text without throwing, and find nothing in noise', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), fc.integer(), (noise, code) => {
        expect(parseMembership({ code, stdout: noise })).to.equal(undefined);
        expect(parseScreenLock(noise)).to.equal(undefined);
        expect(parseFirewall(noise)).to.equal(undefined);
        expect(parseAutomaticSignIn(noise)).to.equal(undefined);
        expect(parseDisplaySleep(noise)).to.equal(null);
      }),
    );
    for (const parse of [parseScreenLock, parseFirewall, parseDisplaySleep])
      parse(' displaysleep screenLock '.repeat(300_000));
  });
});
