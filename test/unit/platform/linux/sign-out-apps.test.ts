import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect } from 'chai';
import type { Patience } from '../../../../agent/platform/browsers/sign-out/closing.ts';
import { judgeHolders, type SeenProcess } from '../../../../agent/platform/browsers/sign-out/holders.ts';
import { createSignOutApps as createSignOut } from '../../../../agent/platform/browsers/sign-out/sign-out.ts';
import { places } from '../../../../agent/platform/linux/apps.ts';
import { createBrowserProcesses, programs } from '../../../../agent/platform/linux/browser-processes.ts';
import { createSystemFiles } from '../../../../agent/platform/linux/files.ts';
import { createSignOutApps } from '../../../../agent/platform/linux/sign-out-apps.ts';
import { systemClock } from '../../../../shared/instant.ts';
import { silentLog } from '../../../../shared/log.ts';
import { defaultAppList } from '../../../../shared/policy/app-list.ts';
import { type Running, start } from '../../../support/processes.ts';
import { skipUnless } from '../../../support/skip.ts';
import { makeTempFolder } from '../../../support/temp-folder.ts';
import { makeLocalStorage } from '../browsers/browser-home.ts';

const folder = '/home/amara/.config/chromium';
const seen = (process: Partial<SeenProcess> & { pid: number }): SeenProcess => ({
  ...{ parent: 1, began: '5', program: '/usr/lib/chromium/chromium', args: ['chromium'], writes: false },
  ...process,
});
const pidsOf = (processes: SeenProcess[], family: 'chromium' | 'firefox' = 'chromium') =>
  judgeHolders(processes, folder, ({ program }) => programs[family].test(basename(program)));

describe('which processes are somebody’s browser, on Linux (DEV2)', () => {
  it('takes a browser that writes in the profile, and what it started of itself', () => {
    const found = pidsOf([
      seen({ pid: 10, writes: true }),
      seen({ pid: 11, parent: 10, args: ['chromium', '--type=zygote'] }),
      seen({ pid: 12, parent: 11, args: ['chromium', '--type=renderer'] }),
      seen({ pid: 13, parent: 10, program: '/usr/bin/evince', args: ['evince', 'x.pdf'] }),
    ]);
    expect(found.browser.map(({ pid, isMain }) => [pid, isMain])).to.deep.equal([
      [10, true],
      [11, false],
      [12, false],
    ]);
    expect(found.others).to.equal(0);
  });

  it('leaves another browser of the same name alone that holds another folder', () => {
    const found = pidsOf([seen({ pid: 10 }), seen({ pid: 11, args: ['chromium', '--user-data-dir=/elsewhere'] })]);
    expect(found).to.deep.equal({ browser: [], others: 0 });
  });

  it('takes one that was only just started for the folder, and nothing else that names it', () => {
    const args = ['chromium', `--user-data-dir=${folder}/`];
    expect(pidsOf([seen({ pid: 10, args })]).browser).to.have.length(1);
    expect(pidsOf([seen({ pid: 10, args, program: '/usr/bin/ls' })])).to.deep.equal({ browser: [], others: 0 });
  });

  it('counts what writes in the profile and is no browser, and never takes it for one', () => {
    const program = '/usr/bin/sqlite3';
    expect(pidsOf([seen({ pid: 10, program, writes: true })])).to.deep.equal({ browser: [], others: 1 });
    expect(pidsOf([seen({ pid: 10, writes: true })], 'firefox')).to.deep.equal({ browser: [], others: 1 });
  });
});

