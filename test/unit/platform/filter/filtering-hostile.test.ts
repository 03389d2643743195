import { expect } from 'chai';
import { leadsNowhere } from '../../../../agent/platform/filter/addresses.ts';
import { createPace } from '../../../../agent/platform/filter/pace.ts';
import { createNetworkNames } from '../../../../agent/platform/filter/resolver.ts';
import { defaultFilterTests, type FilterTest } from '../../../../shared/policy/filter-tests.ts';
import { startNameServer } from '../linux/name-server.ts';
import { controls, createNetworks, everything, filtered, open, umbrella, verdictOf } from './network.ts';

describe('filtering on networks that are against us (DEV5)', () => {
  const networks = createNetworks();
  afterEach(() => networks.stop());

  it('is not on by one name that the settings list as two classes', async () => {
    const page = { addresses: ['198.51.100.20'] };
    const twice = (['adult', 'other'] as const).map(
      (category): FilterTest => ({ filter: 'own', category, name: 'adult.filter.example.net', blocked: page }),
    );
    const says = { ...controls, ...everything, 'adult.filter.example.net': ['198.51.100.20'] };
    const tests = [...twice, ...defaultFilterTests];
    expect(verdictOf(await networks.ask({ tests, resolvers: [{ says }] }))).to.equal('partial own');
  });

  it('is not on by denials of a router that knows the controls alone', async () => {
    const says = { 'example.com': open, 'example.org': open };
    expect(verdictOf(await networks.ask({ resolvers: [{ says }] }))).to.equal('unknown no-network resolver');
  });

  it('asks a resolver that is unsure of the random name too: what it lets through is a gap', async () => {
    const lets = { ...controls, ...everything };
    const unsure = { says: lets, rest: 'servfail' as const };
    const two = await networks.ask({ resolvers: [{ says: filtered }, unsure] });
    expect(verdictOf(two)).to.equal('partial umbrella');
    const agrees = { says: filtered, rest: 'servfail' as const };
    expect(verdictOf(await networks.ask({ resolvers: [{ says: filtered }, agrees] }))).to.equal('on umbrella');
    expect(verdictOf(await networks.ask({ resolvers: [agrees] }))).to.equal('unknown no-network random-name');
  });

  it('is unknown, not partial, when a second resolver lets nothing through and answers nothing of the tests', async () => {
    const quiet = Object.fromEntries(defaultFilterTests.map(({ name }) => [name, 'silent' as const]));
    const resolvers = [{ says: filtered }, { says: { ...controls, ...quiet } }];
    expect(verdictOf(await networks.ask({ resolvers }))).to.equal('unknown no-network resolver');
  });

  it('looks below the other control where a filter blocks one of them with all its names', async () => {
    const random = (name: string) => /^[0-9a-f]{24}\.example\.com$/.test(name);
    const server = await startNameServer((name) => {
      if (name === 'example.com' || random(name)) return ['0.0.0.0'];
      return filtered[name as keyof typeof filtered] ?? 'nxdomain';
    });
    const probe = await networks.start({ resolvers: [], servers: [server.address] });
    const reading = await probe(new AbortController().signal);
    await server.stop();
    expect(verdictOf(reading)).to.equal('on umbrella');
    expect(server.asked.filter((asked) => /[0-9a-f]{24}/.test(asked))).to.have.lengthOf(1);
  });

  it('takes a page on the network’s own addresses for no proof: neither off nor on', async () => {
    const router = Object.fromEntries(Object.keys(everything).map((name) => [name, ['192.168.1.1']]));
    expect(verdictOf(await networks.ask({ resolvers: [{ says: { ...controls, ...router } }] }))).to.equal(
      'unknown no-network resolver',
    );
    const mixed = { ...controls, ...everything, ...umbrella, 'exampleadultsite.com': ['192.168.1.1', '203.0.113.1'] };
    expect(verdictOf(await networks.ask({ resolvers: [{ says: mixed }] }))).to.equal('partial umbrella');
    expect(leadsNowhere('64:ff9b::')).to.equal(true);
  });

  it('is not moved by a packet lost here and there', async function () {
    this.timeout(20_000);
    const seen = new Set<string>();
    const server = await startNameServer((name, type) => {
      const key = `${type} ${name}`;
      const isLost = !seen.has(key) && !name.startsWith('example.') && seen.size % 3 === 0;
      seen.add(key);
      return isLost ? 'silent' : (filtered[name as keyof typeof filtered] ?? 'nxdomain');
    });
    const probe = await networks.start({ resolvers: [], servers: [server.address] });
    const reading = await probe(new AbortController().signal);
    await server.stop();
    expect(verdictOf(reading)).to.equal('on umbrella');
  });

  it('tells that programs could not be asked as they ask: a way past the network is then not proved shut', async () => {
    const programs = () => ({ kind: 'nothing' as const });
    const reading = await networks.ask({ resolvers: [{ says: filtered }], programs });
    expect(verdictOf(reading)).to.equal('on umbrella');
    expect(reading).to.have.deep.nested.property('value.bypassesUnread', [{ what: 'system-doh', reason: 'timed-out' }]);
  });

  it('asks a resolver no faster than one that counts questions lets through', async () => {
    const turn = createPace({ together: 3, apartMs: 300 });
    const begun = performance.now();
    const out = Array.from({ length: 3 }, turn);
    let isFourthOut = false;
    const fourth = turn().then(() => {
      isFourthOut = true;
    });
    await Promise.all(out);
    expect(isFourthOut).to.equal(false);
    await Promise.all([fourth, turn(), turn()]);
    expect(performance.now() - begun).to.be.within(850, 3_000);
  });

  it('asks nothing more once it was told to stop', async () => {
    const server = await startNameServer(() => ['203.0.113.1']);
    const stop = new AbortController();
    const names = createNetworkNames(stop.signal, [server.address]);
    stop.abort();
    expect(await names.servers[0]?.addresses('example.com', 4)).to.deep.equal({ kind: 'nothing' });
    await server.stop();
    expect(server.asked).to.deep.equal([]);
  });
});
