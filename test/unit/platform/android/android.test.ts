import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { judgeProperties, parseProperty } from '../../../../agent/platform/android/crypto-state.ts';
import { createAndroidPlatform } from '../../../../agent/platform/android/platform.ts';
import type { ExecResult } from '../../../../agent/platform/exec.ts';
import { judgeProtection } from '../../../../agent/platform/protection.ts';
import { encryptionSchema } from '../../../../shared/report/encryption.ts';
import { platformParts } from '../platform-parts.ts';
import { atNoon, damaged, playback } from '../recordings.ts';

const folder = new URL('../../../fixtures/platform/android/', import.meta.url);
const recorded = (name: string) => readFileSync(new URL(`${name}.txt`, folder), 'utf8');
const dumps = readdirSync(folder).filter((name) => /^getprop-(?!single)/.test(name));
const signal = () => new AbortController().signal;

/** A getprop that answers single questions as the recorded device would: an unset property is an empty line. */
function getprop(dump: string, spoil: (answer: string) => string = (answer) => answer) {
  const values = new Map([...dump.matchAll(/^\[([^\]]+)\]: \[([^\]]*)\]/gm)].map(([, name, value]) => [name, value]));
  return playback({ getprop: ([name]) => spoil(`${values.get(name) ?? ''}\n`) });
}

async function verdict(exec: ReturnType<typeof playback>): Promise<string> {
  const reading = await createAndroidPlatform(platformParts(atNoon), exec).probes.encryption(signal());
  if (reading.state === 'known') encryptionSchema.parse(reading.value);
  return reading.state === 'known' ? reading.value.protection : `unknown ${reading.reason} ${reading.detail}`;
}

const properties = (state: string, type = '', more: Record<string, string> = {}) =>
  getprop(
    [
      `[ro.crypto.state]: [${state}]`,
      `[ro.crypto.type]: [${type}]`,
      ...Object.entries(more).map(([name, value]) => `[${name}]: [${value}]`),
    ].join('\n'),
  );

describe('encryption of an Android device (DEV1)', () => {
  const expected: Record<string, string> = {
    'getprop-fbe-android14.txt': 'unknown not-supported screen-lock',
    'getprop-fbe-android10-crypto-lines.txt': 'unknown not-supported screen-lock',
    'getprop-fde-unlocked.txt': 'unknown not-supported screen-lock',
    'getprop-fde-locked.txt': 'unknown not-supported screen-lock',
    'getprop-unencrypted-no-type.txt': 'not-protected',
  };

  it('has a verdict for every recording', () => expect(dumps).to.have.members(Object.keys(expected)));

  for (const name of dumps) {
    const dump = recorded(name.replace('.txt', ''));
    it(`says ${expected[name]} of ${name}: no property proves a screen lock`, async () => {
      expect(await verdict(getprop(dump))).to.equal(expected[name]);
      expect(await verdict(getprop(dump, (answer) => answer.replace('\n', '\r\n')))).to.equal(expected[name]);
      expect(await verdict(getprop(dump, (answer) => `\uFEFF${answer}`))).to.equal(expected[name]);
    });

    it(`says nothing better of a damaged ${name}`, async () => {
      for (const text of damaged(dump))
        expect(await verdict(getprop(text))).to.be.oneOf([expected[name], 'unknown not-understood getprop']);
      for (const spoil of [() => '', () => '\0'.repeat(20_000), (answer: string) => `${answer}${answer}`])
        expect(await verdict(getprop(dump, spoil))).to.match(/^unknown not-understood/);
    });
  }

  it('asks single properties, and reads their answers', async () => {
    const exec = properties('encrypted', 'file');
    await verdict(exec);
    expect(exec.calls).to.deep.equal([
      'getprop ro.crypto.state',
      'getprop ro.crypto.type',
      'getprop vold.decrypt',
      'getprop vold.encrypt_progress',
    ]);
    const answers = recorded('getprop-single-values')
      .split(/^\$ .*\n/m)
      .slice(1);
    expect(answers.map(parseProperty)).to.deep.equal(['encrypted', 'file', '']);
  });

  it('knows plain storage, a kernel without encryption, a conversion, and leaves the rest unknown', async () => {
    expect(await verdict(properties('unencrypted'))).to.equal('not-protected');
    expect(await verdict(properties('unsupported'))).to.equal('not-protected');
    expect(await verdict(properties('encrypted', 'block', { 'vold.encrypt_progress': '42' }))).to.equal('converting');
    expect(await verdict(properties('unencrypted', '', { 'vold.encrypt_progress': '7' }))).to.equal('converting');
    for (const [state, type] of [
      ['', ''],
      ['', 'file'],
      ['encrypted', ''],
      ['encrypted', 'none'],
      ['Encrypted', 'file'],
      ['error', 'file'],
    ] as const)
      expect(await verdict(properties(state, type))).to.equal('unknown not-understood getprop');
  });

  it('says why when getprop fails, and keeps what is certain', async () => {
    expect(await verdict(playback({}))).to.equal('unknown tool-missing getprop');
    expect(await verdict(playback({ getprop: { kind: 'timed-out' } }))).to.equal('unknown timed-out getprop');
    const half = (first: string): ReturnType<typeof playback> =>
      playback({
        getprop: ([name]): string | ExecResult => (name === 'ro.crypto.state' ? first : { kind: 'timed-out' }),
      });
    expect(await verdict(half('encrypted\n'))).to.equal('unknown timed-out getprop');
    expect(await verdict(half('unencrypted\n'))).to.equal('not-protected');
  });

  it('never says protected, whatever the properties are', () => {
    const word = fc.oneof(
      fc.constantFrom(
        'encrypted',
        'unencrypted',
        'unsupported',
        'file',
        'block',
        'none',
        '',
        'trigger_restart_framework',
        'trigger_restart_min_framework',
        '100',
        '5',
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(word, word, word, word, (state, type, decrypt, progress) => {
        const { volumes, doubts } = judgeProperties({ state, type, decrypt, progress });
        expect(judgeProtection(volumes, doubts)).to.not.deep.equal({ protection: 'protected' });
      }),
    );
  });
});

describe('what Android does not tell', () => {
  it('leaves people and their rights unknown, and refuses to act', async () => {
    const platform = createAndroidPlatform(platformParts(atNoon), playback({}));
    for (const section of ['sessions', 'rights'] as const)
      expect(await platform.probes[section](signal())).to.include({ state: 'unknown', reason: 'not-supported' });
    const session = {
      id: '0',
      person: 'x',
      where: 'graphical',
      since: null,
      activity: 'active',
      locked: null,
    } as const;
    expect(await platform.endSession(session)).to.deep.equal({ done: false, reason: 'not-supported' });
    expect(await platform.showText('Tea', [session])).to.deep.equal([false]);
    expect(await platform.holdBackAutomaticSignIn()).to.equal(undefined);
  });

  it('refuses before anything is begun what no app may do: a lock needs device management', async () => {
    const { refusal, locking } = createAndroidPlatform(platformParts(atNoon), playback({}));
    for (const kind of ['lock', 'release'] as const) expect(await refusal?.(kind)).to.equal('needs-device-management');
    for (const kind of ['logout', 'message'] as const) expect(await refusal?.(kind)).to.equal('not-supported');
    expect(await refusal?.('refresh')).to.equal(undefined);
    const refused = { done: false, reason: 'needs-device-management' };
    expect(await locking.lock({ text: 'Off site', challenge: null })).to.deep.equal(refused);
    expect(await locking.release()).to.deep.equal(refused);
    expect(await locking.look(signal())).to.have.property('state', 'unknown');
  });
});