describe('signing out of apps, on Linux (DEV2)', () => {
  const kept: Running[] = [];
  const { signal } = new AbortController();
  const ownUid = process.getuid?.() ?? 0;
  const famly = defaultAppList.apps.filter(({ app }) => app === 'famly');

  before(function () {
    skipUnless(this, 'linux');
  });
  afterEach(async () => {
    for (const each of kept.splice(0)) await each.killHard();
  });

  async function createHome(change: { ownUid?: number; patience?: Patience } = {}) {
    const home = makeTempFolder();
    const profile = join(home, '.config/chromium/Default');
    await makeLocalStorage(profile, [{ origin: 'https://app.famly.co', key: 'famly.accessToken' }]);
    const signOutApps = createSignOutApps({
      ...{ clock: systemClock, log: silentLog, files: createSystemFiles(), ownUid, scratchBelow: makeTempFolder() },
      read: async () => `amara:x:${ownUid}:${ownUid}::${home}:/bin/sh\n`,
      accounts: async () => [{ home }],
      patience: { politeMs: 300, endMs: 300, stepMs: 50 },
      ...change,
    });
    const order = (people?: string[]) => signOutApps({ apps: famly, people }, signal);
    return { home, profile, order, level: join(profile, 'Local Storage/leveldb') };
  }
  const logsIn = (level: string) => readFileSync(join(level, 'CURRENT'), 'utf8');

  /** A process that has a file of the profile open for writing, run by a program of this name. */
  async function hold(profile: string, program: string): Promise<Running> {
    const file = join(profile, 'held');
    const script = `exec 9>>"$1"; echo holds; while :; do read -t 100 x <> <(:); done`;
    const running = start([program, '-c', script, 'holder', file]);
    kept.push(running);
    await running.said(/holds/);
    return running;
  }

  it('clears a profile that nobody holds', async () => {
    const { order, level } = await createHome();
    const before = logsIn(level);
    expect(await order()).to.deep.equal({ browsersClosed: 0, browsersEnded: 0, trouble: undefined });
    expect(logsIn(level)).not.to.equal(before);
  });

  it('leaves people alone who are not meant', async () => {
    const { order, level } = await createHome();
    const before = logsIn(level);
    expect(await order(['ben'])).to.deep.equal({ browsersClosed: 0, browsersEnded: 0, trouble: undefined });
    expect(logsIn(level)).to.equal(before);
  });

  it('tells of a browser that stays open because it keeps nothing of the app', async () => {
    const { home } = await createHome();
    const isOpen = { browser: [{ pid: 1, began: '1', isMain: true }], others: 0 };
    const signOutApps = createSignOut({
      ...{ clock: systemClock, log: silentLog, places, anchored: true, hasOwners: true },
      scratchBelow: makeTempFolder(),
      homes: async () => [{ person: 'amara', path: home }],
      processes: { holders: async () => isOpen, askToClose: async () => {}, end: async () => {} },
    });
    const facebook = defaultAppList.apps.filter(({ app }) => app === 'facebook');
    const none = { browsersClosed: 0, browsersEnded: 0, trouble: undefined };
    expect(await signOutApps({ apps: facebook, people: undefined }, signal)).to.deep.equal({ ...none, leftOpen: true });
    expect(await signOutApps({ apps: facebook, people: ['ben'] }, signal)).to.deep.equal(none);
  });

  it('ends nothing that is no browser, changes nothing while it holds the profile, and says so', async () => {
    const { profile, order, level } = await createHome();
    const before = logsIn(level);
    const holder = await hold(profile, '/bin/bash');
    expect(await order()).to.deep.equal({ browsersClosed: 0, browsersEnded: 0, trouble: 'browser-still-open' });
    expect(holder.isRunning()).to.equal(true);
    expect(logsIn(level)).to.equal(before);
  });

  it('needs the administrator’s rights for the browsers of others', async () => {
    const { order } = await createHome({ ownUid: 54_321 });
    expect((await order()).trouble).to.equal('cannot-look');
  });

  it('sends no signal to a process that began at another time: its number is somebody else’s now', async () => {
    const running = start(['sleep', '100']);
    kept.push(running);
    const sent: number[] = [];
    const processes = createBrowserProcesses({ files: createSystemFiles(), ownUid, kill: (pid) => sent.push(pid) });
    await processes.end([{ pid: running.pid, began: '1', isMain: true }]);
    expect(sent).to.deep.equal([]);
  });

  it('says that a browser is still open that was opened again before it is done', async () => {
    const { home, level } = await createHome();
    const before = logsIn(level);
    let looks = 0;
    const signOutApps = createSignOut({
      ...{ clock: systemClock, log: silentLog, places, anchored: true, hasOwners: true },
      scratchBelow: makeTempFolder(),
      homes: async () => [{ person: 'amara', path: home }],
      processes: {
        async holders() {
          looks += 1;
          return { browser: looks === 1 ? [] : [{ pid: 1, began: '1', isMain: true }], others: 0 };
        },
        askToClose: async () => {},
        end: async () => {},
      },
    });
    expect((await signOutApps({ apps: famly, people: undefined }, signal)).trouble).to.equal('browser-still-open');
    expect(logsIn(level), 'it was cleared between the two').not.to.equal(before);
  });
});
