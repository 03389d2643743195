import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { judgeProperties, parseProperty } from '../../../../agent/platform/android/crypto-state.ts';
import { parseConnection, parseIpRoutes, parseNeighbour } from '../../../../agent/platform/android/network-text.ts';
import { createAndroidPlatform } from '../../../../agent/platform/android/platform.ts';
import type { ExecResult } from '../../../../agent/platform/exec.ts';
import { judgeProtection } from '../../../../agent/platform/protection.ts';
import { encryptionSchema } from '../../../../shared/report/encryption.ts';
import { locationSchema } from '../../../../shared/report/location.ts';
import { platformParts } from '../platform-parts.ts';
import { atNoon, damaged, exited, playback } from '../recordings.ts';

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

describe('which network an Android device is on (DEV1)', () => {
  const withName = recorded('termux-wifi-connectioninfo-with-location');
  const withheld = recorded('termux-wifi-connectioninfo-without-location');
  const denied = exited('', 1, recorded('ip_neigh-denied-android13'));
  const routes =
    'default via 192.168.1.1 dev wlan0 table 1021 proto static\n192.168.1.0/24 dev wlan0 proto kernel scope link src 192.168.1.58\n';
  const neighbours = '192.168.1.1 dev wlan0 lladdr 02:00:5e:20:00:AC REACHABLE\n192.168.1.9 dev wlan0  FAILED\n';

  async function ask(route: string | ExecResult, neigh: string | ExecResult, wifi: string | ExecResult) {
    const exec = playback({
      ip: (args) => (args.includes('neigh') ? neigh : route),
      'termux-wifi-connectioninfo': wifi,
    });
    const reading = await createAndroidPlatform(platformParts(atNoon), exec).probes.location(signal());
    if (reading.state === 'known') locationSchema.parse(reading.value);
    return reading;
  }

  it('reads the network joined, and takes Android’s placeholders for what they are', () => {
    expect(parseConnection(withName)).to.deep.equal({ name: 'Sunflowers Nursery', accessPoint: '02:00:5e:20:00:ac' });
    expect(parseConnection(withheld)).to.deep.equal({ name: null, accessPoint: null });
    expect(parseConnection(withName.replace('COMPLETED', 'DISCONNECTED'))).to.equal(null);
    for (const text of damaged(withName))
      expect(parseConnection(text)).to.be.deep.oneOf([undefined, parseConnection(withName)]);
  });

  it('is unknown, for want of rights, where Android shows no routes', async () => {
    const refused = { state: 'unknown', reason: 'permission-denied', detail: 'gateway' };
    expect(await ask(denied, denied, withName)).to.include(refused);
    expect(await ask('', denied, withName)).to.include(refused);
    expect(await ask({ kind: 'missing' }, denied, withName)).to.include({ reason: 'tool-missing' });
  });

  it('reports the gateway where an older Android shows it, and no hardware address when that is refused', async () => {
    expect(await ask(routes, neighbours, withheld)).to.have.deep.property('value', {
      gateway: { address: '192.168.1.1', hardwareAddress: '02:00:5e:20:00:ac', link: 'wireless' },
      wifi: { name: null, accessPoint: null },
      vpn: false,
    });
    const poorer = await ask(`default dev tun0 table 1040 proto static\n${routes}`, denied, { kind: 'missing' });
    expect(poorer).to.have.deep.property('value', {
      gateway: { address: '192.168.1.1', hardwareAddress: null, link: 'wireless' },
      wifi: null,
      vpn: true,
    });
    for (const state of ['FAILED', 'INCOMPLETE'])
      expect(parseNeighbour(neighbours.replace('REACHABLE', state), '192.168.1.1', 'wlan0')).to.equal(undefined);
  });

  it('parsers take any text without throwing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.string({ unit: 'binary' })), (any) => {
        parseProperty(any);
        parseConnection(any);
        parseIpRoutes(any);
        parseNeighbour(any, '192.168.1.1', 'wlan0');
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
  });
});
