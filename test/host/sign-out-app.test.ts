import { spawnSync } from 'node:child_process';
import { chownSync, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Outcome } from '../../agent/command/executor.ts';
import { createSignOutAppExecutor } from '../../agent/command/sign-out-app.ts';
import { createAppsProbe } from '../../agent/platform/linux/apps.ts';
import { createSystemFiles } from '../../agent/platform/linux/files.ts';
import { createSignOutApps } from '../../agent/platform/linux/sign-out-apps.ts';
import { commandKinds, type EvidenceOf, proves } from '../../shared/command/kinds.ts';
import { systemClock } from '../../shared/instant.ts';
import { silentLog } from '../../shared/log.ts';
import { defaultAppList, type ListedApp } from '../../shared/policy/app-list.ts';
import { defaultDeviceSettings } from '../../shared/policy/device-settings.ts';
import { until } from '../support/processes.ts';
import { type RealBrowser, startChromium, startFirefox } from '../support/real-browsers.ts';
import { skipUnless } from '../support/skip.ts';
import { type Kept, otherHost, type StandInApp, startStandInApp } from '../support/stand-in-app.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

/** Famly as it is, and the same hosts by a cookie that lasts, and by one that does not: all must be signed out. */
const byCookie = (app: string, cookie: string): ListedApp => ({
  ...{ app, name: app, kind: 'nursery', localStorage: [], packages: [] },
  hosts: ['app.famly.co'],
  cookies: [cookie],
});
const cookies = [byCookie('lasting', 'lasting_one'), byCookie('session', 'session_one')];
const settings = { ...defaultDeviceSettings, apps: { version: 1, apps: [...defaultAppList.apps, ...cookies] } };
const { signal } = new AbortController();

/** Homes of some people, and the order as the agent carries it out there. */
function createPeople(people: Readonly<Record<string, number>>) {
  const homes = new Map(Object.entries(people).map(([person, uid]) => [person, { home: makeTempFolder(), uid }]));
  for (const { home, uid } of homes.values()) chownSync(home, uid, uid);
  const scratchBelow = makeTempFolder();
  const source = {
    clock: systemClock,
    read: async () =>
      [...homes].map(([person, { home, uid }]) => `${person}:x:${uid}:${uid}::${home}:/bin/sh\n`).join(''),
    accounts: async () => [...homes.values()].map(({ home }) => ({ home })),
    scratchBelow,
  };
  const probe = createAppsProbe({ ...source, settings: () => settings });
  const signOutApps = createSignOutApps({
    ...{ ...source, log: silentLog, files: createSystemFiles(), ownUid: process.getuid?.() },
    patience: { politeMs: 4_000, endMs: 3_000, stepMs: 100 },
  });
  const executor = createSignOutAppExecutor({
    ...{ apps: (asking: AbortSignal) => probe(asking), signOutApps, settings: () => settings, reportApps: () => {} },
  });
  return {
    scratchBelow,
    at: (person: string, ...path: string[]) => join(homes.get(person)?.home ?? '', ...path),
    uid: (person: string) => homes.get(person)?.uid ?? 0,
    async order(person: string) {
      const task = await executor.prepare({ apps: ['famly', 'lasting', 'session'], people: [person] }, signal);
      if ('outcome' in task) return task.outcome;
      await task.act();
      return task.conclude(signal);
    },
    async untilSignedIn(person: string, app = 'famly') {
      await until(
        `${person} to be signed in on the disk`,
        async () => {
          const reading = await probe(signal);
          if (reading.state !== 'known') return undefined;
          return reading.value.signIns.some((each) => each.person === person && each.app === app) ? true : undefined;
        },
        { withinMs: 25_000, everyMs: 500 },
      );
    },
  };
}

/** Files below a folder that hold a text, in one byte a letter or in two. */
function filesWith(folder: string, text: string): string[] {
  const wide = [...text].map((letter) => `${letter}\\x00`).join('');
  const found = spawnSync('grep', ['-raPl', `${text}|${wide}`, folder]);
  return found.stdout.toString().split('\n').filter(Boolean);
}

/** What was seen in one person's browser, for the tests to judge. */
interface Seen {
  outcome: Outcome;
  runsAfter: boolean;
  /** Files that hold what signs somebody in, before and after. */
  before: string[];
  after: string[];
  /** What a page of each site finds at the browser's next start. */
  kept: Kept[];
}

