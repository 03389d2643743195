import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { skipUnless } from '../support/skip.ts';
import { accessibilityFaults, administrator, openBrowser, openPage, signIn } from './browser-rig.ts';
import { onlyHere } from './setting-people.ts';

describe('the way into the dashboard, in a real browser', function () {
  this.timeout(60_000);
  let server: ServerProcess;
  let browser: Browser;

  before(async function () {
    skipUnless(this, 'chromium');
    server = await startServerProcess({ env: onlyHere });
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('makes the first administrator through the set-up link, and takes the token out of the address bar', async () => {
    const [, printed = ''] = await server.process.said(/Set-up link: (\S+)/);
    const link = printed.replace('localhost', '127.0.0.1');
    const { page, faults } = await openPage(browser);
    await page.goto(link);
    await page.getByLabel('Name of the setting').waitFor();
    expect(page.url()).to.equal(`${server.url}/set-up`);
    expect(await accessibilityFaults(page)).to.deep.equal([]);

    await page.getByLabel('Password', { exact: true }).fill('too short');
    await page.getByRole('button', { name: 'Set up Hometime' }).click();
    await page.getByText('Use at least 12 characters').waitFor();
    await page.getByText('The two passwords are not the same').waitFor();
    await page.getByText('Write your e-mail address').waitFor();

    await page.getByLabel('Name of the setting').fill('Acorns Nursery');
    await page.getByLabel('Your name').fill(administrator.name);
    await page.getByLabel('Your e-mail').fill(administrator.email);
    await page.getByLabel('Password', { exact: true }).fill(administrator.password);
    await page.getByLabel('Password again').fill(administrator.password);
    await page.getByRole('button', { name: 'Set up Hometime' }).click();
    await page.getByRole('heading', { name: 'No devices yet' }).waitFor();
    await page.getByText('Acorns Nursery').waitFor();
    expect(await accessibilityFaults(page)).to.deep.equal([]);
    expect(faults).to.deep.equal([]);
    await page.context().close();
  });

  it('says on a later visit that set-up is done, and leads to sign-in', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${server.url}/set-up#token=whatever`);
    await page.getByText('already been set up').waitFor();
    await page.getByRole('link', { name: 'Go to sign in' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.context().close();
  });

  it('asks who one is before it shows anything, and goes on to the page that was wanted', async () => {
    const { page, faults } = await openPage(browser, { colorScheme: 'dark' });
    await page.goto(`${server.url}/incidents`);
    await page.getByLabel('E-mail').fill(administrator.email);
    await page.getByRole('textbox', { name: 'Password' }).fill('not the password at all');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').waitFor();
    expect(await accessibilityFaults(page)).to.deep.equal([]);
    await page.getByRole('textbox', { name: 'Password' }).fill(administrator.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { level: 1, name: 'Incidents' }).waitFor();
    await page.getByText('In immediate danger call 999').waitFor();
    await page.getByRole('heading', { name: 'No open case that you may see' }).waitFor();
    expect(await page.title()).to.equal('Incidents · Hometime');
    expect(await accessibilityFaults(page)).to.deep.equal([]);
    expect(faults).to.deep.equal([]);
    await page.context().close();
  });

  it('forgets everything when one signs out', async () => {
    const { page } = await openPage(browser);
    await signIn(page, server.url);
    await page.getByRole('button', { name: administrator.name }).click();
    await page.getByRole('menuitem', { name: 'Sign out of Hometime' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.goto(`${server.url}/`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.context().close();
  });
});
