import { join } from 'node:path';
import { expect } from 'chai';
import { policyViewSchema } from '../../shared/api/policy.ts';
import type { Policy } from '../../shared/policy/document.ts';
import type { Place } from '../../shared/policy/place.ts';
import type { Location } from '../../shared/report/location.ts';
import { type FullReport, fullReportSchema } from '../../shared/report/report.ts';
import { type Home, makeHome } from '../support/home.ts';
import type { Network } from '../support/network.ts';
import { beaconProgram, makePlaces, type PlaceName, type Places, settingGateway } from '../support/places.ts';
import { type Running, start, until } from '../support/processes.ts';
import { projectFolder } from '../support/programs.ts';
import { laptopInABox, skipUnless } from '../support/skip.ts';
import { makeTempFolder, removeTempFolder } from '../support/temp-folder.ts';

const tell = (line: string) => process.stdout.write(`    ${line}\n`);
const agentMain = '/opt/hometime/dist/hometime-agent.cjs';

/** A laptop that is carried about, one story in order: each test goes on where the one before left it. */
describe('where a real laptop is (DEV1)', function () {
  this.timeout(180_000);
  let places: Places;
  let home: Home;
  let folder: string;
  let beacon: Running | undefined;
  let beaconKey: string;

  before(async function () {
    this.timeout(600_000);
    skipUnless(this, ...laptopInABox);
    folder = makeTempFolder();
    places = await makePlaces();
    home = await makeHome('place', places.network);
    await startBeacon();
    await change('the network and the beacon are ours', (policy) => ({
      networks: [{ gatewayHardwareAddress: settingGateway, label: 'The office' }],
      beacons: [{ key: beaconKey, label: 'On the desk' }],
      // What is looked at here is the place; what follows from it is for guard.test.ts.
      switches: { ...policy.switches, offSite: { ...policy.switches.offSite, guard: 'warn-only' } },
    }));
  });

  after(async function () {
    this.timeout(60_000);
    await beacon?.stop();
    await home?.close();
    await places?.close();
    if (folder !== undefined) removeTempFolder(folder);
  });

  async function startBeacon(): Promise<void> {
    beacon = start(places.onDesk([...beaconProgram, '--key', `${folder}/beacon.key`]));
    beaconKey = (await beacon.said(/^Public key: (\S+)$/m))[1] ?? '';
  }

  async function change(reason: string, to: (policy: Policy) => Partial<Policy>): Promise<void> {
    const { version, policy } = policyViewSchema.parse((await home.rest.get('/policy')).body);
    const body = { basedOn: version, reason, policy: { ...policy, ...to(policy) } };
    const answer = await home.rest.send('PUT', '/policy', body);
    expect(answer.status, JSON.stringify(answer.body)).to.equal(200);
  }

  /** What the real agent sees where it is just now, by the rules that it keeps; with or without a server. */
  async function seen(): Promise<FullReport['sections']['location']> {
    const printed = await home.laptop.must(['node', agentMain, 'report', '--json', '--data', '/var/lib/hometime']);
    return fullReportSchema.parse(JSON.parse(printed)).sections.location;
  }

  async function seenHere(): Promise<Location> {
    const reading = await seen();
    if (reading.state === 'unknown') throw new Error(reading.reason);
    return reading.value;
  }

  /** The place as the server judges it, once it is so. */
  async function judged(is: (place: Place) => boolean, what: string): Promise<Place> {
    let last: Place | undefined;
    const asShown = async () => {
      last = (await home.device()).place;
      return is(last) ? last : undefined;
    };
    const { value, ms } = await until(what, asShown, { withinMs: 120_000, everyMs: 500 }).catch(
      async (error: unknown) => {
        const journal = ['journalctl', '-u', 'hometime-agent', '-o', 'cat', '--no-pager', '-n', '40'];
        const said = (await home.laptop.exec(journal)).stdout;
        throw new Error(`${what}; the last was ${JSON.stringify(last)}. The agent said:\n${said}`, { cause: error });
      },
    );
    tell(`${what}: ${value.verdict}, because ${value.because}, ${ms} ms after it was asked for`);
    return value;
  }

  const becomes = (because: Place['because'], where: string) =>
    judged((place) => place.because === because, `${where}: ${because}`);

  async function carried(to: PlaceName): Promise<void> {
    await places.carry(to);
    // What the system's own network service would have noted down; none runs in this laptop.
    await home.laptop.must(['sh', '-c', 'mkdir -p /run/systemd/netif/links && date > /run/systemd/netif/links/2']);
  }

  it('is in the setting: the beacon answers, over a real network, and the server knows within seconds', async () => {
    const place = await becomes('beacon', 'in the setting');
    expect(place).to.include({ verdict: 'on-site', counts: 'on-site' });
    expect(place.evidence).to.deep.include.members([{ what: 'beacon', says: 'on-site', weight: 100, copyable: false }]);
    expect(await seenHere()).to.deep.nested.include({ 'beacon.state': 'answered', vpn: false });
  });

  it('is answered through a firewall that lets in only answers to those who were asked by name', async () => {
    const chain = [
      'type filter hook input priority 0; policy drop;',
      'iif lo accept; ct state established,related accept; ip6 nexthdr icmpv6 accept;',
    ];
    await inLaptopsNetwork([
      'nft',
      `add table inet strict; add chain inet strict in { ${chain[0]} }; add rule inet strict in ct state established,related accept`,
    ]);
    // With IPv6 off: its answers come from addresses of the link, and neighbours of it are not asked by name.
    await inLaptopsNetwork(['sh', '-c', 'echo 1 > /proc/sys/net/ipv6/conf/eth0/disable_ipv6']);
    expect((await seenHere()).beacon?.state).to.equal('answered');
    await inLaptopsNetwork(['nft', 'delete table inet strict']);
    await inLaptopsNetwork(['sh', '-c', 'echo 0 > /proc/sys/net/ipv6/conf/eth0/disable_ipv6']);
  });

  const inLaptopsNetwork = async (command: readonly string[]) => {
    const done = start(places.network.inside('lan', command));
    expect(await done.ended, done.stderr()).to.equal(0);
  };

  it('has a silent beacon that is switched off: then the network’s marks alone prove nothing', async () => {
    await beacon?.stop();
    expect((await seenHere()).beacon?.state).to.equal('silent');
    await startBeacon();
    expect((await seenHere()).beacon?.state).to.equal('answered');
  });

  it('is at home: another network, no beacon', async () => {
    await carried('home');
    const place = await becomes('other-network', 'at home');
    expect(place).to.include({ verdict: 'off-site', counts: 'off-site' });
    expect(await seenHere()).to.deep.nested.include({ 'beacon.state': 'silent', vpn: false });
  });

  it('is at home, with a helper who sends its questions on: the beacon answers nobody who is not on its network', async () => {
    const outside = relay(places.seenFrom('home'), ['outside', '192.168.50.1', '10.77.0.5', '8447', '0']);
    await outside.said(/relaying/);
    expect((await seenHere()).beacon?.state).to.equal('silent');
    await outside.stop();
  });

  it('is at home, with a second helper in the setting: the answers are genuine, and come too late', async () => {
    const inside = relay(places.seenFrom('setting'), ['inside', '9447', '10.77.0.1', '10.77.0.5']);
    const outside = relay(places.seenFrom('home'), ['outside', '192.168.50.1', '10.99.1.2', '9447', '60']);
    await Promise.all([inside.said(/relaying/), outside.said(/relaying/)]);
    expect((await seenHere()).beacon?.state).to.equal('refused');
    await Promise.all([inside.stop(), outside.stop()]);
  });

  const relay = (where: Network, args: readonly string[]) =>
    start(where.inside('gateway', [process.execPath, join(projectFolder, 'test/support/beacon-relay.mjs'), ...args]));

  it('is at home, with a tunnel into the setting’s own network: whatever that shows is void', async () => {
    await places.vpn('up');
    await carriedNot();
    const place = await becomes('vpn', 'at home, in a tunnel');
    expect(place.verdict).to.equal('unknown');
    expect(place.evidence.every(({ says }) => says !== 'on-site')).to.equal(true);
    const here = await seenHere();
    expect(here).to.deep.nested.include({ 'beacon.state': 'silent', vpn: true });
    await places.vpn('down');
    await becomes('other-network', 'the tunnel down again');
  });

  /** The network changed without a move. */
  const carriedNot = () => home.laptop.must(['sh', '-c', 'date > /run/systemd/netif/links/2']);

  it('is on a hotspot with the setting’s gateway copied, address and hardware: never on the premises', async () => {
    await carried('hotspot');
    const place = await becomes('beacon-silent', 'on a copied hotspot');
    expect(place).to.include({ verdict: 'unknown' });
    const here = await seenHere();
    expect(here.gateway).to.deep.include({ address: '10.77.0.1', hardwareAddress: settingGateway });
    expect(here.beacon?.state).to.equal('silent');
  });

  it('is on that hotspot, with somebody’s own beacon on it: it answers, and proves nothing', async () => {
    const own = start(places.inHotspot([...beaconProgram, '--key', `${folder}/own.key`]));
    await own.said(/^Public key/m);
    expect((await seenHere()).beacon?.state).to.equal('refused');
    await own.stop();
  });

  it('is nowhere, and behind a sign-in page', async () => {
    await carried('nowhere');
    expect(await seen()).to.include({ state: 'unknown', reason: 'no-network' });
    await carried('portal');
    const here = await seenHere();
    expect(here.beacon?.state).to.equal('silent');
    expect(here.gateway.hardwareAddress).to.not.equal(settingGateway);
  });

  it('is back, after having been carried to and fro: what holds at the end is what is told', async () => {
    for (const to of ['setting', 'hotspot', 'setting', 'home', 'nowhere', 'setting'] as const) {
      await carried(to);
      await new Promise((resolve) => setTimeout(resolve, 700));
    }
    const place = await becomes('beacon', 'back in the setting');
    expect(place.verdict).to.equal('on-site');
    expect((await seenHere()).beacon?.state).to.equal('answered');
  });
});