type People = ReturnType<typeof createPeople>;
const seen = new Map<string, Seen>();

/** Carries the order out, then starts the browser again and asks both sites what is left. */
async function note(
  name: string,
  { people, person, folder }: { people: People; person: string; folder: string },
  browser: RealBrowser,
  begin: () => Promise<RealBrowser>,
): Promise<RealBrowser> {
  const before = filesWith(folder, 'CANARY-');
  const outcome = await people.order(person);
  const [runsAfter, after] = [browser.isRunning(), filesWith(folder, 'CANARY-')];
  const next = await begin();
  seen.set(name, { outcome, runsAfter, before, after, kept: await next.kept() });
  return next;
}

async function chromiumDays(app: StandInApp): Promise<void> {
  const people = createPeople({ amara: 0, ben: 1001 });
  const folderOf = (person: string) => people.at(person, '.config/chromium');
  const begin = async (person: string, profile = 'Default') => {
    const elsewhere = people.at(person, `elsewhere ${profile}`);
    for (const folder of [people.at(person, '.config'), folderOf(person), elsewhere]) {
      mkdirSync(folder, { recursive: true });
      chownSync(folder, people.uid(person), people.uid(person));
    }
    const args = [`--profile-directory=${profile}`];
    return startChromium(app, folderOf(person), elsewhere, { uid: people.uid(person), args });
  };
  const filled = async (person: string, profile?: string) => {
    const browser = await begin(person, profile);
    await browser.open('fill');
    return browser;
  };
  const amara = { people, person: 'amara', folder: folderOf('amara') };
  await (await filled('amara')).close();
  await (await filled('amara', 'Profile 1')).close();
  const bens = await filled('ben');
  await people.untilSignedIn('ben');
  const open = await begin('amara', 'Profile 1');
  const next = await note('chromium, open', amara, open, () => begin('amara', 'Profile 1'));
  await next.close();
  bystander.push(bens.isRunning());
  const first = await begin('amara');
  seen.set('chromium, its other profile', { ...must(seen.get('chromium, open')), kept: await first.kept() });
  await first.close();

  const ben = { people, person: 'ben', folder: folderOf('ben') };
  await bens.killHard();
  const again = await note('chromium, killed', ben, bens, () => begin('ben'));
  owners.push(...ownersBelow(ben.folder));
  await again.open('fill');
  await again.close();
  const third = await note('chromium, closed', ben, again, () => begin('ben'));
  await third.open('fill');
  await people.untilSignedIn('ben');
  process.kill(third.pid, 'SIGSTOP');
  await (await note('chromium, hanging', ben, third, () => begin('ben'))).close();
  left.push(...readdirSync(people.scratchBelow));
}

async function firefoxDays(app: StandInApp): Promise<void> {
  const people = createPeople({ amara: 0, chloe: 0, ben: 1001 });
  const folderOf = (person: string) => people.at(person, '.mozilla/firefox/ab12.default-esr');
  const begin = (person: string) => {
    const way = ['.mozilla', '.mozilla/firefox', '.mozilla/firefox/ab12.default-esr', 'elsewhere'];
    for (const folder of way.map((each) => people.at(person, each))) {
      mkdirSync(folder, { recursive: true });
      chownSync(folder, people.uid(person), people.uid(person));
    }
    return startFirefox(app, folderOf(person), people.at(person, 'elsewhere'), { uid: people.uid(person) });
  };
  const amara = { people, person: 'amara', folder: folderOf('amara') };
  const open = await begin('amara');
  await open.open('fill');
  await people.untilSignedIn('amara', 'lasting');
  await (await note('firefox, open', amara, open, () => begin('amara'))).close();

  const chloe = { people, person: 'chloe', folder: folderOf('chloe') };
  const closed = await begin('chloe');
  await closed.open('fill');
  await closed.close();
  await (await note('firefox, closed', chloe, closed, () => begin('chloe'))).close();

  const ben = { people, person: 'ben', folder: folderOf('ben') };
  const bens = await begin('ben');
  await bens.open('fill');
  await people.untilSignedIn('ben', 'session');
  await bens.killHard();
  const again = await note('firefox, killed', ben, bens, () => begin('ben'));
  await again.close();
  owners.push(...ownersBelow(ben.folder));
  left.push(...readdirSync(people.scratchBelow));
}

