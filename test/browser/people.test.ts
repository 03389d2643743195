import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import type { Running } from '../support/processes.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { skipUnless } from '../support/skip.ts';
import {
  aTablet,
  confirmIfAsked,
  enrolSimulated,
  expectNarrow,
  expectSound,
  openBrowser,
  openPage,
  signIn,
} from './browser-rig.ts';
import { startAcorns } from './setting-people.ts';

describe('people and their roles, in a real browser', function () {
  this.timeout(120_000);
  let server: ServerProcess;
  let browser: Browser;
  let page: Page;
  let faults: string[];
  let agent: Running;

  before(async function () {
    skipUnless(this, 'chromium');
    server = await startAcorns();
    const tablet = await enrolSimulated(await server.enrolLink('Tablet 1'), aTablet('amara', new Date().toISOString()));
    agent = tablet.run();
    browser = await openBrowser();
    ({ page, faults } = await openPage(browser, { viewport: { width: 1280, height: 900 } }));
    page.setDefaultTimeout(20_000);
    await signIn(page, server.url);
    await page.getByRole('link', { name: 'People' }).click();
  });
  after(async () => {
    await browser?.close();
    await agent?.stop();
    await server?.stop();
  });

  /** Invites through the form; the link as it is shown, once. */
  const invite = async (email: string, role: string, days?: string): Promise<string> => {
    await page.getByRole('button', { name: 'Invite somebody' }).click();
    const dialogue = page.getByRole('dialog', { name: 'Invite somebody' });
    await dialogue.getByLabel('Their e-mail').fill(email);
    await dialogue.getByLabel('Role').selectOption(role);
    if (days !== undefined) await dialogue.getByLabel('Ends after so many days').fill(days);
    await dialogue.getByRole('button', { name: 'Make the link' }).click();
    const shown = dialogue.locator('code');
    await confirmIfAsked(page, shown);
    const link = await shown.innerText();
    await dialogue.getByText('Shown only once').waitFor();
    await expectSound(page);
    await dialogue.getByRole('button', { name: 'Close' }).last().click();
    await dialogue.waitFor({ state: 'hidden' });
    return link;
  };
  /** Follows a link as the invited person does, in a browser of their own. */
  const join = async (link: string, name: string): Promise<Page> => {
    const other = await openPage(browser, { viewport: { width: 1280, height: 900 } });
    other.page.setDefaultTimeout(20_000);
    await other.page.goto(link);
    await other.page.getByLabel('Your name').waitFor();
    expect(other.page.url()).to.equal(`${server.url}/invitation`);
    await expectSound(other.page);
    await other.page.getByLabel('Your name').fill(name);
    await other.page.getByLabel('New password', { exact: true }).fill('nine paper lanterns');
    await other.page.getByLabel('New password again').fill('nine paper lanterns');
    await other.page.getByRole('button', { name: /^Join/ }).click();
    await other.page.getByRole('navigation', { name: 'Pages' }).waitFor();
    return other.page;
  };
  const pagesOf = (of: Page) => of.getByRole('navigation', { name: 'Pages' }).getByRole('link').allInnerTexts();

  it('invites by a link that is shown once and works once; staff see how devices stand and no more', async () => {
    const link = await invite('sam@acorns.example', 'staff');
    const staff = await join(link, 'Sam Roe');
    expect(await pagesOf(staff)).to.deep.equal(['Devices', 'Hometime', 'My reports', 'Rules', 'Notices']);
    await staff.getByRole('link', { name: 'Tablet 1' }).click();
    await staff.getByRole('heading', { level: 1, name: 'Tablet 1' }).waitFor();
    for (const name of ['Log out', 'More orders', 'Edit'])
      expect(await staff.getByRole('button', { name }).count(), name).to.equal(0);
    expect(await staff.getByRole('heading', { name: 'Orders' }).count()).to.equal(0);
    await staff.goto(`${server.url}/people`);
    await staff.getByRole('heading', { name: 'Page not found' }).waitFor();
    await staff.context().close();
    const late = await openPage(browser);
    await late.page.goto(link);
    await late.page.getByText('This link cannot be used').waitFor();
    await late.page.context().close();
    await page.reload();
    await page.getByText('Sam Roe').waitFor();
    await expectSound(page);
    await expectNarrow(page);
  });

  it('asks for an end of a committee member’s role, and offers a manager the harmless orders alone', async () => {
    await page.getByRole('button', { name: 'Invite somebody' }).click();
    const dialogue = page.getByRole('dialog', { name: 'Invite somebody' });
    await dialogue.getByLabel('Their e-mail').fill('ida@council.example');
    await dialogue.getByLabel('Role').selectOption('committee');
    await dialogue.getByRole('button', { name: 'Make the link' }).click();
    await dialogue.getByText('Write for how many days, 90 at most').waitFor();
    await dialogue.getByRole('button', { name: 'Cancel' }).click();
    await dialogue.waitFor({ state: 'hidden' });

    const manager = await join(await invite('mia@acorns.example', 'manager'), 'Mia Lund');
    await manager.getByRole('link', { name: 'Tablet 1' }).click();
    await manager.getByRole('button', { name: 'Send a message' }).waitFor();
    expect(await manager.getByRole('button', { name: 'Log out' }).count()).to.equal(0);
    await manager.getByRole('button', { name: 'More orders' }).click();
    expect(await manager.getByRole('menuitem').allInnerTexts()).to.deep.equal(['Release…', 'Release by telephone…']);
    await manager.context().close();
  });

  it('holds a device for the safeguarding lead: an administrator is told why nothing may be deleted', async () => {
    const lead = await join(await invite('lea@acorns.example', 'safeguarding-lead'), 'Lea Moss');
    await lead.getByRole('link', { name: 'Tablet 1' }).click();
    await lead.getByRole('button', { name: 'Hold this device' }).click();
    await lead.getByRole('dialog').getByLabel('Why').fill('A concern is being looked into');
    await lead.getByRole('button', { name: 'Set the hold' }).click();
    await lead.getByText('Held: nothing may be deleted on it').waitFor();

    await page.getByRole('link', { name: 'Devices' }).click();
    await page.getByRole('link', { name: 'Tablet 1' }).click();
    await page.getByText('Held: nothing may be deleted on it').waitFor();
    await page.getByText(/Clear photos, Wipe, .*: Lea Moss holds this device/).waitFor();
    await page.getByRole('button', { name: 'More orders' }).click();
    expect(await page.getByRole('menuitem', { name: 'Wipe…' }).isDisabled()).to.equal(true);
    await expectSound(page);
    await page.keyboard.press('Escape');

    await lead.getByRole('button', { name: 'Lift the hold…' }).click();
    await lead.getByRole('dialog').getByLabel('Why').fill('It is settled');
    await lead.getByRole('button', { name: 'Lift the hold', exact: true }).click();
    await page.getByText('Held: nothing may be deleted on it').waitFor({ state: 'hidden' });
    await lead.context().close();
  });

  it('makes an API token that is shown once, and revokes it', async () => {
    await page.getByRole('link', { name: 'People' }).click();
    await page.getByRole('button', { name: 'Make a token' }).click();
    const dialogue = page.getByRole('dialog', { name: 'Make an API token' });
    await dialogue.getByLabel('What it is for').fill('Wall display');
    await dialogue.getByRole('button', { name: 'Make the token' }).click();
    const shown = dialogue.locator('code');
    await confirmIfAsked(page, shown);
    await dialogue.getByRole('button', { name: 'Close' }).last().click();
    await dialogue.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Revoke it: Wall display' }).click();
    await page.getByRole('button', { name: 'Revoke it: Wall display' }).waitFor({ state: 'hidden' });
  });

  it('lets somebody leave: their page ends at once, and what is left to do is said', async () => {
    const leaver = await openPage(browser);
    leaver.page.setDefaultTimeout(20_000);
    await signIn(leaver.page, server.url, { email: 'sam@acorns.example', name: '', password: 'nine paper lanterns' });
    await page.getByRole('button', { name: 'What to do about Sam Roe' }).click();
    await page.getByRole('menuitem', { name: 'Leaves the setting…' }).click();
    const dialogue = page.getByRole('dialog', { name: 'Sam Roe leaves' });
    await dialogue.getByLabel('Why').fill('Last day');
    await dialogue.getByRole('button', { name: 'Sam Roe leaves' }).click();
    await confirmIfAsked(page, dialogue.getByText('Still to be done by you'));
    await dialogue.getByText(/sign-ins? to Hometime/).waitFor();
    await dialogue.getByText('Close Sam Roe’s account in Famly').waitFor();
    await expectSound(page);
    await dialogue.getByRole('button', { name: 'Close' }).last().click();
    await page.getByText('Sam Roe').waitFor({ state: 'hidden' });
    await leaver.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await leaver.page.context().close();
    expect(faults).to.deep.equal([]);
  });
});
