import { expect } from 'chai';
import { type Laptop, makeLaptop } from '../support/laptop.ts';
import { loginAs, sessionsOf, sshAs } from '../support/laptop-people.ts';
import { makeNetwork, type Network } from '../support/network.ts';
import { run, until } from '../support/processes.ts';
import { laptopInABox, skipUnless } from '../support/skip.ts';

/** The rig itself: what the other tests of this folder stand on is what it claims to be. */
describe('the laptop in a box', function () {
  this.timeout(120_000);
  let network: Network;
  let laptop: Laptop;

  before(async function () {
    this.timeout(400_000);
    skipUnless(this, ...laptopInABox);
    network = await makeNetwork();
    laptop = await makeLaptop({ name: 'rig', namespace: network.lan, resolver: network.resolverAddress });
    await laptop.boot();
  });

  after(async function () {
    this.timeout(60_000);
    await laptop?.remove();
    await network?.close();
  });

  it('shows a person who signs in at its console, and only them, in its own list of sessions', async () => {
    const alice = await loginAs(laptop, 'alice');
    const { value } = await until('alice’s session', async () => {
      const found = await sessionsOf(laptop);
      return found.length > 0 ? found : undefined;
    });
    expect(value.map(({ person, remote, service }) => ({ person, remote, service }))).to.deep.equal([
      { person: 'alice', remote: 'no', service: 'login' },
    ]);
    await laptop.must(['loginctl', 'terminate-user', 'alice']);
    await alice.ended;
    await until('alice’s session to go', async () => ((await sessionsOf(laptop)).length === 0 ? true : undefined));
  });

  it('shows a person who comes in by ssh, and not one with a wrong password', async () => {
    const bob = await sshAs(network, 'bob');
    await until('bob’s session', async () => (await sessionsOf(laptop)).find(({ person }) => person === 'bob'));
    const stranger = await sshAs(network, 'alice', 'a wrong password');
    expect(await stranger.ended).to.not.equal(0);
    expect((await sessionsOf(laptop)).map(({ person, remote }) => [person, remote])).to.deep.equal([['bob', 'yes']]);
    await bob.stop();
  });

  it('reaches the server’s address, not when the network is cut, and again when it is healed', async () => {
    const reach = async () => {
      const script = `require('net').connect(9, '${network.serverAddress}').setTimeout(1500)
        .on('error', (error) => { console.log(error.code); process.exit(); })
        .on('timeout', () => { console.log('silence'); process.exit(); })`;
      return (await laptop.must(['node', '-e', script])).trim();
    };
    expect(await reach()).to.equal('ECONNREFUSED');
    await network.cut();
    expect(await reach()).to.equal('silence');
    await network.heal();
    expect(await reach()).to.equal('ECONNREFUSED');
  });

  it('keeps what was written through a power cut, and starts anew after it', async () => {
    const bootId = () => laptop.must(['cat', '/proc/sys/kernel/random/boot_id']);
    const systemd = () => laptop.must(['systemctl', 'show', '--property=UserspaceTimestampMonotonic']);
    const before = { systemd: await systemd(), machine: await laptop.must(['cat', '/etc/machine-id']) };
    await laptop.must(['sh', '-c', 'echo kept > /var/lib/hometime/proof']);
    await laptop.cutPower();
    expect((await run(['ip', 'netns', 'pids', network.lan])).stdout.trim()).to.equal('');
    await laptop.boot();
    expect(await laptop.must(['cat', '/var/lib/hometime/proof'])).to.equal('kept');
    expect(await laptop.must(['cat', '/etc/machine-id'])).to.equal(before.machine);
    expect(await systemd()).to.not.equal(before.systemd);
    expect(await bootId()).to.match(/^[0-9a-f-]{36}$/);
  });
});
