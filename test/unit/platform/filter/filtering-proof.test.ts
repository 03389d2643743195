import { expect } from 'chai';
import fc from 'fast-check';
import { isPrivate, leadsNowhere, within } from '../../../../agent/platform/filter/addresses.ts';
import { makerOf } from '../../../../agent/platform/filter/names.ts';
import { judgeFiltering, type Shown } from '../../../../agent/platform/filter/verdict.ts';
import { defaultFilterTests, type FilterTest } from '../../../../shared/policy/filter-tests.ts';
import type { Said } from '../linux/name-server.ts';
import { cloudflare, controls, createNetworks, everything, filtered, open, umbrella, verdictOf } from './network.ts';

describe('whether web filtering is in force (DEV5, DUT7)', () => {
  const networks = createNetworks();
  afterEach(() => networks.stop());

  const ask = (says: Record<string, Said>, rest: Said = 'nxdomain') => networks.ask({ resolvers: [{ says, rest }] });
  const verdict = async (says: Record<string, Said>, rest?: Said) => verdictOf(await ask(says, rest));

  it('is on, and named, when every test name of one filter is blocked', async () => {
    expect(await verdict(filtered)).to.equal('on umbrella');
    expect(await verdict({ ...controls, ...everything, ...cloudflare })).to.equal('on cloudflare-families');
  });

  it('believes Quad9 only with its own sign, for any resolver may not know a name', async () => {
    const denied: Record<string, Said> = { ...controls, ...everything, 'isitblocked.org': 'nxdomain' };
    expect(await verdict(denied)).to.equal('off');
    // It stops malware alone: every adult name was resolved.
    expect(await verdict({ ...denied, 'proto.on.quad9.net': { text: 'do53-udp.' } })).to.equal('partial quad9');
  });

  it('is partial when only some names of a filter are blocked', async () => {
    expect(await verdict({ ...filtered, 'exampleadultsite.com': open })).to.equal('partial umbrella');
  });

  it('is off when the names resolve, also those that one network does not know', async () => {
    const reading = await ask({ ...controls, ...everything });
    expect(verdictOf(reading)).to.equal('off');
    expect(reading).to.have.nested.property('value.safeSearch', 'off');
    const few = Object.fromEntries(Object.entries(everything).filter(([name]) => !name.includes('testcategory')));
    expect(await verdict({ ...controls, ...few })).to.equal('off');
  });

  it('is on by a filter of another maker when every test name is denied and others are not', async () => {
    expect(await verdict(controls)).to.equal('on own');
  });

  it('takes a name that is blocked in IPv4 and leads somewhere in IPv6 for open', async () => {
    const reading = await ask({ ...filtered, 'AAAA exampleadultsite.com': ['2001:db8::7'] });
    expect(verdictOf(reading)).to.equal('partial umbrella');
    const adult = reading.state === 'known' && reading.value.tests.find(({ category }) => category === 'adult');
    expect(adult).to.include({ outcome: 'resolved' });
    expect(await verdict({ ...filtered, ...all('AAAA', ['2001:db8::7']) })).to.equal('off');
  });

  it('knows a block page and nowhere when they are written in IPv6', async () => {
    const mapped = { ...umbrella, ...all('AAAA', ['::ffff:146.112.61.106']) };
    expect(await verdict({ ...filtered, ...mapped })).to.equal('on umbrella');
    const pages = Object.fromEntries(Object.keys(cloudflare).map((name) => [`AAAA ${name}`, ['::']]));
    expect(await verdict({ ...controls, ...everything, ...cloudflare, ...pages })).to.equal('on cloudflare-families');
    expect(within(['146.112.61.106'], '64:ff9b::9270:3d6a')).to.equal(true);
    expect(within(['146.112.61.106'], '2001:db8::9270:3d6a')).to.equal(false);
  });

  it('counts silence in IPv6 only where the resolver answers in it', async () => {
    const quiet = all('AAAA', 'silent');
    const never: Record<string, Said> = { 'AAAA example.com': 'silent', 'AAAA example.org': 'silent' };
    expect(await verdict({ ...filtered, ...quiet, ...never })).to.equal('on umbrella');
    expect(await verdict({ ...filtered, ...quiet })).to.equal('unknown no-network resolver');
  });

  it('asks nothing but the controls while no control answers', async () => {
    expect(await verdict({}, 'servfail')).to.equal('unknown no-network control-names');
    const names = new Set(networks.asked().map((question) => question.split(' ')[1]));
    expect([...names].sort()).to.deep.equal(['example.com', 'example.org']);
  });

  it('is unknown when the network answers nothing, within its time', async function () {
    this.timeout(15_000);
    const begun = Date.now();
    const reading = await networks.ask({ resolvers: [{ says: {}, rest: 'silent' }], limitMs: 1_000 });
    expect(verdictOf(reading)).to.equal('unknown no-network control-names');
    expect(Date.now() - begun).to.be.below(6_000);
  });

  it('is unknown behind a sign-in page that answers every name, or the controls with its own', async () => {
    expect(await verdict({}, ['10.0.0.1'])).to.equal('unknown captive-portal random-name');
    expect(networks.asked().some((question) => /^A [0-9a-f]{24}\.example\.com$/.test(question))).to.equal(true);
    expect(networks.asked().some((question) => question.includes('internetbadguys'))).to.equal(false);
    const page = { 'example.com': ['10.0.0.1'], 'example.org': ['10.0.0.1'] };
    expect(await verdict({ ...filtered, ...page })).to.equal('unknown captive-portal control-names');
  });

  it('does not say off when test names meet silence: some filters block that way', async () => {
    const quiet = { 'nudity.testcategory.com': 'silent', 'malware.testcategory.com': 'silent' } as const;
    expect(await verdict({ ...controls, ...everything, ...quiet })).to.equal('unknown no-network resolver');
  });

  it('takes no denied name for a blocked one when others met silence', async () => {
    const quiet = Object.fromEntries(defaultFilterTests.map(({ name }) => [name, 'silent' as const]));
    expect(await verdict({ ...controls, ...quiet, 'isitblocked.org': 'nxdomain' })).to.equal(
      'unknown no-network resolver',
    );
  });

  it('asks only for what was meant: controls, one random name, tests, search engines and signs', async () => {
    await ask({ ...controls, ...everything, 'isitblocked.org': 'nxdomain' });
    const meant = new Set([
      ...['example.com', 'example.org', 'proto.on.quad9.net', ...Object.keys(everything)],
      ...['www.google.com', 'forcesafesearch.google.com', 'www.youtube.com', 'www.bing.com', 'strict.bing.com'],
      ...['duckduckgo.com', 'safe.duckduckgo.com'],
    ]);
    const strange = networks.asked().filter((question) => !meant.has(question.split(' ')[1] ?? ''));
    expect(strange).to.have.lengthOf(1);
    expect(strange[0]).to.match(/^A [0-9a-f]{24}\.example\.com$/);
  });

  it('never says on while an adult name, or a second class of names, is not blocked', () => {
    const shown = fc.constantFrom<Shown>('own', 'nowhere', 'denied', 'resolved', 'silent');
    fc.assert(
      fc.property(fc.array(shown, { minLength: 6, maxLength: 6 }), (all) => {
        const tested = defaultFilterTests.map((test, at) => ({ test, shown: all[at] ?? 'silent' }));
        const said = judgeFiltering(tested);
        if (said?.state !== 'on') return;
        const blocked = said.tests.filter(({ outcome }) => outcome === 'blocked');
        expect(blocked.some(({ category }) => category === 'adult')).to.equal(true);
        expect(new Set(blocked.map(({ category }) => category)).size).to.be.above(1);
        if (all.includes('resolved') || all.includes('silent'))
          expect(tested.filter((each) => each.shown === 'denied').length + blocked.length).to.be.at.most(6);
      }),
    );
  });
});

