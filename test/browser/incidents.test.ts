import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { mediaSchema } from '../../shared/report/media.ts';
import type { Running } from '../support/processes.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { skipUnless } from '../support/skip.ts';
import {
  aTablet,
  confirmPassword,
  enrolSimulated,
  expectNarrow,
  expectSound,
  openBrowser,
  openPage,
  type Person,
} from './browser-rig.ts';
import { createPeoplePages } from './people-pages.ts';
import { addPeople, lead, manager, staff, startAcorns } from './setting-people.ts';

describe('incidents, in a real browser', function () {
  this.timeout(180_000);
  let server: ServerProcess;
  let browser: Browser;
  let agent: Running | undefined;
  let people: ReturnType<typeof createPeoplePages>;
  const as = (person: Person) => people.as(person);
  const goTo = async (page: Page, link: string, heading: string) => {
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: link }).click();
    await page.getByRole('heading', { level: 1, name: heading }).waitFor();
  };
  const danger = (page: Page) => page.getByText('In immediate danger call 999.').waitFor();

  before(async function () {
    skipUnless(this, 'chromium');
    server = await startAcorns();
    await addPeople(server, [
      { ...lead, role: 'safeguarding-lead' },
      { ...manager, role: 'manager' },
      { ...staff, role: 'staff' },
    ]);
    const link = await server.enrolLink('Tablet 3', ['--kind', 'tablet']);
    const since = new Date().toISOString();
    const stick = { id: 'a1b2c3d4e5f60718', bus: 'usb', sizeGb: 16, encryption: 'not-encrypted', inUse: true, since };
    const tablet = aTablet('amara', since);
    const media = { value: mediaSchema.parse({ attached: [stick], recent: [] }) };
    agent = (await enrolSimulated(link.trim(), { ...tablet, media })).run();
    browser = await openBrowser();
    people = createPeoplePages(browser, server.url);
  });
  after(async () => {
    await browser?.close();
    await agent?.stop();
    await server?.stop();
  });

  it('shows a case that the server opened from what it found, with what was known then (INC1)', async () => {
    const page = await as(manager);
    await goTo(page, 'Incidents', 'Incidents');
    await danger(page);
    const row = page.getByRole('listitem').filter({ hasText: 'Removable media against the setting’s rule' });
    await row.getByText('Nobody looks after it yet').waitFor();
    await expectSound(page);
    await expectNarrow(page);
    await row.getByRole('link', { name: 'Removable media' }).click();
    await page.getByRole('heading', { level: 1, name: /Removable media/ }).waitFor();
    await danger(page);
    await page.getByText('What was known then').click();
    await page.getByText('Version 1 of the setting’s rules').waitFor();
    await expectSound(page);
    await expectNarrow(page);
  });

  it('leads a case to what follows: looked after, assessed, signed by another, decided, each step settled (INC2, INC5)', async () => {
    const page = await as(manager);
    await page.getByRole('button', { name: 'I look after this case' }).click();
    await page.getByText('Looked after').first().waitFor();
    await page.getByRole('button', { name: 'Write something' }).click();
    const writing = page.getByRole('dialog', { name: 'Write something' });
    await writing.getByLabel('What happened').fill('The stick was in the till drawer.\nIt is in the safe now.');
    await writing.getByRole('button', { name: 'Write it down' }).click();
    await page.getByText('It is in the safe now.').waitFor();
    await page.getByRole('button', { name: 'Assess it' }).click();
    const assessing = page.getByRole('dialog', { name: 'How grave is it?' });
    await assessing.getByLabel('What the conduct was').selectOption({ label: 'Misconduct' });
    await assessing.getByLabel('Why').fill('The rule was known');
    await assessing.getByRole('button', { name: 'Write it down' }).click();
    await page.getByText('Somebody else who looks after this case signs it.').waitFor();
    await page.getByRole('button', { name: 'Decide what follows' }).click();
    const deciding = page.getByRole('dialog', { name: 'Decide what follows' });
    await deciding.getByLabel('Report to the authorities').check();
    await deciding.getByLabel('Why').fill('Pictures of children may be on it');
    await deciding.getByRole('button', { name: 'Decide it' }).click();
    const regulator = page.getByRole('listitem').filter({ hasText: 'Data-protection regulator told' }).first();
    await regulator.getByText(/^2 days 23 hours left$/).waitFor();
    await expectSound(page);
    await expectNarrow(page);
    for (let left = 5; left > 0; left -= 1) {
      await page
        .getByRole('button', { name: /^(Done, or not needed|It is done): / })
        .first()
        .click();
      const step = page.getByRole('dialog');
      if (left > 1) await step.getByLabel('It is not needed here').check();
      await step.getByRole('textbox').first().fill('Spoken with the office, reference 12345');
      await step.getByRole('button', { name: 'Write it down' }).click();
      await step.waitFor({ state: 'hidden' });
    }
    const other = await as(lead);
    await other.goto(page.url());
    await other.getByRole('button', { name: 'Sign the assessment' }).click();
    await confirmPassword(other, lead.password);
    await other.getByText('The assessment was signed').waitFor();
    await page.getByText(/Signed .* by Lea Ward/).waitFor();
  });

  it('gives the case to be taken out as a PDF and as JSON, and writes down that it did', async () => {
    const page = await as(lead);
    for (const [link, type] of [
      ['as JSON with its proof', /\.json$/],
      ['as a PDF', /\.pdf$/],
    ] as const) {
      const exported = page.waitForEvent('download');
      await page.getByRole('link', { name: link }).click();
      expect((await exported).suggestedFilename())
        .to.match(/^hometime-incident-/)
        .and.to.match(type);
    }
    await page.reload();
    await page.getByText(/^\d people$/).click();
    await page.getByText('Lea Ward (safeguarding lead): exported as a pdf').waitFor();
  });

  it('takes a report without an account, by the poster’s code, on a telephone (INC4)', async () => {
    const page = await as(lead);
    await goTo(page, 'Incidents', 'Incidents');
    await page.getByRole('link', { name: 'Switch it on, or print the poster' }).click();
    await page.getByLabel('The form is on').check();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The form is on.').waitFor();
    await expectSound(page);
    const link = await page.locator('code').filter({ hasText: '/report#code=' }).innerText();
    await page.getByRole('link', { name: 'Show the poster' }).click();
    await page.getByRole('img', { name: /opens the form/ }).waitFor();
    await expectSound(page);
    await expectNarrow(page);
    await page.getByRole('link', { name: 'Back' }).click();
    const { page: telephone, faults: own } = await openPage(browser, { viewport: { width: 390, height: 844 } });
    telephone.setDefaultTimeout(15_000);
    await telephone.goto(link);
    await danger(telephone);
    await telephone.getByRole('button', { name: 'Send the report' }).click();
    await telephone.getByText('Choose what it is about').waitFor();
    await telephone.getByLabel('What it is about').selectOption({ label: 'A concern about a child' });
    await telephone.getByText('goes to the safeguarding lead alone').waitFor();
    await telephone.getByLabel('What you saw or heard').fill('A child, AB, said something that worries me.');
    await expectSound(telephone);
    await expectNarrow(telephone);
    await telephone.getByRole('button', { name: 'Send the report' }).click();
    await telephone.getByRole('heading', { name: 'What happens next' }).waitFor();
    await expectSound(telephone);
    expect(own).to.deep.equal([]);
    await telephone.context().close();
  });

  it('shows a confidential case to the safeguarding lead, and nothing of it to the manager (INC3, INC4)', async () => {
    const page = await as(lead);
    await goTo(page, 'Incidents', 'Incidents');
    const row = page.getByRole('listitem').filter({ hasText: 'A concern about a child' });
    await row.getByText('Confidential').waitFor();
    await row.getByRole('link', { name: 'A concern about a child' }).click();
    await page.getByText('This case passes the manager and the deputy by.').waitFor();
    await page.getByText('A child, AB, said something that worries me.').waitFor();
    await expectSound(page);
    const other = await as(manager);
    await goTo(other, 'Incidents', 'Incidents');
    await other.getByLabel('Which').selectOption({ label: 'All' });
    await other.getByRole('listitem').filter({ hasText: 'Removable media' }).waitFor();
    expect(
      await other.getByText('A concern about a child', { exact: true }).filter({ visible: true }).count(),
    ).to.equal(0);
    await other.goto(page.url());
    await other.getByText('There is no such case, or it is not for you.').waitFor();
    await goTo(other, 'Notices', 'Notices');
    await other.getByRole('heading', { name: 'To look at' }).waitFor();
  });

  it('lets staff report something and see their own report, and no other', async () => {
    const page = await as(staff);
    await goTo(page, 'My reports', 'Incidents');
    await page.getByText('No open case that you may see').waitFor();
    await page.getByRole('button', { name: 'Report something' }).click();
    await page.getByRole('heading', { level: 1, name: 'Report something' }).waitFor();
    await danger(page);
    await page.getByLabel('What it is about').selectOption({ label: 'Damage to a device or to property' });
    await page.getByLabel('What you saw or heard').fill('The screen of Tablet 3 is cracked.');
    await expectSound(page);
    await expectNarrow(page);
    await page.getByRole('button', { name: 'Report it' }).click();
    await page.getByRole('heading', { name: 'It is reported' }).waitFor();
    await page.getByRole('link', { name: 'your report' }).click();
    await page.getByText('This is your own report').waitFor();
    await page.getByText('The screen of Tablet 3 is cracked.').waitFor();
    await expectSound(page);
    await people.closeAll();
    expect(people.faults).to.deep.equal([]);
  });
});
