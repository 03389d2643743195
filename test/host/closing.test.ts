import { join } from 'node:path';
import { expect } from 'chai';
import { type Hometime, type HometimeAsked, hometimeSchema } from '../../shared/api/hometime.ts';
import { weekdayOf } from '../../shared/calendar/days.ts';
import { instant } from '../../shared/instant.ts';
import type { Switches } from '../../shared/policy/switches.ts';
import type { Health } from '../../shared/report/health.ts';
import { changePolicyOver } from '../support/change-policy.ts';
import { type Home, makeHome } from '../support/home.ts';
import { processesOf, sessionsOf, signEverybodyOut, sshAs } from '../support/laptop-people.ts';
import { must, pause, type Running, start, until } from '../support/processes.ts';
import { projectFolder } from '../support/programs.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { laptopInABox, skipUnless } from '../support/skip.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

const tell = (line: string) => process.stdout.write(`    ${line}\n`);
const minuteMs = 60_000;
/** For the rules to reach the laptop before the minute of notice begins, on a machine that is busy. */
const onTheWayMs = 30_000;
/** What acting takes, and the look afterwards. */
const actingMs = 60_000;
const agentMain = '/opt/hometime/dist/hometime-agent.cjs';
const timeZone = 'Europe/London';

/** The next closing time that leaves time enough, as the setting's wall clock shows it: whole minutes, and never midnight, at which no day closes. */
function nextClosing(): { at: string; date: string; time: string } {
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  const ms = Math.ceil((Date.now() + minuteMs + onTheWayMs) / minuteMs) * minuteMs;
  const [wall, later] = [ms, ms + minuteMs].map((each) => ({ ms: each, shown: clock.format(each) }));
  const chosen = wall?.shown.endsWith('00:00') ? later : wall;
  const [date = '', time = ''] = chosen?.shown.split(' ') ?? [];
  return { at: instant(chosen?.ms ?? ms), date, time };
}

const untilMs = (at: string) => Date.parse(at) - Date.now();

/**
 * A real laptop whose setting closes while people are signed in at it over ssh. Root looks after the device, and stays. One story in
 * order: a closing time that is put off, and a later one that comes while the server is gone.
 */