describe('a setting’s own filter, and the names of others (DEV5)', () => {
  const networks = createNetworks();
  afterEach(() => networks.stop());

  const own: FilterTest[] = [
    { filter: 'own', category: 'adult', name: 'adult.filter.example.net', blocked: { addresses: ['198.51.100.20'] } },
    { filter: 'own', category: 'other', name: 'games.filter.example.net', blocked: 'not-found' },
  ];

  it('is tested like any other', async () => {
    const tests = [...own, ...defaultFilterTests];
    const page: Record<string, Said> = { 'adult.filter.example.net': ['198.51.100.20'] };
    const on = await networks.ask({ tests, resolvers: [{ says: { ...controls, ...everything, ...page } }] });
    expect(verdictOf(on)).to.equal('on own');
    expect(on).to.have.nested.property('value.tests[0].outcome', 'blocked');
    const elsewhere = {
      ...controls,
      ...everything,
      'adult.filter.example.net': open,
      'games.filter.example.net': open,
    };
    expect(verdictOf(await networks.ask({ tests, resolvers: [{ says: elsewhere }] }))).to.equal('off');
  });

  it('is no more than partial by one class of names: any router can deny a single one', async () => {
    const [adult] = own;
    const tests = adult === undefined ? [] : [adult];
    const says: Record<string, Said> = { ...controls, 'adult.filter.example.net': ['198.51.100.20'] };
    expect(verdictOf(await networks.ask({ tests, resolvers: [{ says }] }))).to.equal('partial own');
  });

  it('is CleanBrowsing, NextDNS and the rest by whose resolvers are asked, NextDNS also by its own page', async () => {
    for (const [server, maker] of [
      ['185.228.168.168', 'cleanbrowsing'],
      ['[2a0d:2a00:1::]:53', 'cleanbrowsing'],
      ['45.90.28.39:53', 'nextdns'],
      ['2a07:a8c0::12', 'nextdns'],
      ['208.67.222.123', 'umbrella'],
      ['1.1.1.3', 'cloudflare-families'],
      ['1.1.1.1', undefined],
      ['192.168.1.1', undefined],
      ['9.9.9.9', 'quad9'],
    ] as const)
      expect(makerOf(server), server).to.equal(maker);
    const says = { ...controls, ...everything, ...cloudflare };
    const tests: FilterTest[] = [
      ...defaultFilterTests,
      { filter: 'nextdns', category: 'adult', name: 'adult.example.net', blocked: { addresses: ['203.0.113.99'] } },
    ];
    expect(verdictOf(await networks.ask({ tests, resolvers: [{ says }], nextDns: true }))).to.equal('on nextdns');
    const asked: string[] = [];
    const ask = (said: boolean) =>
      networks.ask({ resolvers: [{ says }], nextDns: said, onNextDns: () => asked.push('page') });
    expect(verdictOf(await ask(true)), 'no test of NextDNS: its page is not asked').to.equal('on cloudflare-families');
    expect(asked).to.deep.equal([]);
    expect(verdictOf(await networks.ask({ tests, resolvers: [{ says }], nextDns: false }))).to.equal(
      'on cloudflare-families',
    );
  });
});

