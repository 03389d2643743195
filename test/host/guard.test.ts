import { expect } from 'chai';
import { releaseAnswerSchema } from '../../shared/api/commands.ts';
import { type GuardView, guardViewSchema, policyViewSchema } from '../../shared/api/policy.ts';
import type { GuardState } from '../../shared/guard/standing.ts';
import type { Policy } from '../../shared/policy/document.ts';
import { type Home, makeHome } from '../support/home.ts';
import { loginAs, sessionsOf, tryLogin, trySsh } from '../support/laptop-people.ts';
import { makePlaces, type PlaceName, type Places, settingGateway } from '../support/places.ts';
import { type Running, until } from '../support/processes.ts';
import { laptopInABox, skipUnless } from '../support/skip.ts';

const tell = (line: string) => process.stdout.write(`    ${line}\n`);
const warningMs = 60_000;
/** The place is looked at once a minute at the least, and blocking is asked of the system's own sign-ins. */
const slackMs = 75_000;

/**
 * A laptop whose encryption nothing shows, carried away with no server in reach: what blocks and lets go is itself alone. One
 * story in order. (Encryption as it truly is, plain and LUKS, stands in guard-encryption.test.ts.)
 */
describe('the guard of a real laptop (DEV1)', function () {
  this.timeout(300_000);
  let places: Places;
  let home: Home;
  let alice: Running;
  /** Sign-ins that were refused, as whoever tried them saw it. */
  let refused = 0;

  before(async function () {
    this.timeout(600_000);
    skipUnless(this, ...laptopInABox, 'expect');
    places = await makePlaces();
    home = await makeHome('guarded', places.network);
    await home.laptop.must(['sh', '-c', "sed -i 's/delay=3000000/delay=0/' /etc/pam.d/login"]);
    await change('blocked after a minute', { warningMinutes: 1, unknownPlaceMinutes: 1 });
    await until(
      'the guard’s first word',
      async () => ((await guardView()).standing?.state === 'clear' ? true : undefined),
      {
        withinMs: 60_000,
        everyMs: 500,
      },
    );
  });

  after(async function () {
    this.timeout(60_000);
    await home?.close();
    await places?.close();
  });

  async function change(reason: string, offSite: Partial<Policy['switches']['offSite']>): Promise<void> {
    const { version, policy } = policyViewSchema.parse((await home.rest.get('/policy')).body);
    const switches = { ...policy.switches, offSite: { ...policy.switches.offSite, ...offSite } };
    const networks = [{ gatewayHardwareAddress: settingGateway, label: 'The office' }];
    const body = { basedOn: version, reason, policy: { ...policy, networks, switches } };
    const answer = await home.rest.send('PUT', '/policy', body);
    expect(answer.status, JSON.stringify(answer.body)).to.equal(200);
    const isThere = async () => {
      const { agent } = (await home.device()).sections;
      return agent.state === 'known' && agent.value.settingsVersion === version + 1 ? true : undefined;
    };
    await until('the rules on the laptop', isThere, { withinMs: 60_000, everyMs: 500 });
  }

  const guardView = async (): Promise<GuardView> =>
    guardViewSchema.parse((await home.rest.get(`/devices/${home.deviceId}/guard`)).body);

  /** Every way in that a person has: over the network, and at the console with the password typed. */
  async function waysIn(at: PlaceName) {
    const console = await tryLogin(home.laptop, 'bob', 'bobpw');
    const ssh = at === 'nowhere' ? undefined : await trySsh(places.seenFrom(at), 'alice', { password: 'alicepw' });
    refused += [console, ssh].filter((tried) => tried?.isIn === false).length;
    return { console: console.isIn, ssh: ssh?.isIn ?? console.isIn, shown: console.shown + (ssh?.shown ?? '') };
  }

  const isLocked = async () => (await home.laptop.exec(['test', '-e', '/var/lib/hometime-lock/locked'])).code === 0;

  async function blockedWithin(ms: number, what: string): Promise<number> {
    const isBlocked = async () => {
      if (!(await isLocked())) return undefined;
      return (await sessionsOf(home.laptop)).length === 0 ? true : undefined;
    };
    const journal = ['journalctl', '-u', 'hometime-agent', '-o', 'cat', '--no-pager', '-n', '40'];
    const blocked = await until(what, isBlocked, { withinMs: ms, everyMs: 500 }).catch(async (error: unknown) => {
      throw new Error((await home.laptop.exec(journal)).stdout, { cause: error });
    });
    tell(`${what}: ${blocked.ms} ms`);
    return blocked.ms;
  }

  async function expectBlocked(at: PlaceName): Promise<void> {
    const tried = await waysIn(at);
    expect(tried, JSON.stringify(tried)).to.include({ console: false, ssh: false });
    expect(tried.shown).to.include('away from the setting');
  }

  async function freeWithin(ms: number, what: string): Promise<void> {
    const isFree = async () => ((await isLocked()) ? undefined : true);
    tell(`${what}: ${(await until(what, isFree, { withinMs: ms, everyMs: 500 })).ms} ms`);
  }

  /** What the server was told of the moves that came after, oldest first, once it is so many. */
  async function moves(after: number, count: number): Promise<GuardView['items']> {
    const told = async () => {
      const later = (await guardView()).items.filter(({ sequence }) => sequence > after).reverse();
      return later.length >= count ? later : undefined;
    };
    return (await until(`${count} moves at the server`, told, { withinMs: 120_000, everyMs: 1_000 })).value;
  }

  const states = (told: GuardView['items']): GuardState[] => told.map(({ to }) => to);
  const lastSequence = async () => (await guardView()).items[0]?.sequence ?? 0;

  it('lets everybody in where it belongs', async () => {
    expect(await waysIn('setting')).to.include({ console: true, ssh: true });
  });

  it('carried home with no server in reach, it warns whoever sits at it and then blocks itself, within the grace', async () => {
    alice = await loginAs(home.laptop, 'alice');
    await places.uplink('cut');
    const began = Date.now();
    await places.carry('home');
    await alice.said(/away from the setting/, slackMs);
    const warnedMs = Date.now() - began;
    tell(`warned on the screen ${warnedMs} ms after it was carried away`);
    expect(alice.isRunning(), 'she may save her work').to.equal(true);
    await blockedWithin(warningMs + slackMs, 'blocked after the warning');
    expect(Date.now() - began, 'not before the minute was over').to.be.greaterThan(warnedMs + warningMs - 10_000);
    await expectBlocked('home');
    expect((await sessionsOf(home.laptop)).map(({ person }) => person)).to.deep.equal([]);
  });

  it('is blocked still after a power cut, before its agent has looked at anything, and after it', async () => {
    await home.laptop.cutPower();
    await home.laptop.boot();
    await expectBlocked('home');
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    await expectBlocked('home');
  });

  it('is not let go by pulling the cable: a place that cannot be told opens nothing', async () => {
    await places.carry('nowhere');
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    await expectBlocked('nowhere');
  });

  it('cannot be stopped by whoever is blocked, and comes back when it is ended', async () => {
    const asBob = ['setpriv', '--reuid=bob', '--regid=bob', '--clear-groups'];
    for (const attempt of [
      ['systemctl', 'stop', 'hometime-agent'],
      ['rm', '-f', '/var/lib/hometime-lock/locked'],
    ])
      expect((await home.laptop.exec([...asBob, ...attempt])).code).to.not.equal(0);
    const starts = () => home.laptop.must(['systemctl', 'show', '--property=NRestarts,MainPID', 'hometime-agent']);
    const before = await starts();
    await home.laptop.must(['systemctl', 'kill', '--signal=KILL', 'hometime-agent']);
    const isBack = async () => {
      const now = await starts();
      const [was, is] = [before, now].map((text) => /NRestarts=(\d+)/.exec(text)?.[1]);
      return was !== is && !now.includes('MainPID=0') ? true : undefined;
    };
    await until('the agent', isBack, { withinMs: 20_000 });
    await expectBlocked('nowhere');
  });

  it('lets go by itself when it is brought back, and tells the server all of it with its true times', async () => {
    await places.carry('setting');
    await freeWithin(slackMs, 'released on return');
    expect(await waysIn('setting')).to.include({ console: true, ssh: true });
    const told = await moves(0, 3);
    expect(states(told)).to.deep.equal(['warned', 'blocked', 'clear']);
    expect(told.map(({ because }) => because)).to.deep.equal([
      'encryption-unknown-off-site',
      'warning-over',
      'back-on-site',
    ]);
    const [warned = 0, blocked = 0, clear = 0] = told.map(({ at }) => Date.parse(at));
    expect(blocked - warned).to.be.within(warningMs - 2_000, warningMs + 15_000);
    expect(clear).to.be.greaterThan(blocked);
    expect(refused).to.be.greaterThan(0);
    expect(told[1]?.refusedSignIns, 'every try over the network and at the console').to.equal(refused);
    expect((await home.device()).place.verdict).to.equal('on-site');
  });

  it('with no network for longer than the setting allows, it counts as away, and blocks; a code lets people in where it is', async () => {
    await change('at once, once it counts as away', { warningMinutes: 0 });
    const before = await lastSequence();
    await places.carry('nowhere');
    const ms = await blockedWithin(60_000 + slackMs, 'blocked with no network');
    expect(ms).to.be.greaterThan(45_000);
    const issue = await home.laptop.must(['cat', '/etc/issue.d/hometime-lock.issue']);
    const challenge = /manager: (\S+)/.exec(issue)?.[1] ?? '';
    const body = { challenge, reason: 'the manager vouches for it' };
    const answer = await home.rest.send('POST', `/devices/${home.deviceId}/release-code`, body);
    const { code } = releaseAnswerSchema.parse(answer.body);
    await tryLogin(home.laptop, 'release', code);
    expect((await waysIn('nowhere')).console).to.equal(true);
    await new Promise((resolve) => setTimeout(resolve, 20_000));
    expect((await waysIn('nowhere')).console, 'and it stays so').to.equal(true);
    await places.carry('setting');
    expect(states(await moves(before, 3))).to.deep.equal(['blocked', 'released', 'clear']);
  });
});
