import { expect } from 'chai';
import { type CommandView, releaseAnswerSchema } from '../../shared/api/commands.ts';
import type { CommandOrder } from '../../shared/command/kinds.ts';
import type { Health } from '../../shared/report/health.ts';
import { type Home, makeHome } from '../support/home.ts';
import { sessionsOf, sshAs, tryLogin, trySsh } from '../support/laptop-people.ts';
import { until } from '../support/processes.ts';
import { laptopInABox, skipUnless } from '../support/skip.ts';

const tell = (line: string) => process.stdout.write(`    ${line}\n`);
const reason = 'it left the building';

describe('a real laptop that its server locks', function () {
  this.timeout(120_000);
  let home: Home;

  before(async function () {
    this.timeout(600_000);
    skipUnless(this, ...laptopInABox, 'expect');
    home = await makeHome('locked');
  });

  after(async function () {
    this.timeout(60_000);
    await home?.close();
  });

  async function obeyed({ kind, args }: CommandOrder): Promise<CommandView> {
    const ordered = await home.order({ kind, args, reason });
    const isOver = async () => {
      const command = await home.command(ordered.id);
      return ['verified', 'failed', 'refused'].includes(command.state) ? command : undefined;
    };
    const { value, ms } = await until(`the order to ${kind}`, isOver, { withinMs: 60_000, everyMs: 20 });
    tell(`${kind}: ${value.state} ${ms} ms after the order`);
    return value;
  }

  /** Waits until the server shows a lock that stands so. */
  async function shown(is: (lock: Health['lock']) => boolean): Promise<Health['lock']> {
    const asShown = async () => {
      const { agent } = (await home.device()).sections;
      return agent.state === 'known' && is(agent.value.lock) ? { lock: agent.value.lock } : undefined;
    };
    return (await until('the lock at the server', asShown, { withinMs: 90_000 })).value.lock;
  }

  const trying = async () => (await trySsh(home.network, 'alice', { password: 'alicepw' })).isIn;

  it('is locked over the wire; released with the network cut by the code that the server tells, which it hears of later', async () => {
    await shown((lock) => lock?.locked === false);
    const alice = await sshAs(home.network, 'alice');
    await until('alice', async () => ((await sessionsOf(home.laptop)).length > 0 ? true : undefined));
    expect((await obeyed({ kind: 'lock', args: { message: 'Bring it back' } })).state).to.equal('verified');
    await alice.ended;
    expect(await trying()).to.equal(false);
    expect(await shown((lock) => lock?.locked === true)).to.include({ releasedBy: null, triesLeft: 5 });

    await home.network.cut();
    const issue = await home.laptop.must(['cat', '/etc/issue.d/hometime-lock.issue']);
    const challenge = /manager: (\S+)/.exec(issue)?.[1] ?? '';
    const answer = await home.rest.send('POST', `/devices/${home.deviceId}/release-code`, { challenge, reason });
    const { code } = releaseAnswerSchema.parse(answer.body);
    expect((await tryLogin(home.laptop, 'release', code)).shown).to.include('The code is right');
    expect(await trying()).to.equal(true);
    await home.network.heal();
    expect(await shown((lock) => lock?.releasedBy === 'code')).to.include({ locked: false });
  });

  it('is locked again and released over the wire', async () => {
    expect((await obeyed({ kind: 'lock', args: {} })).state).to.equal('verified');
    expect(await trying()).to.equal(false);
    expect((await obeyed({ kind: 'release', args: {} })).state).to.equal('verified');
    expect(await trying()).to.equal(true);
    expect(await shown((lock) => lock?.releasedBy === 'server')).to.include({ locked: false });
  });
});