describe('several resolvers on one network (DEV5)', () => {
  const networks = createNetworks();
  afterEach(() => networks.stop());
  const filters = { says: filtered };
  const lets = { says: { ...controls, ...everything } };

  it('is partial when one of them does not filter, in whichever order', async () => {
    expect(verdictOf(await networks.ask({ resolvers: [filters, lets] }))).to.equal('partial umbrella');
    expect(verdictOf(await networks.ask({ resolvers: [lets, filters] }))).to.equal('partial umbrella');
    expect(verdictOf(await networks.ask({ resolvers: [filters, filters] }))).to.equal('on umbrella');
  });

  it('passes over one that answers nothing, and is unknown when one lies', async () => {
    expect(verdictOf(await networks.ask({ resolvers: [{ says: {}, rest: 'silent' }, filters] }))).to.equal(
      'on umbrella',
    );
    expect(verdictOf(await networks.ask({ resolvers: [filters, { says: {}, rest: ['192.0.2.1'] }] }))).to.equal(
      'unknown captive-portal random-name',
    );
  });

  it('proves by the system’s own look-ups where no resolver may be asked, by addresses alone', async () => {
    const programs = (name: string) => {
      const said = filtered[name as keyof typeof filtered];
      return Array.isArray(said) ? { kind: 'addresses' as const, addresses: said } : { kind: 'not-found' as const };
    };
    const shut = { says: {}, rest: 'servfail' as const };
    expect(verdictOf(await networks.ask({ resolvers: [shut], programs }))).to.equal('on umbrella');
    // A name that is not found may be one whose answer was lost.
    const onlyControls = (name: string) =>
      name.startsWith('example.') ? { kind: 'addresses' as const, addresses: open } : { kind: 'not-found' as const };
    expect(verdictOf(await networks.ask({ resolvers: [shut], programs: onlyControls }))).to.equal(
      'unknown no-network resolver',
    );
  });
});

describe('addresses that lead nowhere', () => {
  it('are told from those that lead somewhere, in both families', () => {
    for (const address of ['0.0.0.0', '127.0.0.1', '::', '::1', '::ffff:0.0.0.0', '::ffff:127.0.0.1'])
      expect(leadsNowhere(address), address).to.equal(true);
    for (const address of ['203.0.113.7', '10.0.0.1', '2001:db8::1', '::ffff:203.0.113.7', 'nonsense', ''])
      expect(leadsNowhere(address), address).to.equal(false);
    for (const address of ['10.0.0.1', '192.168.1.1', '172.20.0.1', 'fd00::1', 'fe80::1', '::ffff:10.0.0.1'])
      expect(isPrivate(address), address).to.equal(true);
    expect(isPrivate('172.32.0.1')).to.equal(false);
  });
});

function all(type: string, said: Said): Record<string, Said> {
  return Object.fromEntries(Object.keys(umbrella).map((name) => [`${type} ${name}`, said]));
}