/** Whether somebody else's browser still ran; to whom ben's files belonged afterwards; copies that were left behind. */
const bystander: boolean[] = [];
const owners: number[] = [];
const left: string[] = [];

function ownersBelow(folder: string): number[] {
  const names = readdirSync(folder, { recursive: true }).map(String);
  // The browser runs again, and makes and removes files of its own.
  const found = names.map((name) => lstatSync(join(folder, name), { throwIfNoEntry: false }));
  return [...new Set(found.flatMap((each) => (each === undefined ? [] : [each.uid])))];
}

function must<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('it was never seen');
  return value;
}

describe('signing people out of an app in real browsers (DEV2, DEV13)', function () {
  this.timeout(240_000);
  const servers: StandInApp[] = [];

  before(async function () {
    skipUnless(this, 'linux', 'root', 'netns', 'ip', 'openssl', 'chromium', 'firefox-esr');
    for (const name of ['c', 'd']) servers.push(await startStandInApp(name));
    // Side by side: both mostly wait for their browser.
    await Promise.all([chromiumDays(must(servers[0])), firefoxDays(must(servers[1]))]);
  });
  after(async () => {
    for (const server of servers) await server.close();
  });

  const evidenceOf = (name: string): EvidenceOf<'sign-out-app'> => {
    const { outcome } = must(seen.get(name));
    const found = 'evidence' in outcome ? outcome.evidence : undefined;
    return commandKinds['sign-out-app'].evidence.parse(found);
  };
  const days = [
    { name: 'chromium, open', closed: 1, ended: 0 },
    { name: 'chromium, its other profile', closed: 1, ended: 0 },
    { name: 'chromium, killed', closed: 0, ended: 0 },
    { name: 'chromium, closed', closed: 0, ended: 0 },
    { name: 'chromium, hanging', closed: 0, ended: 1 },
    { name: 'firefox, open', closed: 1, ended: 0 },
    { name: 'firefox, closed', closed: 0, ended: 0 },
    { name: 'firefox, killed', closed: 0, ended: 0 },
  ];
  for (const { name, closed, ended } of days) {
    it(`is verified by looking again: ${name}`, () => {
      const { outcome, runsAfter } = must(seen.get(name));
      expect(outcome.to).to.equal('verified');
      expect(runsAfter).to.equal(false);
      const evidence = evidenceOf(name);
      expect(proves('sign-out-app', evidence)).to.equal(true);
      expect(evidence.appsBefore[0]).to.deep.include({ app: 'famly', answer: 'signed-in' });
      expect(evidence).to.deep.include({ browsersClosed: closed, browsersEnded: ended });
    });

    it(`leaves the app nothing at the browser’s next start, and the other site what it kept: ${name}`, () => {
      const { kept } = must(seen.get(name));
      expect(kept.find(({ host }) => host === 'app.famly.co')).to.deep.include({ cookies: [], storages: [] });
      const other = kept.find(({ host }) => host === otherHost);
      expect(other?.storages).to.include.members(['local', 'database', 'cache']);
    });

    it(`leaves no word of a sign-in in any file of the browser: ${name}`, () => {
      const { before, after } = must(seen.get(name));
      expect(before).not.to.deep.equal([]);
      expect(after).to.deep.equal([]);
    });
  }

  it('leaves the other site its cookies, also those that a killed Firefox goes on from', () => {
    const cookies = (name: string) => must(seen.get(name)).kept.find(({ host }) => host === otherHost)?.cookies;
    for (const name of ['chromium, open', 'chromium, its other profile', 'chromium, closed', 'firefox, closed']) {
      expect(cookies(name), name).to.include('lasting_one');
    }
    expect(cookies('firefox, killed')).to.deep.equal(['lasting_one', 'session_one']);
  });

  it('counts both profiles of a person, and leaves the browser of somebody who is not concerned open', () => {
    expect(evidenceOf('chromium, open').appsBefore[0]?.profiles).to.equal(2);
    expect(bystander).to.deep.equal([true]);
  });

  it('leaves every file to its owner, and no copy behind', () => {
    expect([...new Set(owners)]).to.deep.equal([1001]);
    expect(left).to.deep.equal([]);
  });
});
