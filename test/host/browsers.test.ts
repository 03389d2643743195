import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { createAppsProbe } from '../../agent/platform/linux/apps.ts';
import { systemClock } from '../../shared/instant.ts';
import { defaultAppList, type ListedApp } from '../../shared/policy/app-list.ts';
import { defaultDeviceSettings } from '../../shared/policy/device-settings.ts';
import type { AppAnswer, Apps } from '../../shared/report/apps.ts';
import { until } from '../support/processes.ts';
import { type RealBrowser, startChromium, startFirefox } from '../support/real-browsers.ts';
import { skipUnless } from '../support/skip.ts';
import { type StandInApp, startStandInApp } from '../support/stand-in-app.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

const byCookie = (app: string, cookie: string): ListedApp => ({
  ...{ app, name: app, kind: 'nursery', localStorage: [], packages: [] },
  hosts: ['app.famly.co'],
  cookies: [cookie],
});

/** Famly as it is (its session lies in local storage), and as if it went by a cookie that lasts, or by one that does not. */
const apps = [...defaultAppList.apps, byCookie('lasting', 'lasting_one'), byCookie('session', 'session_one')];

/** What was said at one moment of a browser's days, for the tests to judge. */
interface Moment {
  answers: Record<string, AppAnswer | undefined>;
  unread: Apps['unread'];
  /** The cookies that the browser itself sent then. */
  sent?: string[];
}

/** One person's home, and what the probe says of it. */
function createHome() {
  const home = makeTempFolder();
  const scratch = makeTempFolder();
  const said: string[] = [];
  const probe = createAppsProbe({
    clock: systemClock,
    settings: () => ({ ...defaultDeviceSettings, apps: { version: 1, apps } }),
    read: async () => `amara:x:1000:1000::${home}:/bin/sh\n`,
    accounts: async () => [{ home }],
    scratchBelow: scratch,
  });
  const seen: Record<string, Moment> = {};
  async function look() {
    const reading = await probe(new AbortController().signal);
    said.push(JSON.stringify(reading));
    if (reading.state !== 'known') throw new Error(`unknown: ${reading.reason}`);
    return reading.value;
  }
  /** Looks until the app is answered so, or the time is over; keeps what was seen last. */
  async function note(moment: string, wanted: { app: string; answer: AppAnswer; withinMs: number }, sent?: string[]) {
    let last: Apps | undefined;
    const right = async () => {
      last = await look();
      return last.apps.find(({ app }) => app === wanted.app)?.answer === wanted.answer ? true : undefined;
    };
    await until(moment, right, { withinMs: wanted.withinMs, everyMs: 500 }).catch(() => {});
    const answers = Object.fromEntries((last?.apps ?? []).map(({ app, answer }) => [app, answer]));
    seen[moment] = { answers, unread: last?.unread ?? [], ...(sent && { sent }) };
  }
  return { home, scratch, seen, said, note };
}

type Home = ReturnType<typeof createHome>;

async function chromiumDays({ home, note }: Home, app: StandInApp): Promise<void> {
  const folder = join(home, '.config/chromium');
  mkdirSync(folder, { recursive: true });
  const begin = () => startChromium(app, folder, join(home, 'elsewhere'));
  const famly = (answer: AppAnswer, withinMs: number) => ({ app: 'famly', answer, withinMs });
  let browser = await begin();
  await browser.open('in');
  await note('open', famly('signed-in', 15_000));
  // Cookies are written up to 30 seconds late.
  await note('open for long', { app: 'session', answer: 'signed-in', withinMs: 45_000 });
  await browser.killHard();
  await note('killed', famly('signed-in', 0));
  browser = await begin();
  const sent = await browser.open('see');
  await note('open again', famly('signed-in', 5_000), sent);
  await browser.close();
  await note('closed', famly('signed-in', 0));
  browser = await begin();
  await note('open after a close', famly('signed-in', 0), await browser.open('see'));
  await browser.open('out');
  await note('signed out', famly('signed-out', 15_000));
  await browser.close();
  await note('signed out and closed', famly('signed-out', 0));
}

