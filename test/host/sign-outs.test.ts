import { expect } from 'chai';
import { commandKinds } from '../../shared/command/kinds.ts';
import { type Laptop, makeLaptop } from '../support/laptop.ts';
import { type LaptopOrders, setUpOrders } from '../support/laptop-orders.ts';
import {
  automaticConsole,
  desktopAs,
  loginAs,
  processesOf,
  sessionsOf,
  signEverybodyOut,
  sshAs,
} from '../support/laptop-people.ts';
import { makeNetwork, type Network } from '../support/network.ts';
import { pause, until } from '../support/processes.ts';
import { laptopInABox, skipUnless } from '../support/skip.ts';

describe('people signed in by ssh, at a console and on a desktop of a real laptop (DEV2, DEV7)', function () {
  this.timeout(60_000);
  let network: Network;
  let laptop: Laptop;
  let orders: LaptopOrders;

  before(async function () {
    this.timeout(600_000);
    skipUnless(this, ...laptopInABox, 'expect');
    network = await makeNetwork();
    laptop = await makeLaptop({ name: 'signouts', namespace: network.lan, resolver: network.resolverAddress });
    await laptop.boot();
    orders = await setUpOrders(laptop);
  });

  after(async () => {
    await laptop?.remove();
    await network?.close();
  });

  afterEach(async () => {
    if (laptop !== undefined) await signEverybodyOut(laptop);
  });

  const truePeople = async () => (await sessionsOf(laptop)).map(({ person, service }) => `${person} ${service}`).sort();

  /** Alice over ssh and on a desktop, Bob at a console. */
  async function everybodyIn() {
    const ssh = await sshAs(network, 'alice');
    const desktop = await desktopAs(laptop, 'alice');
    const console = await loginAs(laptop, 'bob');
    await until('three sessions', async () => ((await truePeople()).length === 3 ? true : undefined));
    return { ssh, desktop, console };
  }

  it('are told first where a screen takes it, then one is logged out and the other stays; then all are, for good', async () => {
    const { ssh, console } = await everybodyIn();
    const started = Date.now();
    const notice = { seconds: 5, text: 'The nursery closes. Please save.' };
    const one = orders.order({ kind: 'logout', args: { people: ['alice'], notice } });
    await ssh.said(/\*\*\* The nursery closes\. Please save\. \*\*\*/, 10_000);
    expect(await truePeople(), 'she has her five seconds').to.have.lengthOf(3);
    const outcome = await one;
    expect(Date.now() - started).to.be.greaterThan(5_000);
    expect(outcome.to).to.equal('verified');
    const evidence = commandKinds.logout.evidence.parse(outcome.evidence);
    expect(evidence.before.map(({ person, where }) => `${person} ${where}`)).to.have.members([
      'alice remote',
      'alice graphical',
    ]);
    expect(evidence.noticeShown, 'the desktop has nothing that shows texts, and is not said to have').to.equal(1);
    expect(evidence.automaticSignIn).to.equal('not-set');
    expect(await truePeople()).to.deep.equal(['bob login']);
    expect(await processesOf(laptop, 'alice')).to.deep.equal([]);
    expect(console.stdout()).to.not.include('The nursery closes');

    expect((await orders.order({ kind: 'logout', args: {} })).to).to.equal('verified');
    expect(await truePeople()).to.deep.equal([]);
    await Promise.all([ssh.ended, console.ended]);
  });

  it('read a message, each session told for itself; with nobody there it is not delivered', async () => {
    const { ssh } = await everybodyIn();
    const start = String.fromCodePoint(0x9b);
    const outcome = await orders
      .order({ kind: 'message', args: { text: `Tea at three ${start}2J${start}` } })
      .catch(() => undefined);
    expect(outcome, 'the contract takes no control characters; whoever sends some all the same').to.not.equal(
      undefined,
    );
    await ssh.said(/\*\*\* Tea at three {2}2J \*\*\*/, 5_000);
    expect(outcome).to.include({ to: 'failed', reason: 'not-delivered' });
    const { deliveries } = commandKinds.message.evidence.parse(outcome?.evidence);
    expect(deliveries.map(({ session, shown }) => `${session.person} ${shown}`).sort()).to.deep.equal([
      'alice false',
      'alice true',
      'bob true',
    ]);
    const toBob = await orders.order({ kind: 'message', args: { text: 'Only you', people: ['bob'] } });
    expect(toBob.to).to.equal('verified');
    expect(ssh.stdout()).to.not.include('Only you');

    await signEverybodyOut(laptop);
    expect(await orders.order({ kind: 'message', args: { text: 'Hello?' } })).to.deep.equal({
      to: 'failed',
      reason: 'nobody-signed-in',
    });
  });

  it('stay out where the console would sign them in again by itself', async () => {
    const { screen, remove } = await automaticConsole(laptop, 'bob');
    await until('the console to sign bob in', async () => ((await truePeople()).length === 1 ? true : undefined));
    const outcome = await orders.order({ kind: 'logout', args: { people: ['bob'] } });
    expect(outcome.to).to.equal('verified');
    expect(commandKinds.logout.evidence.parse(outcome.evidence).automaticSignIn).to.equal('held-back');
    await screen.said(/login: $/, 10_000);
    await pause(2_000);
    expect(await truePeople()).to.deep.equal([]);
    await remove();
  });
});
