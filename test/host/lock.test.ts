import { join } from 'node:path';
import { expect } from 'chai';
import { commandKinds } from '../../shared/command/kinds.ts';
import { type Laptop, makeLaptop } from '../support/laptop.ts';
import { type LaptopOrders, setUpOrders } from '../support/laptop-orders.ts';
import {
  automaticConsole,
  desktopAs,
  loginAs,
  sessionsOf,
  signEverybodyOut,
  sshAs,
  tryLogin,
  trySsh,
} from '../support/laptop-people.ts';
import { makeNetwork, type Network } from '../support/network.ts';
import { must, pause, until } from '../support/processes.ts';
import { laptopInABox, skipUnless } from '../support/skip.ts';
import { makeTempFolder, removeTempFolder } from '../support/temp-folder.ts';

const tell = (line: string) => process.stdout.write(`    ${line}\n`);

/** One story in order: each test goes on where the one before left the laptop. */
describe('the lock of a real laptop', function () {
  this.timeout(120_000);
  let network: Network;
  let laptop: Laptop;
  let orders: LaptopOrders;
  let folder: string;
  let keyFile: string;
  /** Everything that a lock may change, as it was. */
  let untouched: string;

  before(async function () {
    this.timeout(600_000);
    skipUnless(this, ...laptopInABox, 'expect');
    network = await makeNetwork();
    laptop = await makeLaptop({ name: 'lock', namespace: network.lan, resolver: network.resolverAddress });
    await laptop.boot();
    orders = await setUpOrders(laptop);
    folder = makeTempFolder();
    keyFile = join(folder, 'key');
    await must(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', keyFile]);
    const key = await must(['cat', `${keyFile}.pub`]);
    await laptop.must([
      'sh',
      '-ec',
      `install -d -o alice -g alice -m 700 ~alice/.ssh; echo '${key}' > ~alice/.ssh/authorized_keys
       useradd -m -s /bin/bash hometime-rescue; printf 'root:rootpw\\nhometime-rescue:rescuepw\\n' | chpasswd
       sed -i 's/delay=3000000/delay=0/' /etc/pam.d/login; sed -i 's/nullok/nullok nodelay/' /etc/pam.d/common-auth`,
    ]);
    untouched = await everything();
  });

  after(async () => {
    await laptop?.remove();
    await network?.close();
    if (folder !== undefined) removeTempFolder(folder);
  });

  const everything = () =>
    laptop.must([
      'sh',
      '-c',
      'find /etc/pam.d /etc/issue* /etc/systemd /usr/local/sbin /var/lib/hometime-lock ! -name test-desktop -printf "%M %u %p\\n" 2>/dev/null | sort; cd /etc/pam.d && ls | grep -v test-desktop | xargs cat',
    ]);

  const truePeople = async () => (await sessionsOf(laptop)).map(({ person }) => person).sort();

  /** Every way in that a person has, and that root and the break-glass account have. */
  async function tryEveryWay() {
    const asAlice = ['setpriv', '--reuid=alice', '--regid=alice', '--clear-groups'];
    const [password, key, rescue, login, root, su, sudo, desktop] = await Promise.all([
      trySsh(network, 'alice', { password: 'alicepw' }),
      trySsh(network, 'alice', { keyFile }),
      trySsh(network, 'hometime-rescue', { password: 'rescuepw' }),
      tryLogin(laptop, 'bob', 'bobpw'),
      tryLogin(laptop, 'root', 'rootpw'),
      laptop.exec(['su', 'alice', '-c', 'true']),
      laptop.exec([...asAlice, 'sudo', '-n', 'id']),
      desktopAs(laptop, 'bob'),
    ]);
    return {
      people: [password.isIn, key.isIn, login.isIn, su.code === 0, desktop !== undefined],
      root: root.isIn,
      rescue: rescue.isIn,
      shown: [password.shown, login.shown, su.stdout],
      sudo: sudo.stderr,
    };
  }

  async function expectLocked(): Promise<void> {
    const tried = await tryEveryWay();
    expect(tried.people, JSON.stringify(tried)).to.deep.equal([false, false, false, false, false]);
    expect(tried, JSON.stringify(tried)).to.include({ root: true, rescue: true });
    for (const shown of tried.shown) expect(shown).to.include('Bring it to the office').and.include('read this to the');
  }

  async function typeCode(code: string): Promise<string> {
    const { isIn, shown } = await tryLogin(laptop, 'release', code);
    expect(isIn, 'no code ever gives a shell').to.equal(false);
    return shown;
  }

  const lock = () => orders.order({ kind: 'lock', args: { message: 'Bring it to the office' } });

  it('sends everybody out, and is verified by the laptop’s own ways in: password, key, su, a console’s automatic sign-in', async () => {
    await sshAs(network, 'alice');
    await loginAs(laptop, 'bob');
    await desktopAs(laptop, 'alice');
    const { screen, remove } = await automaticConsole(laptop, 'bob');
    await until('four sessions', async () => ((await truePeople()).length === 4 ? true : undefined));
    const started = Date.now();
    const outcome = await lock();
    tell(`verified ${Date.now() - started} ms after the order`);
    expect(outcome.to, JSON.stringify(outcome)).to.equal('verified');
    const { lock: state } = commandKinds.lock.evidence.parse(outcome.evidence);
    expect(state.refused).to.have.members(['password', 'key', 'switch-user', 'automatic']);
    expect(await truePeople()).to.deep.equal([]);
    await screen.said(/locked[\s\S]*login: $/, 10_000);
    await expectLocked();
    expect(await orders.standing()).to.include({ locked: true, releasedBy: null, triesLeft: 5 });
    await remove();
  });

  it('holds after a power cut, with no agent running', async () => {
    await laptop.cutPower();
    await laptop.boot();
    await expectLocked();
    const { screen, remove } = await automaticConsole(laptop, 'bob');
    await screen.said(/locked/, 10_000);
    await pause(1_000);
    expect(await truePeople(), 'the console’s automatic sign-in').to.not.include('bob');
    await remove();
    expect(await orders.look()).to.deep.include({ locked: true });
  });

  it('is released by the server’s order, and leaves the laptop byte for byte as it was', async () => {
    const outcome = await orders.order({ kind: 'release', args: {} });
    expect(outcome.to, JSON.stringify(outcome)).to.equal('verified');
    expect(await everything()).to.equal(untouched);
    const tried = await tryEveryWay();
    expect(tried.people, JSON.stringify(tried)).to.deep.equal([true, true, true, true, true]);
    expect(await orders.standing()).to.include({ locked: false, releasedBy: 'server' });
    await signEverybodyOut(laptop);
  });

  it('is released by a code that answers its challenge, typed at a login prompt; that code opens no other lock', async () => {
    expect((await lock()).to).to.equal('verified');
    const code = orders.codeFor(await orders.challenge());
    expect(await typeCode(code.toLowerCase().replace('-', ' '))).to.include('The code is right');
    expect((await trySsh(network, 'alice', { password: 'alicepw' })).isIn).to.equal(true);
    expect(await everything()).to.equal(untouched);
    expect(await orders.standing()).to.include({ locked: false, releasedBy: 'code' });
    expect((await lock()).to).to.equal('verified');
    expect(await typeCode(code), 'a used code').to.include('Tries left: 4');
  });

  it('takes five wrong codes in all, over a power cut, and then not even the right one', async () => {
    const right = orders.codeFor(await orders.challenge());
    expect(await typeCode('0000-0000')).to.include('Tries left: 3');
    await laptop.cutPower();
    await laptop.boot();
    expect(await typeCode('0000-0001')).to.include('Tries left: 2');
    expect(await typeCode('0000-0002')).to.include('Tries left: 1');
    expect(await typeCode('0000-0003')).to.include('Tries left: 0');
    expect(await typeCode(right)).to.include('Too many wrong codes');
    expect((await trySsh(network, 'alice', { password: 'alicepw' })).isIn).to.equal(false);
    expect(await orders.standing()).to.include({ locked: true, triesLeft: 0 });
    expect((await orders.order({ kind: 'release', args: {} })).to).to.equal('verified');
    expect((await trySsh(network, 'alice', { password: 'alicepw' })).isIn).to.equal(true);
    expect(await everything()).to.equal(untouched);
  });
});
