import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { policyViewSchema } from '../../shared/api/policy.ts';
import { changePolicyOver } from '../support/change-policy.ts';
import type { Running } from '../support/processes.ts';
import { createRest } from '../support/rest.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { skipUnless } from '../support/skip.ts';
import { accessibilityFaults, aTablet, enrolSimulated, openBrowser, openPage, signIn } from './browser-rig.ts';
import { startAcorns } from './setting-people.ts';

describe('the rules of a setting, in a real browser', function () {
  this.timeout(90_000);
  let server: ServerProcess;
  let browser: Browser;
  let page: Page;
  let faults: string[];
  let agent: Running | undefined;

  before(async function () {
    skipUnless(this, 'chromium');
    server = await startAcorns();
    browser = await openBrowser();
    ({ page, faults } = await openPage(browser, { viewport: { width: 1280, height: 900 } }));
    page.setDefaultTimeout(15_000);
    await signIn(page, server.url);
  });
  after(async () => {
    await browser?.close();
    await agent?.stop();
    await server?.stop();
  });

  const openRules = async () => {
    await page.getByRole('link', { name: 'Rules' }).click();
    await page.getByRole('heading', { level: 1, name: 'Rules' }).waitFor();
    await page.getByRole('heading', { name: 'What you ask of your devices' }).waitFor();
  };

  it('shows an administrator every switch, without a serious fault of accessibility', async () => {
    await openRules();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor();
      await page.waitForTimeout(150);
      expect(await accessibilityFaults(page), colorScheme).to.deep.equal([]);
    }
    expect(
      await page.getByRole('button', { name: 'See what this changes' }).isEnabled(),
      'nothing is changed',
    ).to.equal(false);
    for (const title of ['Opening hours', 'At closing time', 'Away from the setting', 'When something cannot be told'])
      expect(await page.getByRole('group', { name: title }).count(), title).to.equal(1);
  });

  it('fits a telephone: nothing is wider than 390 pixels', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).to.be.at.most(390);
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it('judges a device anew once a limit is saved (DEV3)', async () => {
    await page.getByRole('link', { name: 'Devices' }).click();
    await page.getByRole('button', { name: 'Add a device' }).click();
    const dialogue = page.getByRole('dialog', { name: 'Add a device' });
    await dialogue.getByLabel('What you call it').fill('Tablet 3');
    await dialogue.getByRole('button', { name: 'Make its link' }).click();
    const command = await dialogue.locator('code').first().innerText();
    const link = /^npx hometime-agent enrol "(\S+)"$/.exec(command)?.[1] ?? '';
    await dialogue.getByRole('button', { name: 'Close' }).last().click();
    agent = (await enrolSimulated(link, aTablet('amara', new Date().toISOString()))).run();
    const row = page.getByRole('row', { name: /Tablet 3/ });
    await row.getByText('12 photos and 1 video').waitFor();
    await row.getByRole('link', { name: 'Tablet 3' }).click();
    await page.getByRole('heading', { level: 1, name: 'Tablet 3' }).waitFor();
    const over = page.getByText(/13 photos and videos.*/).filter({ hasText: /limit|most|allow|rule|more than/i });
    expect(await over.count()).to.equal(0);
    await openRules();
    await page.getByLabel('Most photos and videos on a tablet').fill('5');
    await page.getByLabel('Most photos and videos on a laptop').fill('5');
    await page.getByRole('button', { name: 'See what this changes' }).click();
    const change = page.getByRole('dialog', { name: 'What this changes' });
    await change.getByText('Most photos and videos on a tablet: 5 (before: 100)').waitFor();
    await change.getByText('More photos than the setting allows').waitFor();
    await change.getByText('Tablet 3').first().waitFor();
    expect(await accessibilityFaults(page)).to.deep.equal([]);
    await change.getByRole('button', { name: 'Save these rules' }).click();
    await change.getByText('Write a few words').waitFor();
    await change.getByLabel('Why you change it').fill('Agreed at the staff meeting');
    await change.getByRole('button', { name: 'Save these rules' }).click();
    await page.getByText('Saved. Every device is judged again.').waitFor();
    await page.getByText('“Agreed at the staff meeting”').waitFor();
    await page.getByRole('link', { name: 'Devices' }).click();
    await page
      .getByRole('row', { name: /Tablet 3/ })
      .getByRole('link', { name: 'Tablet 3' })
      .click();
    await over.first().waitFor();
    expect(faults).to.deep.equal([]);
  });

  it('keeps what somebody else changed meanwhile, and shows it before anything is saved (INC1)', async () => {
    await openRules();
    const rest = createRest(server.url, await server.token());
    await changePolicyOver(rest, { silentAfterHours: 50 });
    await page.getByLabel('Most photos and videos on a tablet').fill('7');
    await page.getByRole('button', { name: 'See what this changes' }).click();
    const change = page.getByRole('dialog', { name: 'What this changes' });
    await change.getByText(/changed the rules while you were at it/).waitFor();
    await change.getByText('Hours a device may be silent: 50 (before: 72)').waitFor();
    await change.getByLabel('Why you change it').fill('Two more for the display');
    await changePolicyOver(rest, { silentAfterHours: 60 });
    await change.getByRole('button', { name: 'Save these rules' }).click();
    await change.getByText('It was not saved').waitFor();
    await change.getByRole('button', { name: 'Take that in, and look again' }).click();
    await change.getByText('Hours a device may be silent: 60 (before: 72)').waitFor();
    await change.getByRole('button', { name: 'Save these rules' }).click();
    await change.waitFor({ state: 'hidden' });
    const { policy } = policyViewSchema.parse((await rest.get('/policy')).body);
    expect(policy).to.deep.include({ silentAfterHours: 60, photoLimit: { tablet: 7, laptop: 5 } });
    expect(faults).to.deep.equal([]);
  });

  it('sets opening hours with two clicks, and says in words what they change', async () => {
    await openRules();
    await page.getByRole('button', { name: 'Monday to Friday, 08:00 to 18:00' }).click();
    await page.getByLabel('Every device tidies up by itself at closing time').check();
    await page.getByRole('button', { name: 'See what this changes' }).click();
    const change = page.getByRole('dialog', { name: 'What this changes' });
    await change.getByText('Open on Friday: 08:00 to 18:00 (before: closed)').waitFor();
    await change.getByRole('button', { name: 'Not now' }).click();
    await change.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Nothing is changed.').waitFor();
    expect(faults).to.deep.equal([]);
  });
});