async function firefoxDays({ home, note }: Home, app: StandInApp): Promise<void> {
  const profile = join(home, '.mozilla/firefox/ab12.default-esr');
  const begin = (): Promise<RealBrowser> => startFirefox(app, profile, join(home, 'elsewhere'));
  const famly = (answer: AppAnswer, withinMs: number) => ({ app: 'famly', answer, withinMs });
  let browser = await begin();
  await browser.open('in');
  await note('open', famly('signed-in', 20_000));
  await note('open for long', { app: 'session', answer: 'signed-in', withinMs: 25_000 });
  await browser.killHard();
  await note('killed', famly('signed-in', 0));
  browser = await begin();
  await note('open again', famly('signed-in', 5_000), await browser.open('see'));
  await browser.close();
  await note('closed', famly('signed-in', 0));
  browser = await begin();
  await browser.open('out');
  await note('signed out', famly('signed-out', 20_000));
  await browser.close();
  await note('signed out and closed', famly('signed-out', 0));
}

describe('signed-in apps of real browsers (DEV2, DEV13)', function () {
  this.timeout(120_000);
  const homes = { chromium: createHome(), firefox: createHome() };
  const servers: StandInApp[] = [];

  before(async function () {
    skipUnless(this, 'linux', 'root', 'netns', 'ip', 'openssl', 'chromium', 'firefox-esr');
    for (const name of ['a', 'b']) servers.push(await startStandInApp(name));
    const [one, other] = servers;
    if (one === undefined || other === undefined) throw new Error('no app');
    // Side by side: both mostly wait for their browser to write.
    await Promise.all([chromiumDays(homes.chromium, one), firefoxDays(homes.firefox, other)]);
  });
  after(async () => {
    for (const server of servers) await server.close();
  });

  const answerAt = (browser: keyof typeof homes, moment: string, app = 'famly') =>
    homes[browser].seen[moment]?.answers[app] ?? 'not seen';

  for (const browser of ['chromium', 'firefox'] as const) {
    const days: [string, AppAnswer][] = [
      ['open', 'signed-in'],
      ['killed', 'signed-in'],
      ['open again', 'signed-in'],
      ['closed', 'signed-in'],
      ['signed out', 'signed-out'],
      ['signed out and closed', 'signed-out'],
    ];
    for (const [moment, answer] of days) {
      it(`says that Famly is ${answer} in a real ${browser}: ${moment}`, () => {
        expect(answerAt(browser, moment)).to.equal(answer);
      });
    }

    it(`finds a cookie that lasts in a real ${browser}, open, killed and closed, and misses it once it was taken back`, () => {
      for (const moment of ['open for long', 'killed', 'closed']) {
        expect(answerAt(browser, moment, 'lasting'), moment).to.equal('signed-in');
      }
      expect(answerAt(browser, 'signed out and closed', 'lasting')).to.equal('signed-out');
    });

    it(`takes a cookie that ends with the browser for alive while a real ${browser} is open, and after it was killed`, () => {
      for (const moment of ['open for long', 'killed', 'open again']) {
        expect(answerAt(browser, moment, 'session'), moment).to.equal('signed-in');
      }
      // And it is: the browser sends it again after it was killed.
      expect(homes[browser].seen['open again']?.sent).to.include('session_one');
      expect(answerAt(browser, 'signed out and closed', 'session')).to.equal('signed-out');
    });

    it(`reads every store of a real ${browser}, also while it is open, and tells of no app that it never met`, () => {
      expect(Object.values(homes[browser].seen)).to.have.length.above(6);
      for (const [moment, { unread, answers }] of Object.entries(homes[browser].seen)) {
        expect(unread, moment).to.deep.equal([]);
        expect([answers.tapestry, answers.facebook], moment).to.deep.equal(['signed-out', 'signed-out']);
      }
    });

    it(`says nothing of what a real ${browser} keeps, and leaves no copy of it`, () => {
      for (const secret of ['CANARY', 'accessToken', 'session_one', 'famly.co', '.default', homes[browser].home]) {
        expect(homes[browser].said.join('\n')).not.to.include(secret);
      }
      expect(readdirSync(homes[browser].scratch)).to.deep.equal([]);
    });
  }

  it('takes a cookie that ends with the browser for gone once Chromium was closed, and it is', () => {
    expect(answerAt('chromium', 'closed', 'session')).to.equal('signed-out');
    expect(homes.chromium.seen['open after a close']?.sent).to.deep.equal(['lasting_one']);
  });

  it('says possible of one in a closed Firefox: whoever opens it can ask for the last session', () => {
    expect(answerAt('firefox', 'closed', 'session')).to.equal('possible');
  });
});
