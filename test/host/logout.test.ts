import { expect } from 'chai';
import type { CommandView } from '../../shared/api/commands.ts';
import { errorAnswerSchema } from '../../shared/api/errors.ts';
import type { CommandState } from '../../shared/command/life.ts';
import { type Home, makeHome } from '../support/home.ts';
import { loginAs, processesOf, sessionsOf, signEverybodyOut, sshAs } from '../support/laptop-people.ts';
import { pause, until } from '../support/processes.ts';
import { laptopInABox, skipUnless } from '../support/skip.ts';

const tell = (line: string) => process.stdout.write(`    ${line}\n`);
const reason = 'the setting has closed';

describe('a remote logout on a real laptop (DEV2, DEV7)', function () {
  this.timeout(180_000);
  let home: Home;

  before(async function () {
    this.timeout(600_000);
    skipUnless(this, ...laptopInABox);
    home = await makeHome('logout');
  });

  after(async function () {
    this.timeout(60_000);
    await home?.close();
  });

  afterEach(async () => {
    await home?.network.heal();
    if (home !== undefined) await signEverybodyOut(home.laptop);
  });

  /** Names the server shows as signed in on the laptop; undefined when it does not know. */
  async function shownPeople(): Promise<string[] | undefined> {
    const { sessions } = (await home.device()).sections;
    return sessions.state === 'known' ? sessions.value.sessions.map(({ person }) => person) : undefined;
  }

  async function untilShown(person: string): Promise<number> {
    const isShown = async () => ((await shownPeople())?.includes(person) ? true : undefined);
    return (await until(`${person}’s session at the server`, isShown, { withinMs: 20_000 })).ms;
  }

  async function truePeople(): Promise<string[]> {
    return (await sessionsOf(home.laptop)).map(({ person }) => person);
  }

  async function untilVerified(id: string, withinMs: number): Promise<{ value: CommandView; ms: number }> {
    const isVerified = async () => {
      const command = await home.command(id);
      if (['failed', 'refused', 'expired', 'cancelled'].includes(command.state)) {
        throw new Error(`the order ended as ${JSON.stringify(command.moves, undefined, 1)}`);
      }
      return command.state === 'verified' ? command : undefined;
    };
    return until('the order to be verified', isVerified, { withinMs, everyMs: 20 });
  }

  const ways = [
    { way: 'login at the console', signIn: () => loginAs(home.laptop, 'alice') },
    { way: 'ssh', signIn: () => sshAs(home.network, 'alice') },
  ];
  for (const { way, signIn } of ways) {
    it(`ends a session begun by ${way}: seen within 5 s, verified only after it is gone, and nobody else’s`, async () => {
      const bob = await sshAs(home.network, 'bob');
      await untilShown('bob');
      const alice = await signIn();
      const seenAfter = await untilShown('alice');
      tell(`seen at the server ${seenAfter} ms after the sign-in`);
      expect(seenAfter).to.be.lessThan(5_000);
      expect((await truePeople()).sort()).to.deep.equal(['alice', 'bob']);
      expect(await processesOf(home.laptop, 'alice')).to.not.deep.equal([]);

      const ordered = await home.order({ kind: 'logout', args: { people: ['alice'] }, reason });
      expect(ordered.state).to.not.equal('verified');
      const { value: command, ms } = await untilVerified(ordered.id, 30_000);
      const [left, running] = await Promise.all([truePeople(), processesOf(home.laptop, 'alice')]);
      tell(`verified ${ms} ms after the order`);
      expect(left).to.deep.equal(['bob']);
      expect(running).to.deep.equal([]);
      await alice.ended;

      expect(statesOf(command)).to.deep.equal(['queued', 'sent', 'received', 'started', 'verified']);
      expect(command.moves.at(-1)?.evidence).to.have.nested.property('before[0].person', 'alice');
      expect(command.moves.at(-1)?.evidence).to.have.deep.property('after', []);
      await bob.stop();
      await until('both to be gone at the server', async () =>
        (await shownPeople())?.length === 0 ? true : undefined,
      );
    });
  }

  it('waits, honestly labelled, while the network is cut, and runs once when it is back', async () => {
    const alice = await loginAs(home.laptop, 'alice');
    await untilShown('alice');
    const sessionBefore = (await sessionsOf(home.laptop))[0]?.id ?? '';
    await home.network.cut();
    const ordered = await home.order({ kind: 'logout', args: { people: ['alice'] }, reason });
    for (let look = 0; look < 10; look += 1) {
      expect(['queued', 'sent']).to.include((await home.command(ordered.id)).state);
      await pause(500);
    }
    expect(await truePeople(), 'she is still signed in').to.deep.equal(['alice']);

    await home.network.heal();
    const { value: command, ms } = await untilVerified(ordered.id, 120_000);
    tell(`verified ${ms} ms after the network was back`);
    expect(await truePeople()).to.deep.equal([]);
    expect(await processesOf(home.laptop, 'alice')).to.deep.equal([]);
    await alice.ended;
    expect(statesOf(command).filter((state) => state === 'started')).to.have.lengthOf(1);
    expect(statesOf(command).filter((state) => state === 'verified')).to.have.lengthOf(1);
    expect(await removalsOf(sessionBefore), 'logind removed that session once').to.equal(1);
  });

  it('never runs an order again: neither for her next session, nor after the agent is killed and starts anew', async () => {
    const alice = await loginAs(home.laptop, 'alice');
    await untilShown('alice');
    await home.laptop.must(['systemctl', 'kill', '--signal=KILL', 'hometime-agent.service']);
    await until('the agent to run again', async () => {
      const restarts = await home.laptop.must(['systemctl', 'show', '-P', 'NRestarts', 'hometime-agent.service']);
      const state = await home.laptop.must(['systemctl', 'is-active', 'hometime-agent.service']);
      return Number(restarts) >= 1 && state === 'active' ? true : undefined;
    });
    await pause(6_000);
    expect(await truePeople()).to.deep.equal(['alice']);
    expect((await home.device()).presence.state).to.equal('online');
    expect(await shownPeople()).to.deep.equal(['alice']);
    expect(alice.isRunning()).to.equal(true);
  });

  it('is refused in words that help when it names nobody’s session, and changes nothing', async () => {
    const answer = await home.rest.send('POST', `/devices/${home.deviceId}/commands`, {
      kind: 'logout',
      args: { people: ['../../etc/passwd'] },
      reason,
    });
    expect(answer.status).to.equal(400);
    expect(errorAnswerSchema.parse(answer.body).error.message).to.match(/people/);
  });

  it('stands beside what else the laptop tells: encryption is never shown as protected where it cannot be proved (DEV1)', async () => {
    const { sections, standing } = await home.device();
    tell(`encryption: ${JSON.stringify(sections.encryption)}`);
    tell(`filtering: ${JSON.stringify(sections.filtering)}`);
    tell(`location: ${JSON.stringify(sections.location)}`);
    if (sections.encryption.state === 'known') expect(sections.encryption.value.protection).to.not.equal('protected');
    expect(standing).to.not.equal('clear');
  });

  /** How often logind says that it removed a session. */
  async function removalsOf(id: string): Promise<number> {
    const journal = await home.laptop.must(['journalctl', '-u', 'systemd-logind', '-o', 'cat', '--no-pager']);
    return journal.split('\n').filter((line) => line === `Removed session ${id}.`).length;
  }
});

function statesOf(command: CommandView): CommandState[] {
  return command.moves.map(({ to }) => to);
}
