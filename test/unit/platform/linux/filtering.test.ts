import { expect } from 'chai';
import { filterTests } from '../../../../agent/platform/linux/filter-tests.ts';
import type { NameAnswer } from '../../../../agent/platform/linux/filter-verdict.ts';
import { createFilteringProbe } from '../../../../agent/platform/linux/filtering.ts';
import { createNameResolver } from '../../../../agent/platform/linux/resolver.ts';
import { filteringSchema } from '../../../../shared/report/filtering.ts';
import { atNoon } from '../recordings.ts';
import { type NameServer, type Said, startNameServer } from './name-server.ts';

const open = ['203.0.113.7'];
const controls: Record<string, Said> = { 'example.com': open, 'example.org': open, 'www.google.com': ['203.0.113.9'] };
const everything = Object.fromEntries(filterTests.map(({ name }) => [name, open]));
const umbrella = {
  'internetbadguys.com': ['146.112.61.108'],
  'examplebotnetdomain.com': ['146.112.61.105'],
  'exampleadultsite.com': ['146.112.61.106'],
};
const cloudflare = { 'nudity.testcategory.com': ['0.0.0.0'], 'malware.testcategory.com': ['0.0.0.0'] };

describe('whether web filtering is in force (DEV5, DUT7)', () => {
  let server: NameServer | undefined;
  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });

  /** A network whose own name server says this, and nothing else. */
  async function ask(
    says: Record<string, Said>,
    rest: Said = 'nxdomain',
    asPrograms?: (name: string) => NameAnswer,
    hosts = '127.0.0.1 localhost\n',
  ) {
    const started = await startNameServer((name, type) => {
      const said = says[`${type} ${name}`] ?? says[name];
      return said ?? rest;
    });
    server = started;
    const probe = createFilteringProbe({
      clock: atNoon,
      read: async (path) => (path === '/etc/hosts' ? hosts : undefined),
      resolver: (signal) => {
        const resolver = createNameResolver(signal, [started.address]);
        // What programs on the device get is the system's: in a test it says what the network says.
        return { ...resolver, asPrograms: async (name) => asPrograms?.(name) ?? resolver.addresses(name) };
      },
    });
    const reading = await probe(new AbortController().signal);
    if (reading.state === 'known') filteringSchema.parse(reading.value);
    return reading;
  }

  it('is on, and named, when every test name of one filter is blocked', async () => {
    const byUmbrella = await ask({ ...controls, ...everything, ...umbrella });
    expect(byUmbrella).to.have.nested.property('value.state', 'on');
    expect(byUmbrella).to.have.nested.property('value.provider', 'umbrella');
    await server?.stop();
    const byCloudflare = await ask({ ...controls, ...everything, ...cloudflare });
    expect(byCloudflare).to.have.nested.property('value.state', 'on');
    expect(byCloudflare).to.have.nested.property('value.provider', 'cloudflare-families');
  });

  it('believes Quad9 only with its own sign, for any resolver may not know a name', async () => {
    const denied: Record<string, Said> = { ...controls, ...everything, 'isitblocked.org': 'nxdomain' };
    expect(await ask(denied)).to.have.nested.property('value.state', 'off');
    await server?.stop();
    const proved = await ask({ ...denied, 'proto.on.quad9.net': { text: 'do53-udp.' } });
    // It stops malware alone: every adult name was resolved.
    expect(proved).to.have.nested.property('value.state', 'partial');
    expect(proved).to.have.nested.property('value.provider', 'quad9');
  });

  it('is partial when only some names of a filter are blocked', async () => {
    const reading = await ask({ ...controls, ...everything, ...umbrella, 'exampleadultsite.com': open });
    expect(reading).to.have.nested.property('value.state', 'partial');
    expect(reading).to.have.nested.property('value.provider', 'umbrella');
  });

  it('is off when the names resolve, also those that one network does not know', async () => {
    const reading = await ask({ ...controls, ...everything });
    expect(reading).to.have.nested.property('value.state', 'off');
    expect(reading).to.have.nested.property('value.safeSearch', 'off');
    await server?.stop();
    const few = Object.fromEntries(Object.entries(everything).filter(([name]) => !name.includes('testcategory')));
    expect(await ask({ ...controls, ...few })).to.have.nested.property('value.state', 'off');
  });

  it('is on by the setting’s own filter when every test name is denied and others are not', async () => {
    const reading = await ask(controls);
    expect(reading).to.have.nested.property('value.state', 'on');
    expect(reading).to.have.nested.property('value.provider', 'own');
  });

  it('asks nothing but the controls while no control answers', async () => {
    const reading = await ask({}, 'servfail');
    expect(reading).to.include({ state: 'unknown', reason: 'no-network', detail: 'control-names' });
    const names = new Set(server?.asked.map((question) => question.split(' ')[1]));
    expect([...names].sort()).to.deep.equal(['example.com', 'example.org']);
  });

  it('is unknown when the network answers nothing, within its time', async function () {
    this.timeout(15_000);
    const begun = Date.now();
    expect(await ask({}, 'silent')).to.include({ state: 'unknown', reason: 'no-network' });
    expect(Date.now() - begun).to.be.below(6_000);
  });

  it('is unknown behind a sign-in page that answers every name', async () => {
    expect(await ask({}, ['10.0.0.1'])).to.include({
      state: 'unknown',
      reason: 'captive-portal',
      detail: 'random-name',
    });
    const asked = server?.asked.find((question) => /^A [0-9a-f]{24}\.example\.com$/.test(question));
    expect(asked).to.be.a('string');
    expect(server?.asked.some((question) => question.includes('internetbadguys'))).to.equal(false);
  });

  it('does not say off when test names meet silence: some filters block that way', async function () {
    this.timeout(15_000);
    const quiet = {
      ...controls,
      ...everything,
      'nudity.testcategory.com': 'silent',
      'malware.testcategory.com': 'silent',
    } as const;
    expect(await ask(quiet)).to.include({ state: 'unknown', detail: 'resolver' });
  });

  it('takes no denied name for a blocked one when others met silence', async function () {
    this.timeout(15_000);
    const quiet = Object.fromEntries(filterTests.map(({ name }) => [name, 'silent' as const]));
    const denied: Record<string, Said> = { ...controls, ...quiet, 'isitblocked.org': 'nxdomain' };
    expect(await ask(denied)).to.include({ state: 'unknown', detail: 'resolver' });
  });

  it('sees the hosts file let programs past the filter', async () => {
    const reading = await ask({ ...controls, ...everything, ...umbrella }, 'nxdomain', () => ({
      kind: 'addresses',
      addresses: ['198.51.100.1'],
    }));
    expect(reading).to.have.nested.property('value.state', 'partial');
    expect(reading).to.have.deep.nested.property('value.bypasses', ['hosts-file']);
  });

  it('takes no answer from the hosts file for a filter, though the device’s own resolver repeats it', async () => {
    const made = Object.fromEntries(Object.keys(umbrella).map((name) => [name, ['0.0.0.0']]));
    const hosts = `# made by hand\n0.0.0.0\tx ${Object.keys(umbrella).join(' ').toUpperCase()}. # all\n`;
    const reading = await ask({ ...controls, ...everything, ...made }, 'nxdomain', undefined, hosts);
    expect(reading).to.have.nested.property('value.state', 'partial');
    expect(reading).to.have.deep.nested.property('value.bypasses', ['hosts-file']);
    await server?.stop();
    const commented = await ask(
      { ...controls, ...everything, ...umbrella },
      'nxdomain',
      undefined,
      hosts.replace(/^/gm, '#'),
    );
    expect(commented).to.have.nested.property('value.state', 'on');
  });

  it('sees forced safe search by its address and by its name', async () => {
    const byAddress = await ask({ ...controls, ...everything, 'www.google.com': ['216.239.38.120'] });
    expect(byAddress).to.have.nested.property('value.safeSearch', 'on');
    await server?.stop();
    const alias: Said = { cname: 'forcesafesearch.google.com', addresses: ['203.0.113.5'] };
    const byName = await ask({ ...controls, ...everything, 'www.google.com': alias });
    expect(byName).to.have.nested.property('value.safeSearch', 'on');
  });
});
