import { expect } from 'chai';
import { noWays } from '../../../../agent/platform/filter/bypasses.ts';
import type { Said } from '../linux/name-server.ts';
import { controls, createNetworks, everything, filtered, open, umbrella, verdictOf } from './network.ts';

describe('ways round a filter (DEV5)', () => {
  const networks = createNetworks();
  afterEach(() => networks.stop());
  const resolvers = [{ says: filtered }];

  it('make the best proof partial, and say which', async () => {
    for (const way of ['vpn', 'proxy', 'browser-doh', 'browser-extension', 'system-doh', 'hosts-file'] as const) {
      const reading = await networks.ask({ resolvers, ways: { found: new Set([way]), unread: new Map() } });
      expect(verdictOf(reading)).to.equal('partial umbrella');
      expect(reading).to.have.deep.nested.property('value.bypasses', [way]);
    }
  });

  it('that could not be looked for are told, and leave the proof as it is', async () => {
    const ways = noWays();
    ways.unread.set('proxy', 'not-understood').set('vpn', 'permission-denied');
    ways.found.add('vpn');
    const reading = await networks.ask({ resolvers, ways });
    expect(reading).to.have.deep.nested.property('value.bypasses', ['vpn']);
    expect(reading).to.have.deep.nested.property('value.bypassesUnread', [{ what: 'proxy', reason: 'not-understood' }]);
    ways.found.clear();
    expect(verdictOf(await networks.ask({ resolvers, ways }))).to.equal('on umbrella');
  });

  it('are seen when programs reach what the resolvers block', async () => {
    const passes = () => ({ kind: 'addresses' as const, addresses: ['198.51.100.1'] });
    const bySystem = await networks.ask({ resolvers, programs: passes });
    expect(verdictOf(bySystem)).to.equal('partial umbrella');
    expect(bySystem).to.have.deep.nested.property('value.bypasses', ['system-doh']);
  });

  it('are no filter either: what the hosts file answers for a test name proves nothing', async () => {
    const made = Object.fromEntries(Object.keys(umbrella).map((name) => [name, ['0.0.0.0']]));
    const hosts = `# made by hand\r\n0.0.0.0\tx ${Object.keys(umbrella).join(' ').toUpperCase()}. # all\n`;
    const says = { ...controls, ...everything };
    // A resolver on the device repeats the hosts file.
    const repeated = await networks.ask({ resolvers: [{ says: { ...says, ...made } }], hosts });
    expect(verdictOf(repeated)).to.equal('partial own');
    expect(repeated).to.have.deep.nested.property('value.bypasses', ['hosts-file']);
    const nowhere = (name: string) => ({ kind: 'addresses' as const, addresses: name in made ? ['0.0.0.0'] : open });
    expect(verdictOf(await networks.ask({ resolvers: [{ says }], hosts, programs: nowhere }))).to.equal('off');
    const commented = hosts.replace(/^/gm, '#');
    expect(verdictOf(await networks.ask({ resolvers, hosts: commented }))).to.equal('on umbrella');
  });

  it('in the hosts file lead a search engine elsewhere; forcing its filtered search is none', async () => {
    const past = await networks.ask({ resolvers, hosts: '142.250.1.1 www.google.com\n' });
    expect(past).to.have.deep.nested.property('value.bypasses', ['hosts-file']);
    const forced = '216.239.38.120 www.google.com www.youtube.com\n0.0.0.0 duckduckgo.com\n';
    const reading = await networks.ask({ resolvers, hosts: `\uFEFF${forced}` });
    expect(reading).to.have.deep.nested.property('value.bypasses', []);
  });

  it('a glance soon after a look asks the network nothing again; a new look does', async () => {
    const probe = await networks.start({ resolvers });
    await probe(new AbortController().signal);
    const first = networks.asked().length;
    expect(first).to.be.above(10);
    await probe(new AbortController().signal, 'new');
    expect(networks.asked()).to.have.lengthOf(2 * first);
    await probe(new AbortController().signal, 'glance');
    expect(networks.asked()).to.have.lengthOf(2 * first);
  });
});

describe('whether searches are filtered (DEV5)', () => {
  const networks = createNetworks();
  afterEach(() => networks.stop());
  const safe = async (says: Record<string, Said>) => {
    const reading = await networks.ask({ resolvers: [{ says: { ...controls, ...everything, ...says } }] });
    return reading.state === 'known' && reading.value.safeSearch;
  };
  const forced: Said = ['216.239.38.120'];
  const strict: Record<string, Said> = { 'strict.bing.com': ['203.0.113.30'], 'safe.duckduckgo.com': ['203.0.113.31'] };

  it('sees Google forced by its address and by its name', async () => {
    expect(await safe({ 'www.google.com': forced })).to.equal('on');
    const alias: Said = { cname: 'forcesafesearch.google.com', addresses: ['203.0.113.5'] };
    expect(await safe({ 'www.google.com': alias })).to.equal('on');
    expect(await safe({ 'www.google.com': ['203.0.113.9'] })).to.equal('off');
  });

  it('is off when another engine is free, and on when the others are forced or shut', async () => {
    const free = { ...strict, 'www.google.com': forced, 'www.bing.com': ['203.0.113.40'] };
    expect(await safe(free)).to.equal('off');
    expect(await safe({ ...free, 'www.bing.com': ['203.0.113.30'] })).to.equal('on');
    expect(await safe({ ...free, 'www.bing.com': ['0.0.0.0'] })).to.equal('on');
    expect(await safe({ ...free, 'www.bing.com': ['146.112.61.106'] })).to.equal('on');
    expect(await safe({ ...free, 'www.bing.com': { cname: 'strict.bing.com', addresses: ['203.0.113.30'] } })).to.equal(
      'on',
    );
    expect(await safe({ 'www.google.com': forced, 'www.youtube.com': ['203.0.113.50'] })).to.equal('off');
    expect(await safe({ 'www.google.com': forced, 'www.youtube.com': ['216.239.38.119'] })).to.equal('on');
  });

  it('is off when Google is forced in IPv4 and free in IPv6', async () => {
    const half = { 'www.google.com': forced, 'AAAA www.google.com': ['2001:db8::9'] };
    expect(await safe(half)).to.equal('off');
    expect(await safe({ ...half, 'AAAA www.google.com': ['2001:4860:4802:32::78'] })).to.equal('on');
  });

  it('is unknown when Google does not answer', async () => {
    expect(await safe({ 'www.google.com': 'servfail' })).to.equal('unknown');
    expect(await safe({ 'www.google.com': 'servfail', 'www.youtube.com': ['203.0.113.50'] })).to.equal('off');
  });
});
