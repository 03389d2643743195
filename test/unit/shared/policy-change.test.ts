import { generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import { defaultAppList, type ListedApp } from '../../../shared/policy/app-list.ts';
import { sealSettings } from '../../../shared/policy/capsule.ts';
import { capsuleSchema, defaultDeviceSettings } from '../../../shared/policy/device-settings.ts';
import { defaultPolicy, policyChangeSchema } from '../../../shared/policy/document.ts';
import { defaultFilterTests, type FilterTest } from '../../../shared/policy/filter-tests.ts';
import { maxMessageBytes } from '../../../shared/wire/events.ts';

/** What is said of a change, each as "path: message"; none: it is taken. */
function faultsOf(change: object): string[] {
  const result = policyChangeSchema.safeParse({ ...defaultPolicy, ...change });
  return (result.error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

const app = (name: string, ...hosts: string[]): ListedApp => {
  return { app: name, name, kind: 'nursery', hosts, cookies: [], localStorage: [], packages: [] };
};
const listOf = (...apps: ListedApp[]) => ({ apps: { version: 1, apps } });
const test = (name: string, category: FilterTest['category'], filter: FilterTest['filter'] = 'own'): FilterTest => {
  return { filter, category, name, blocked: 'not-found' };
};
const whole = [test('adult.our-filter.org', 'adult'), test('malware.our-filter.org', 'malware')];

describe('a change of the policy', () => {
  it('takes the defaults as they are', () => {
    expect(faultsOf({})).to.deep.equal([]);
    expect(faultsOf({ filterTests: [...defaultFilterTests, ...whole] })).to.deep.equal([]);
  });

  it('says in plain words how a host is written (DEV2)', () => {
    for (const host of ['App.Famly.co', 'https://app.famly.co', 'app.famly.co/login', 'famly', 'app famly.co']) {
      const [fault, ...more] = faultsOf(listOf(app('x', host)));
      expect(fault, host).to.match(/^apps\.apps\.0\.hosts\.0: is no host name; write it as in app\.famly\.co/);
      expect(more).to.deep.equal([]);
    }
  });

  const wrongHosts: Record<string, [ListedApp[], RegExp]> = {
    'a suffix under which everybody buys names': [[app('x', 'co.uk')], /write the app’s own host/],
    'an address': [[app('x', '10.0.0.1')], /is an address/],
    'a host that is named twice': [[app('x', 'a.org', 'a.org')], /0\.hosts\.1: is named twice for x/],
    'a host of two apps': [[app('x', 'a.org'), app('y', 'a.org')], /1\.hosts\.0: is named for x already/],
  };
  for (const [what, [apps, message]] of Object.entries(wrongHosts)) {
    it(`refuses ${what} (DEV2)`, () => {
      const faults = faultsOf(listOf(...apps));
      expect(faults).to.have.length(1);
      expect(faults[0]).to.match(message);
    });
  }

  it('refuses as the folder of teaching resources what no folder can be called (DEV4)', () => {
    for (const resourceFolder of ['.', '..', '   ', ' Topics', 'Topics ']) {
      expect(faultsOf({ resourceFolder })[0], resourceFolder).to.match(/^resourceFolder: is no name of a folder/);
    }
    expect(faultsOf({ resourceFolder: 'Topics 2026' })).to.deep.equal([]);
  });

  const wrongTests: Record<string, [FilterTest[], RegExp]> = {
    'a name that can exist nowhere': [
      [...whole, test('does-not-exist.invalid', 'adult')],
      /2\.name: can exist nowhere/,
    ],
    'a name kept for documents': [[...whole, test('block.kita.example', 'adult')], /can exist nowhere/],
    'a name of the machine itself': [[...whole, test('a.localhost', 'other')], /can exist nowhere/],
    'a name kept for tests': [[...whole, test('a.test', 'other')], /can exist nowhere/],
    'a name that every network must reach': [[...whole, test('example.com', 'other')], /is reachable everywhere/],
    'the same name twice': [[...whole, test('adult.our-filter.org', 'other')], /2\.name: is tested twice/],
    'one class only': [[test('adult.our-filter.org', 'adult')], /^filterTests: can never show filtering to be on/],
    'no class for adults': [
      [test('a.our-filter.org', 'malware'), test('b.our-filter.org', 'phishing')],
      /can never show filtering to be on/,
    ],
    'a filter of its own that can never be on, beside one that can': [
      [...defaultFilterTests, test('adult.our-filter.org', 'adult')],
      /can never show filtering to be on/,
    ],
  };
  for (const [what, [filterTests, message]] of Object.entries(wrongTests)) {
    it(`refuses tests of filtering with ${what} (DEV5)`, () => {
      const faults = faultsOf({ filterTests });
      expect(faults).to.have.length(1);
      expect(faults[0]).to.match(message);
    });
  }

  it('takes no list that would not reach the devices, and every longest one it takes does', () => {
    const long = (count: number) =>
      Array.from({ length: count }, (_none, index) =>
        app(
          `app-${index}`,
          ...Array.from({ length: 20 }, (_no, each) => `${'h'.repeat(40)}${index}-${each}.school.org`),
        ),
      );
    expect(faultsOf(listOf(...long(64)))[0]).to.match(/^apps: is too long/);
    let count = 64;
    while (faultsOf(listOf(...long(count))).length > 0) count -= 1;
    expect(count).to.be.greaterThan(40);
    const name = `${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.org`;
    const addresses = Array.from({ length: 20 }, (_none, last) => `146.112.161.${100 + last}`);
    const filterTests = Array.from({ length: 32 }, (_none, index): FilterTest => {
      const category = index === 0 ? 'adult' : 'malware';
      return { filter: 'cloudflare-families', category, name: `${index}.${name}`, blocked: { addresses } };
    });
    expect(faultsOf({ ...listOf(...long(count)), filterTests })).to.deep.equal([]);
    const settings = {
      ...defaultDeviceSettings,
      ...listOf(...long(count)),
      filterTests,
      resourceFolder: 'ä'.repeat(60),
    };
    const key = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const ids = { deviceId: '0b0f4f1e-0f0a-4b7e-8d64-000000000001', epoch: 1, version: 9_999_999 };
    const capsule = sealSettings({ ...ids, issuedAt: '2026-11-21T12:00:00.000Z', settings }, key);
    expect(capsuleSchema.safeParse(capsule).success).to.equal(true);
    expect(Buffer.byteLength(JSON.stringify(capsule))).to.be.lessThan(maxMessageBytes);
  });

  it('takes a list beside the others left out, as askers of the first version leave them', () => {
    const { networks, photoLimit, silentAfterHours } = defaultPolicy;
    const change = { networks, photoLimit, silentAfterHours, apps: defaultAppList };
    expect(policyChangeSchema.safeParse(change).success).to.equal(true);
  });
});