describe('closing time on a real laptop (DEV2)', function () {
  this.timeout(300_000);
  let home: Home;
  let server: ServerProcess;
  let alice: Running;
  let rootKey: string;

  before(async function () {
    this.timeout(600_000);
    skipUnless(this, ...laptopInABox, 'sshpass');
    home = await makeHome('closing');
    server = home.server;
    rootKey = await letRootIn();
    await signInToFamly('alice');
    await home.order({ kind: 'refresh', args: {}, reason: 'she has just signed in' });
    const isSignedIn = async () => {
      const { apps } = (await home.device()).sections;
      const famly = apps.state === 'known' ? apps.value.apps.find(({ app }) => app === 'famly') : undefined;
      return famly?.answer === 'signed-in' ? true : undefined;
    };
    await until('Famly, signed in, at the server', isSignedIn, { withinMs: 60_000, everyMs: 500 });
  });

  after(async function () {
    this.timeout(60_000);
    await home?.close();
    await server?.stop();
  });

  /** A key, for root has no password here. */
  async function letRootIn(): Promise<string> {
    const keyFile = join(makeTempFolder(), 'key');
    await must(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', keyFile]);
    const key = await must(['cat', `${keyFile}.pub`]);
    const allow = `install -d -m 700 /root/.ssh; echo '${key}' > /root/.ssh/authorized_keys`;
    await home.laptop.must(['sh', '-ec', allow]);
    return keyFile;
  }

  function rootBySsh(): Running {
    const settings = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR'];
    const options = settings.flatMap((option) => ['-o', option]);
    const ssh = ['ssh', '-tt', '-i', rootKey, ...options, `root@${home.network.deviceAddress}`];
    return start(home.network.inside('gateway', ssh));
  }

  /** A real Firefox's profile, recorded while somebody was signed in. */
  async function signInToFamly(person: string): Promise<void> {
    const profile = join(projectFolder, 'test/fixtures/platform/browsers/firefox-signed-in');
    const packed = await must(['sh', '-c', `tar -C '${profile}' -cz . | base64 -w0`]);
    const folder = '.mozilla/firefox/ab12.default';
    const unpack = `cd ~${person}; mkdir -p ${folder}; base64 -d | tar -C ${folder} -xz --no-same-owner`;
    const put = await home.laptop.exec(['sh', '-ec', `${unpack}; chown -R ${person}: .mozilla`], { input: packed });
    expect(put.code, put.stderr).to.equal(0);
  }

  /** Sets opening hours that end in one to three minutes. Resolves with the closing time, once the laptop knows it. */
  async function closeSoon(postpones: number): Promise<string> {
    const gateway = ['cat', '/sys/class/net/lan0/address'];
    const gatewayHardwareAddress = await must(home.network.inside('gateway', gateway));
    const { at, date, time } = nextClosing();
    const closingTime: Switches['closingTime'] = {
      ...{ noticeMinutes: 1, postpones, postponeMinutes: 5, signOutApps: true, logOutPeople: true },
    };
    const { version } = await changePolicyOver(home.rest, ({ opening, switches }) => ({
      networks: [{ gatewayHardwareAddress, label: 'The office' }],
      opening: {
        ...{ ...opening, bankHolidays: 'none', closures: [] },
        week: [{ day: weekdayOf(date), opens: '00:00', closes: time }],
      },
      switches: { ...switches, closingTime },
    }));
    const isThere = async () => ((await health())?.settingsVersion === version ? true : undefined);
    const { ms } = await until('the rules on the laptop', isThere, { withinMs: onTheWayMs, everyMs: 200 });
    tell(`closes at ${at} (${time} in London); the rules were there after ${ms} ms`);
    return at;
  }

  async function health(): Promise<Health | undefined> {
    const { agent } = (await home.device()).sections;
    return agent.state === 'known' ? agent.value : undefined;
  }

  const board = async (): Promise<Hometime> => hometimeSchema.parse((await home.rest.get('/hometime')).body);

  async function answers(): Promise<Partial<Record<HometimeAsked, string>>> {
    const ticks = (await board()).items.flatMap((row) => row.ticks);
    return Object.fromEntries(ticks.map(({ asked, answer }) => [asked, answer]));
  }

  async function untilShown(person: string): Promise<void> {
    const isShown = async () => {
      const { sessions } = (await home.device()).sections;
      if (sessions.state === 'unknown') return undefined;
      return sessions.value.sessions.some((session) => session.person === person) ? true : undefined;
    };
    await until(`${person}’s session at the server`, isShown, { withinMs: 20_000 });
  }

  const truePeople = async () => (await sessionsOf(home.laptop)).map(({ person }) => person).sort();

  /** As the notice says, in the name of that person. */
  async function postpone(person: string): Promise<string> {
    const as = ['setpriv', `--reuid=${person}`, `--regid=${person}`, '--init-groups', '--'];
    return home.laptop.must([...as, 'node', agentMain, 'postpone']);
  }

  /** How often the agent has gone through a closing time to its end, in all its runs. */
  async function timesFinished(): Promise<number> {
    const journal = await home.laptop.must(['journalctl', '-u', 'hometime-agent', '-o', 'cat', '--no-pager']);
    return journal.split('\n').filter((line) => line.includes('closing-finished')).length;
  }

  it('is put off by whoever is signed in, as often as the setting allows, and the board says so', async () => {
    alice = await sshAs(home.network, 'alice');
    await untilShown('alice');
    const closesAt = await closeSoon(1);
    await alice.said(/Please save your work.*\(once more\): run hometime-agent postpone/, untilMs(closesAt));
    expect(untilMs(closesAt), 'a minute of notice').to.be.within(30_000, minuteMs);

    expect(await postpone('bob'), 'who is not signed in').to.match(/^Only somebody who is signed in here/);
    expect(await postpone('alice')).to.match(/^Put off\. It is in [56] minutes now, and can be put off 0 more times/);
    expect(await postpone('alice')).to.match(/^It cannot be put off any more/);

    await pause(untilMs(closesAt) + 10_000);
    expect(await truePeople()).to.deep.equal(['alice']);
    expect(alice.isRunning()).to.equal(true);
    expect(await timesFinished()).to.equal(0);
    expect((await health())?.closing).to.deep.equal({
      ...{ at: closesAt, state: 'postponed', postponed: 1 },
      ...{ appsSignedOut: null, peopleLoggedOut: null, finishedAt: null },
    });
    const { phase, closesAt: shown, items, everythingAccountedFor } = await board();
    expect({ phase, shown, everythingAccountedFor }).to.deep.equal({
      ...{ phase: 'closed', shown: closesAt, everythingAccountedFor: false },
    });
    expect(items[0]?.missing).to.include('alice is still logged in').and.to.include('put off there once');
  });

  it('comes without a server: notice on the terminals, then apps and people are out, and root stays', async () => {
    const bob = await sshAs(home.network, 'bob');
    const root = rootBySsh();
    for (const person of ['bob', 'root']) await untilShown(person);
    const closesAt = await closeSoon(0);
    await server.killHard();
    expect(untilMs(closesAt), 'the server is gone before the notice').to.be.greaterThan(minuteMs);

    const notice = /In 1 minute the nursery.s apps are signed out and you are logged out/;
    await Promise.all([alice, bob].map((terminal) => terminal.said(notice, untilMs(closesAt))));
    tell(`notice ${untilMs(closesAt)} ms before closing`);
    await pause(untilMs(closesAt) - 4_000);
    expect(await truePeople(), 'not before the time').to.deep.equal(['alice', 'bob', 'root']);
    const isOut = async () => ((await truePeople()).join() === 'root' ? true : undefined);
    await until('the people to be logged out', isOut, { withinMs: actingMs });
    tell(`logged out ${-untilMs(closesAt)} ms after closing`);
    expect(untilMs(closesAt)).to.be.lessThan(0);
    for (const person of ['alice', 'bob']) expect(await processesOf(home.laptop, person)).to.deep.equal([]);
    await Promise.all([alice.ended, bob.ended]);
    expect(root.isRunning()).to.equal(true);
    const isFinished = async () => ((await timesFinished()) === 1 ? true : undefined);
    await until('the agent’s look afterwards', isFinished, { withinMs: actingMs });

    await doneOnce();
    await toldWhenTheServerIsBack(closesAt, root);
  });

  /** Neither the agent's next run does it again, nor to whoever signs in later. */
  async function doneOnce(): Promise<void> {
    const again = await sshAs(home.network, 'alice');
    const isIn = async () => ((await truePeople()).includes('alice') ? true : undefined);
    await until('alice to be in once more', isIn);
    await home.laptop.must(['systemctl', 'restart', 'hometime-agent.service']);
    await pause(25_000);
    expect(await truePeople()).to.deep.equal(['alice', 'root']);
    expect(await timesFinished()).to.equal(1);
    await home.laptop.must(['loginctl', 'terminate-user', 'alice']);
    await again.ended;
  }

  async function toldWhenTheServerIsBack(closesAt: string, root: Running): Promise<void> {
    const { dataFolder, peoplePort, agentPort } = server;
    const prefix = home.network.inside('server', []);
    server = await startServerProcess({ prefix, dataFolder, peoplePort, agentPort });
    const isTold = async () => {
      const { closing } = (await health()) ?? {};
      // What waited is told in its order: for a moment it is still noticed.
      return closing?.at === closesAt && closing.finishedAt !== null ? closing : undefined;
    };
    const { value: told, ms } = await until('what became of it', isTold, { withinMs: 120_000, everyMs: 500 });
    tell(`told ${ms} ms after the server was back: ${JSON.stringify(told)}`);
    expect(told).to.include({ state: 'done', postponed: 0, appsSignedOut: true, peopleLoggedOut: true });
    expect(Date.parse(told.finishedAt ?? '') - Date.parse(closesAt)).to.be.within(0, actingMs);

    const isLooked = async () => {
      const lookedAt = (await health())?.lookedAtClosing;
      return lookedAt !== undefined && lookedAt >= closesAt ? lookedAt : undefined;
    };
    await until('a whole look since closing', isLooked, { withinMs: 120_000, everyMs: 500 });
    const withRoot = await board();
    expect(withRoot).to.include({ phase: 'closed', closesAt, timeZone });
    expect(withRoot.items[0]?.missing).to.equal('Root is still logged in.');
    await root.stop();
    await signEverybodyOut(home.laptop);
    const isEmpty = async () => ((await answers())['people-logged-out'] === 'yes' ? true : undefined);
    await until('nobody logged in, on the board', isEmpty, { withinMs: 30_000, everyMs: 500 });
    const { photos, location } = (await home.device()).sections;
    expect(photos.at < closesAt && location.at < closesAt, 'told before closing, and as it was').to.equal(true);
    tell(JSON.stringify((await board()).items[0]?.ticks));
    expect(await answers()).to.include({
      ...{ 'apps-signed-out': 'yes', 'people-logged-out': 'yes', 'photos-in-order': 'yes' },
      ...{ 'on-site': 'yes', 'accounted-for': 'yes' },
    });
  }
});
