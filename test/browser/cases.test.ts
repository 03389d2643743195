import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { type Outcome, outcomeCatalogue, outcomeSchema, stepsOf } from '../../shared/incident/outcomes.ts';
import type { Running } from '../support/processes.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { skipUnless } from '../support/skip.ts';
import { makeTempFolder } from '../support/temp-folder.ts';
import {
  administrator,
  aTablet,
  confirmIfAsked,
  confirmPassword,
  enrolSimulated,
  expectNarrow,
  expectSound,
  isInSight,
  openBrowser,
  type Person,
  tabToButton,
} from './browser-rig.ts';
import { startCuttingRelay } from './cutting-relay.ts';
import { createPeoplePages } from './people-pages.ts';
import { addPeople, lead, manager, staff, startAcorns } from './setting-people.ts';

const alternate: Person = { email: 'alma@acorns.example', name: 'Alma Pike', password: 'six yellow paint pots' };

/** The smallest PNG there is. */
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe('a case from its report to its end, in a real browser', function () {
  this.timeout(180_000);
  let server: ServerProcess;
  let browser: Browser;
  let agent: Running | undefined;
  let people: ReturnType<typeof createPeoplePages>;
  const as = (person: Person) => people.as(person);

  before(async function () {
    skipUnless(this, 'chromium');
    server = await startAcorns();
    await addPeople(server, [
      { ...lead, role: 'safeguarding-lead' },
      { ...alternate, role: 'safeguarding-lead' },
      { ...manager, role: 'manager' },
      { ...staff, role: 'staff' },
    ]);
    const link = await server.enrolLink('Tablet 1', ['--kind', 'tablet']);
    agent = (await enrolSimulated(link.trim(), aTablet('amara', new Date().toISOString()))).run();
    browser = await openBrowser();
    people = createPeoplePages(browser, server.url);
  });
  after(async () => {
    await browser?.close();
    await agent?.stop();
    await server?.stop();
  });

  /** Reports damage to the tablet, and goes to the case. */
  const report = async (page: Page, text: string, category = 'Damage to a device or to property'): Promise<string> => {
    await page.goto(`${server.url}/incidents/report-something`);
    await page.getByLabel('What it is about').selectOption({ label: category });
    await page.getByLabel('What you saw or heard').fill(text);
    if (page !== (await as(staff))) await page.getByLabel('Device').selectOption({ label: 'Tablet 1' });
    await page.getByRole('button', { name: 'Report it' }).click();
    await page.getByRole('link', { name: 'your report' }).click();
    await page.getByText(text).waitFor();
    return page.url();
  };
  const decide = async (page: Page, outcome: Outcome) => {
    await page.getByRole('button', { name: 'Decide what follows' }).click();
    const dialogue = page.getByRole('dialog', { name: 'Decide what follows' });
    await dialogue.getByLabel(outcomeCatalogue[outcome].label).check();
    await dialogue.getByLabel('Why').fill('After speaking with all');
    await dialogue.getByRole('button', { name: 'Decide it' }).click();
    await dialogue.waitFor({ state: 'hidden' });
  };
  const settleAll = async (page: Page) => {
    const unsettled = page.getByRole('button', { name: /^(Done, or not needed|It is done): / });
    for (let left = await unsettled.count(); left > 0; left -= 1) {
      await unsettled.first().click();
      const dialogue = page.getByRole('dialog');
      await dialogue.getByLabel('What came of it').fill('Spoken with the office, reference 12345');
      await dialogue.getByRole('button', { name: 'Write it down' }).click();
      await dialogue.waitFor({ state: 'hidden' });
    }
  };
  const assess = async (page: Page) => {
    await page.getByRole('button', { name: 'Assess it' }).click();
    const dialogue = page.getByRole('dialog', { name: 'How grave is it?' });
    await dialogue.getByLabel('Why').fill('It was an accident');
    await dialogue.getByRole('button', { name: 'Write it down' }).click();
    await dialogue.waitFor({ state: 'hidden' });
  };
  const sign = async (person: Person, url: string) => {
    const page = await as(person);
    await page.goto(url);
    await page.getByRole('button', { name: 'Sign the assessment' }).click();
    await confirmIfAskedBy(page, person);
    await page.getByText(`by ${person.name}.`).waitFor();
  };
  const confirmIfAskedBy = async (page: Page, person: Person) => {
    const question = page.getByRole('dialog', { name: 'Your password, please' });
    await question.or(page.getByText('The assessment was signed')).first().waitFor();
    if (await question.isVisible()) await confirmPassword(page, person.password);
  };

  it('shows the four outcomes with their steps and clocks, and says what is missing until it may be closed (INC2)', async () => {
    const page = await as(manager);
    const url = await report(page, 'Somebody dropped Tablet 1 from the climbing frame.');
    const missing = page.getByRole('region', { name: 'Before it can be closed' });
    expect(await missing.getByRole('listitem').allInnerTexts()).to.deep.equal([
      'Decide what follows. The log entry alone is a decision too.',
      'Say how grave it is, and have that signed.',
    ]);
    const [last, ...first] = outcomeSchema.options.toReversed();
    for (const outcome of first) await decide(page, outcome);
    await assess(page);
    await sign(lead, url);
    await settleAll(page);
    await missing.waitFor({ state: 'hidden' });

    const other = await as(lead);
    await other.getByRole('button', { name: 'Close the case' }).click();
    const closing = other.getByRole('dialog', { name: 'Close the case' });
    await closing.getByLabel('Why').fill('All is done');
    const deciding = await as(alternate);
    await deciding.goto(url);
    await decide(deciding, last ?? 'allegation');
    await closing.getByRole('button', { name: 'Close the case' }).click();
    await closing.getByText('It is not closed').waitFor();
    await closing.getByText('Settle every step first: done, or not needed and why.').waitFor();
    await expectSound(other);
    await closing.getByRole('button', { name: 'Cancel' }).click();

    // What concerns somebody who works here passes the manager by: on the page that she has open, without her doing anything.
    await page.getByText('This is your own report').waitFor();
    expect(await page.getByRole('button', { name: 'Decide what follows' }).count()).to.equal(0);
    expect(await deciding.getByRole('button', { name: 'Decide what follows' }).count()).to.equal(0);
    expect(await deciding.getByRole('button', { name: 'Close the case' }).count()).to.equal(0);
    await deciding
      .getByRole('region', { name: 'Before it can be closed' })
      .getByText(`Settle the ${stepsOf('allegation').length} steps left`)
      .waitFor();
    for (const outcome of outcomeSchema.options) {
      const { label } = outcomeCatalogue[outcome];
      const shown = deciding.getByRole('region', { name: label, exact: true });
      const steps = await shown.getByRole('listitem').locator('strong').allInnerTexts();
      expect(steps, label).to.deep.equal(stepsOf(outcome).map(({ step }) => step.label));
      const hasClock = stepsOf(outcome).some(({ step }) => step.clock !== null);
      expect(await shown.getByText('deadlines count from').count(), label).to.equal(hasClock ? 1 : 0);
    }
    const harm = deciding.getByRole('region', { name: outcomeCatalogue.allegation.label, exact: true });
    await harm.getByText(/^13 days 23 hours left$/).waitFor();
    await harm.getByRole('button', { name: 'It is done: The child is safe now' }).click();
    expect(await deciding.getByRole('dialog').getByLabel('It is not needed here').count()).to.equal(0);
    await deciding.getByRole('button', { name: 'Cancel' }).click();
    await expectSound(deciding);
    await expectNarrow(deciding);
    await settleAll(deciding);

    await other.getByRole('button', { name: 'Close the case' }).click();
    await closing.getByLabel('Why').fill('All is done');
    await closing.getByRole('button', { name: 'Close the case' }).click();
    await closing.waitFor({ state: 'hidden' });
    await other.getByText('Closed', { exact: true }).first().waitFor();
    await expectSound(other);
  });

  it('never opens a closed case again: what went on is a new one, and each leads to the other (INC1)', async () => {
    const page = await as(lead);
    const old = page.url();
    for (const name of ['Decide what follows', 'Assess it anew', 'Close the case', 'I look after this case'])
      expect(await page.getByRole('button', { name }).count(), name).to.equal(0);
    await page.getByRole('button', { name: 'It went on: report it' }).click();
    await page.getByLabel('What it is about').selectOption({ label: 'Damage to a device or to property' });
    await page.getByLabel('What you saw or heard').fill('It was dropped once more.');
    await page.getByRole('button', { name: 'Report it' }).click();
    await page.getByRole('link', { name: 'your report' }).click();
    await page.getByRole('link', { name: 'an earlier case' }).click();
    await page.getByText('Closed', { exact: true }).first().waitFor();
    expect(page.url()).to.equal(old);
    await page.getByRole('link', { name: 'the newer case' }).click();
    await page.getByText('It was dropped once more.').waitFor();
  });

  it('is led to its end with the keyboard alone, which never loses its place', async () => {
    const page = await as(alternate);
    const url = await report(page, 'A crack in the corner.');
    const focused = () => page.locator(':focus');
    const tabTo = (name: string | RegExp) => tabToButton(page, name);
    const gone = () => page.getByRole('dialog').waitFor({ state: 'hidden' });
    const focusOn = async (role: 'button' | 'heading', name: string) => {
      await page.locator(role === 'heading' ? 'h1:focus, h2:focus' : 'button:focus').waitFor();
      expect(await focused().innerText()).to.equal(name);
    };
    await tabTo('Decide what follows');
    await page.keyboard.press('Enter');
    await page.locator('input[type=radio]:focus').waitFor();
    await page.keyboard.press('Space');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Nobody is to blame');
    await tabTo('Decide it');
    await page.keyboard.press('Enter');
    await gone();
    await focusOn('button', 'Decide what follows');
    await tabTo(/^Done, or not needed: /);
    await page.keyboard.press('Enter');
    await page.locator('textarea:focus').waitFor();
    await page.keyboard.type('She knows what to do next time');
    await tabTo('Write it down');
    await page.keyboard.press('Enter');
    await gone();
    // The button that opened the window has gone with the step.
    await focusOn('heading', 'What follows');
    await tabTo('Assess it');
    await page.keyboard.press('Enter');
    await page.locator('select:focus').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.type('A crack alone');
    await tabTo('Write it down');
    await page.keyboard.press('Enter');
    await gone();
    await focusOn('button', 'Assess it anew');
    await sign(manager, url);
    await tabTo('Close the case');
    await page.keyboard.press('Enter');
    await page.locator('textarea:focus').waitFor();
    await page.keyboard.type('It is repaired');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await gone();
    await page.getByText('Closed', { exact: true }).first().waitFor();
    await page.locator('h1:focus').waitFor();
  });

  it('takes a file and gives it back byte for byte; refuses in words what it does not take, or what was cut off', async () => {
    const page = await as(lead);
    const relay = await startCuttingRelay(server.peoplePort);
    const folder = makeTempFolder();
    const choose = async (name: string, bytes: Buffer) => {
      writeFileSync(join(folder, name), bytes);
      const chooser = page.waitForEvent('filechooser');
      await page.getByRole('button', { name: 'Add a file' }).click();
      await (await chooser).setFiles(join(folder, name));
      // Else a browser would be silent when the same file is chosen once more.
      expect(await page.locator('input[type=file]').inputValue()).to.equal('');
    };
    const readBack = async (name: string): Promise<Buffer> => {
      const download = page.waitForEvent('download');
      await page.getByRole('link', { name }).click();
      expect((await download).suggestedFilename()).to.equal(name);
      return readFileSync(await (await download).path());
    };
    try {
      const url = await report(page, 'The stand broke.');
      await page.goto(url.replace(server.url, relay.url));
      const files = page.getByRole('list', { name: 'Files' }).getByRole('listitem');
      await choose('crack of the screen.png', picture);
      expect((await readBack('crack of the screen.png')).equals(picture)).to.equal(true);
      await expectSound(page);
      for (const [name, bytes, why] of [
        ['large.png', Buffer.concat([picture, randomBytes(10 * 1024 * 1024)]), /^The file is larger than 10 MB\./],
        ['program.exe', randomBytes(4_000), /^Only pictures \(JPEG, PNG, WebP, HEIC\), PDF and plain text are taken\./],
        ['dressed up.png', randomBytes(4_000), /^Only pictures/],
        ['empty.txt', Buffer.alloc(0), /^The file is empty\./],
      ] as const) {
        await choose(name, bytes);
        await page.getByText(`The file was not added: ${name}`).waitFor();
        await page.getByRole('alert').getByText(why).waitFor();
      }
      await expectSound(page);
      await expectNarrow(page);
      const long = Buffer.from('A line of what was said.\n'.repeat(200_000));
      relay.cutAfter(1_000_000);
      await choose('what was said.txt', long);
      await page.getByText('The file was not added: what was said.txt').waitFor();
      await page
        .getByRole('alert')
        .getByText(/^The server cannot be reached\./)
        .waitFor();
      expect(await files.count()).to.equal(1);
      relay.cutAfter(undefined);
      await choose('what was said.txt', long);
      expect((await readBack('what was said.txt')).equals(long)).to.equal(true);
      expect(await files.count()).to.equal(2);
      expect(await page.getByRole('alert').count()).to.equal(0);
    } finally {
      await relay.stop();
    }
  });

  it('holds what it is about: clearing and wiping are refused with the reason until the hold is lifted', async () => {
    const ordering = await as(administrator);
    await ordering.goto(server.url);
    await ordering.getByRole('link', { name: 'Tablet 1', exact: true }).first().click();
    await ordering.getByText('In touch now').waitFor();
    const item = async (name: string) => {
      await ordering.getByRole('button', { name: 'More orders' }).click();
      return ordering.getByRole('menuitem', { name });
    };
    await (await item('Clear photos…')).click();
    const clearing = ordering.getByRole('dialog', { name: /^Clear photos/ });
    await clearing.getByLabel('Why').fill('End of term');

    const page = await as(lead);
    const url = await report(page, 'Something was filmed that should not be.');
    await page.getByRole('button', { name: 'Hold, so that nothing is deleted' }).click();
    const holding = page.getByRole('dialog');
    await holding.getByText('nobody can wipe Tablet 1, clear photos there or take it out of the fleet').waitFor();
    await holding.getByLabel('Why').fill('The police may ask for it');
    await holding.getByRole('button', { name: 'Set the hold' }).click();
    await page.getByText('Nothing may be deleted there').waitFor();
    await expectSound(page);

    // What the lead wrote stays in the case.
    // Begun before the hold: the server has the last word.
    await clearing.getByRole('button', { name: 'Delete them for good' }).click();
    await confirmIfAsked(
      ordering,
      clearing.getByText('Lea Ward (safeguarding lead) holds this back: Kept for the safeguarding lead. Ask them'),
    );
    // In sight, far above the button that was pressed.
    expect(await isInSight(clearing.getByText('The order was not taken'))).to.equal(true);
    await ordering.keyboard.press('Escape');
    await ordering.getByText('Lea Ward set this hold').waitFor();
    await ordering.getByText('because: Kept for the safeguarding lead.').waitFor();
    await ordering.getByText(/^Clear photos, Wipe, Retire: Lea Ward holds this device/).waitFor();
    for (const name of ['Clear photos…', 'Wipe…', 'Retire…']) {
      expect(await (await item(name)).isDisabled(), name).to.equal(true);
      await ordering.keyboard.press('Escape');
    }
    await expectSound(ordering);
    await expectNarrow(ordering);

    await page.getByRole('link', { name: 'the hold is lifted under Records' }).click();
    await page.getByRole('button', { name: 'Lift it…' }).click();
    await page.getByRole('dialog').getByLabel('Why').fill('The police have what they need');
    await page.getByRole('dialog').getByRole('button', { name: 'Lift the hold' }).click();
    await page.getByText('Lifted', { exact: true }).waitFor();
    await expectSound(page);
    await page.goBack();
    await page.waitForURL(url);
    await page.getByText('Nothing may be deleted there').waitFor({ state: 'hidden' });
    await ordering.getByText('Lea Ward set this hold').waitFor({ state: 'hidden' });
    expect(await (await item('Wipe…')).isDisabled()).to.equal(false);
    await ordering.keyboard.press('Escape');
  });

  it('passes by whom it is about, the named lead too, and stays with the alternate (INC3, INC4)', async () => {
    const words = 'The lead shouted at AB.';
    await report(await as(staff), words, 'A concern about a child');
    const named = await as(lead);
    const page = await as(alternate);
    for (const each of [named, page]) {
      await each.goto(`${server.url}/incidents`);
      await each.getByRole('link', { name: 'A concern about a child' }).click();
      await each.getByText(words).waitFor();
    }
    await page.getByRole('button', { name: 'Say whom it is about' }).click();
    const naming = page.getByRole('dialog', { name: 'Whom it is about' });
    await naming.getByLabel(lead.name).check();
    await naming.getByLabel('Why').fill('The report names her');
    await expectSound(page);
    await naming.getByRole('button', { name: 'Write it down' }).click();
    await page.getByText(`It is about: ${lead.name}. Whoever it is about sees nothing of this case.`).waitFor();
    await expectSound(page);
    await expectNarrow(page);

    // On the page that she has open, without her doing anything.
    await named.getByText('There is no such case, or it is not for you.').waitFor();
    expect(await named.getByText(words).count()).to.equal(0);
    await named.getByRole('link', { name: 'Back to the cases' }).click();
    await named.getByLabel('Which').selectOption({ label: 'All' });
    await named.getByRole('listitem').filter({ hasText: 'Damage to a device' }).first().waitFor();
    expect(await named.getByRole('link', { name: 'A concern about a child' }).count()).to.equal(0);
    await page.reload();
    await page.getByText(words).waitFor();
    await people.closeAll();
    expect(people.faults).to.deep.equal([]);
  });
});
