import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { type DeviceFile, writeDevice } from '../../agent/platform/simulated/device-file.ts';
import { offsetsOf } from '../../server/calendar/time-zone.ts';
import { weekdayOf } from '../../shared/calendar/days.ts';
import { localDateTime } from '../../shared/calendar/local-time.ts';
import { instant } from '../../shared/instant.ts';
import { defaultPolicy } from '../../shared/policy/document.ts';
import { changePolicyOver } from '../support/change-policy.ts';
import type { Running } from '../support/processes.ts';
import { createRest } from '../support/rest.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { skipUnless } from '../support/skip.ts';
import { aTablet, enrolSimulated, expectNarrow, expectSound, openBrowser, openPage, signIn } from './browser-rig.ts';
import { startAcorns } from './setting-people.ts';

const gateway = '02:00:00:00:00:01';

/** Open until a minute ago: what agents that start now look at was looked at since. */
function closedAMinuteAgo() {
  const then = instant(Date.now() - 61_000);
  const { date, time } = localDateTime(then, offsetsOf('Europe/London', Number(then.slice(0, 4))));
  const row = { day: weekdayOf(date), opens: '00:00', closes: time === '00:00' ? '00:01' : time };
  return { ...defaultPolicy.opening, week: [row], bankHolidays: 'none' as const };
}

/** A tablet that is put away as it should be. */
function aTidyTablet(): DeviceFile {
  const used = aTablet('amara', instant(Date.now()));
  if (used.apps === undefined || !('value' in used.apps)) throw new Error('the rig says which apps are signed in');
  const apps = used.apps.value.apps.map(({ app }) => ({ app, answer: 'signed-out' as const }));
  return {
    ...used,
    apps: { value: { ...used.apps.value, apps, signIns: [] } },
    sessions: { value: { sessions: [] } },
    photos: { value: { places: [], atLeast: { photos: 0, videos: 0, bytes: 0, oldest: null }, complete: true } },
    system: {
      value: {
        model: 'Tab M10',
        os: { name: 'Debian', version: '12' },
        bootedAt: instant(Date.now() - 3_600_000),
        disk: null,
        battery: { percent: 70, charging: true },
      },
    },
  };
}

describe('the board at closing time, in a real browser', function () {
  this.timeout(120_000);
  let server: ServerProcess;
  let browser: Browser;
  let page: Page;
  let faults: string[];
  let folder: string;
  const agents: Running[] = [];

  before(async function () {
    skipUnless(this, 'chromium');
    server = await startAcorns();
    const rest = createRest(server.url, await server.token());
    const networks = [{ gatewayHardwareAddress: gateway, label: 'Nursery' }];
    await changePolicyOver(rest, { networks, opening: closedAMinuteAgo() });
    const tidy = aTidyTablet();
    const used = { ...tidy, sessions: aTablet('ben', instant(Date.now())).sessions };
    for (const [called, device] of [
      ['Tablet 1', tidy],
      ['Tablet 2', used],
    ] as const) {
      const enrolled = await enrolSimulated(await server.enrolLink(called, ['--kind', 'tablet']), device);
      folder = enrolled.folder;
      agents.push(enrolled.run());
    }
    browser = await openBrowser();
    ({ page, faults } = await openPage(browser, { viewport: { width: 1280, height: 900 } }));
    page.setDefaultTimeout(20_000);
    await signIn(page, server.url);
    await page.getByRole('link', { name: 'Hometime', exact: true }).click();
  });
  after(async () => {
    await browser?.close();
    for (const agent of agents) await agent.stop();
    await server?.stop();
  });

  it('names what is missing and where, and calls done only what was looked at since closing (DEV2, DEV6)', async () => {
    await page.getByText('1 of 2 devices is not done yet').waitFor();
    await page.getByText('Somebody is still logged in: Tablet 2.').waitFor();
    const missing = page.getByRole('region', { name: 'Not done yet' });
    await missing.getByText('Ben is still logged in.').waitFor();
    const done = page.getByRole('region', { name: 'Accounted for' });
    expect(await done.getByText('Yes').count()).to.equal(6);
    expect(await page.getByText(/are accounted for/).count()).to.equal(0);
  });

  it('has no serious fault of accessibility, in light and in dark, and fits a telephone', async () => {
    await expectSound(page);
    await expectNarrow(page);
  });

  it('says that everything is accounted for once it is, by itself', async () => {
    await writeDevice(folder, aTidyTablet());
    await page.getByText('All 2 devices are accounted for').waitFor({ timeout: 60_000 });
    expect(await page.getByText('is not done yet').count()).to.equal(0);
    expect(faults).to.deep.equal([]);
  });

  it('says of a device that was switched off since that its ticks are as last heard (DEV6)', async () => {
    const done = page.getByRole('region', { name: 'Accounted for' });
    expect(await done.getByText(/as last heard/).count()).to.equal(0);
    await agents[0]?.stop();
    await done.getByText(/as last heard/).waitFor({ timeout: 60_000 });
    expect(await done.getByText(/as last heard/).count()).to.equal(1);
  });
});
