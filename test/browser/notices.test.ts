import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { until } from '../support/processes.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { skipUnless } from '../support/skip.ts';
import { bodyOf, headerOf, type MailServer, startMailServer } from '../unit/notify/mail-server.ts';
import {
  administrator,
  confirmIfAsked,
  expectNarrow,
  expectSound,
  openBrowser,
  openPage,
  signIn,
} from './browser-rig.ts';
import { addPeople, lead, staff, startAcorns } from './setting-people.ts';

describe('telling people, in a real browser and a real inbox', function () {
  this.timeout(120_000);
  let server: ServerProcess;
  let mail: MailServer;
  let browser: Browser;
  let page: Page;
  let faults: string[];

  before(async function () {
    skipUnless(this, 'chromium');
    mail = await startMailServer();
    server = await startAcorns({
      HOMETIME_SMTP_URL: `smtp-plain://127.0.0.1:${mail.port}`,
      HOMETIME_MAIL_FROM: 'hometime@acorns.example',
    });
    await addPeople(server, [
      { ...lead, role: 'safeguarding-lead' },
      { ...staff, role: 'staff' },
    ]);
    browser = await openBrowser();
    ({ page, faults } = await openPage(browser, { viewport: { width: 1280, height: 900 } }));
    page.setDefaultTimeout(20_000);
    await signIn(page, server.url);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    await mail?.stop();
  });

  const openNotices = async (on: Page) => {
    await on.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Notices' }).click();
    await on.getByRole('heading', { name: 'What reaches you' }).waitFor();
  };

  it('sends an administrator a test e-mail, and keeps it in the log', async () => {
    await openNotices(page);
    await page.getByRole('button', { name: 'Send me a test' }).click();
    await page.getByText('The mail server took it.').waitFor();
    expect(mail.received.map((letter) => [letter.to[0], headerOf(letter, 'Subject')])).to.deep.equal([
      [administrator.email, 'Hometime: a test'],
    ]);
    await page.getByRole('list', { name: 'What was sent, newest first' }).getByText('Taken').waitFor();
    await expectSound(page);
    await expectNarrow(page);
    mail.answers.push({ code: 550, text: 'no such person' });
    await page.getByRole('button', { name: 'Send me a test' }).click();
    await page.getByText('The other side refused it for good (550)').first().waitFor();
  });

  it('keeps what a person wants to reach them', async () => {
    await page.getByLabel('What only has to be checked').selectOption({ label: 'Only on this page' });
    await page.getByLabel('Saturday').check();
    await page.getByLabel('From').fill('19:30');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Must be later than the beginning').waitFor();
    await page.getByLabel('From').fill('06:30');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('From now on that is what reaches you.').waitFor();
    await page.reload();
    await page.getByLabel('What only has to be checked').waitFor();
    expect(await page.getByLabel('Saturday').isChecked()).to.equal(true);
    expect(await page.getByLabel('From').inputValue()).to.equal('06:30');
    expect(await page.getByLabel('What only has to be checked').inputValue()).to.equal('page-only');
  });

  it('adds a webhook on the internet, shows its secret once, and none on the own network', async () => {
    const add = async (url: string) => {
      await page.getByRole('button', { name: 'Add a webhook' }).click();
      const dialogue = page.getByRole('dialog', { name: 'Add a webhook' });
      await dialogue.getByLabel('What you call it').fill('Our alarm');
      await dialogue.getByLabel('Where it goes').fill(url);
      await dialogue.getByRole('button', { name: 'Add the webhook' }).click();
      return dialogue;
    };
    const refused = await add('https://192.168.1.20/hook');
    await confirmIfAsked(page, refused.getByText('Is not an address on the internet'));
    await expectSound(page);
    await refused.getByRole('button', { name: 'Cancel' }).click();
    const made = await add('https://alarm.example/hook?key=opens');
    await confirmIfAsked(page, made.getByText('Shown only once'));
    expect(await made.locator('code').innerText()).to.match(/^whsec_[\w-]{43}$/);
    await expectSound(page);
    await made.getByRole('button', { name: 'Close' }).last().click();
    await page.getByRole('list', { name: 'Webhooks', exact: true }).getByText('alarm.example').waitFor();
    expect(await page.getByText('key=opens').count()).to.equal(0);
    await page.getByRole('button', { name: 'Remove it: Our alarm' }).click();
    await page.getByText('None. A webhook tells another system').waitFor();
  });

  it('asks the safeguarding lead to look at an urgent report, and its link leads there (INC3)', async () => {
    const { page: reporter } = await openPage(browser);
    reporter.setDefaultTimeout(20_000);
    await signIn(reporter, server.url, staff);
    await reporter.getByRole('link', { name: 'My reports' }).click();
    await reporter.getByRole('button', { name: 'Report something' }).click();
    await reporter.getByLabel('What it is about').selectOption({ label: 'A concern about a child' });
    await reporter.getByLabel('What you saw or heard').fill('A child, AB, had a bruise.');
    await reporter.getByRole('button', { name: 'Report it' }).click();
    await reporter.getByRole('heading', { name: 'It is reported' }).waitFor();
    await reporter.context().close();
    const { value: letter } = await until('the e-mail', async () =>
      mail.received.find(({ to }) => to[0] === lead.email),
    );
    expect(headerOf(letter, 'Subject')).to.equal('Hometime: please look now');
    expect(bodyOf(letter)).not.to.match(/child|bruise|concern|AB\b/);
    expect(mail.received.filter(({ to }) => to[0] !== lead.email && to[0] !== administrator.email)).to.deep.equal([]);
    const link = /\/look\/\S+/.exec(bodyOf(letter))?.[0] ?? '';
    const { page: leads, faults: own } = await openPage(browser, { viewport: { width: 390, height: 844 } });
    leads.setDefaultTimeout(20_000);
    await signIn(leads, server.url, lead);
    await leads.getByText('1 to look at').waitFor();
    await leads.goto(`${server.url}${link}`);
    await leads.getByText('A child, AB, had a bruise.').waitFor();
    await leads.getByText('1 to look at').waitFor({ state: 'detached' });
    await openNotices(leads);
    await leads.getByText('You have looked at everything you were told of.').waitFor();
    await expectSound(leads);
    await expectNarrow(leads);
    expect(own).to.deep.equal([]);
    await leads.context().close();
    expect(faults).to.deep.equal([]);
  });
});
