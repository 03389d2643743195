import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { readDevice } from '../../agent/platform/simulated/device-file.ts';
import { openDatabase } from '../../server/storage/database.ts';
import { auditActionSchema } from '../../shared/api/audit-actions.ts';
import type { Running } from '../support/processes.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { skipUnless } from '../support/skip.ts';
import {
  administrator,
  aTablet,
  confirmIfAsked,
  enrolSimulated,
  expectNarrow,
  expectSound,
  openBrowser,
  type SimulatedDevice,
  setUpSecondFactor,
} from './browser-rig.ts';
import { createPeoplePages } from './people-pages.ts';
import { addPeople, secondAdministrator, startAcorns } from './setting-people.ts';

describe('a wipe that a second administrator approves, in a real browser', function () {
  this.timeout(120_000);
  let server: ServerProcess;
  let browser: Browser;
  let device: SimulatedDevice;
  let agent: Running | undefined;
  let people: ReturnType<typeof createPeoplePages>;

  before(async function () {
    skipUnless(this, 'chromium');
    server = await startAcorns();
    await addPeople(server, [{ ...secondAdministrator, role: 'manager' }]);
    const link = await server.enrolLink('Tablet 1', ['--kind', 'tablet']);
    device = await enrolSimulated(link.trim(), aTablet('amara', new Date().toISOString()));
    agent = device.run();
    browser = await openBrowser();
    people = createPeoplePages(browser, server.url);
  });
  after(async () => {
    await browser?.close();
    await agent?.stop();
    await server?.stop();
  });

  /** As if the second person had been made an administrator so long ago. */
  const waitADay = async () => {
    const db = await openDatabase(`sqlite:${server.dataFolder}/hometime.db`);
    try {
      const approvesFrom = new Date(Date.now() - 1_000).toISOString();
      expect(
        await db('memberships').whereNot({ approves_from: null }).update({ approves_from: approvesFrom }),
      ).to.be.at.least(1);
    } finally {
      await db.destroy();
    }
  };
  const approving = async (page: Page) => {
    await page.getByRole('link', { name: 'Records' }).click();
    await page.getByText(`${administrator.name} asks for your approval.`).waitFor();
    return page.getByRole('button', { name: 'Approve this order' });
  };

  it('makes the manager an administrator, and asks for a wipe', async () => {
    const page = await people.as(administrator);
    await setUpSecondFactor(page);
    await page.getByRole('link', { name: 'People' }).click();
    await page.getByRole('button', { name: 'What to do about Bo Hale' }).click();
    await page.getByRole('menuitem', { name: 'Change role or end…' }).click();
    const dialogue = page.getByRole('dialog', { name: 'The role of Bo Hale' });
    await dialogue.getByLabel('Role').selectOption('administrator');
    await dialogue.getByRole('button', { name: 'Change it' }).click();
    await confirmIfAsked(
      page,
      page.getByRole('listitem').filter({ hasText: secondAdministrator.name }).getByText('Administrator').first(),
    );
    await page.getByRole('link', { name: 'Devices' }).click();
    await page.getByRole('link', { name: 'Tablet 1', exact: true }).first().click();
    await page.getByRole('button', { name: 'More orders' }).click();
    await page.getByRole('menuitem', { name: 'Wipe…' }).click();
    const wiping = page.getByRole('dialog').first();
    await wiping.getByLabel('Why').fill('It goes to the charity shop');
    await wiping.getByLabel('Type the device’s name: Tablet 1').fill('Tablet 1');
    await wiping.getByRole('button', { name: 'Wipe people’s data' }).click();
    await confirmIfAsked(
      page,
      wiping.getByText('A second administrator must approve it first. Nothing has been sent.'),
    );
  });

  it('offers no approval to who became an administrator today: it says why, and from when on', async () => {
    const page = await people.as(secondAdministrator);
    await page.getByText('1 order waits for your approval: Tablet 1.').waitFor();
    const approve = await approving(page);
    await page.getByText('less than a day ago. You can from').waitFor();
    expect(await approve.count()).to.equal(0);
    await page.getByRole('button', { name: 'Say no…' }).waitFor();
    await expectSound(page);
    await expectNarrow(page);
  });

  it('offers it after that day only with a second factor, and wipes when it is given', async () => {
    const page = await people.as(secondAdministrator);
    await waitADay();
    await page.reload();
    const without = await approving(page);
    await page.getByText('You need your second factor before you can approve it').waitFor();
    expect(await without.count()).to.equal(0);
    await expectSound(page);
    await setUpSecondFactor(page, secondAdministrator.password);
    const before = await readDevice(device.folder);
    const approve = await approving(page);
    await expectSound(page);
    await approve.click();
    // The password that was given for the second factor, a moment ago, is good for one order.
    await page.getByText('asks for your approval').waitFor({ state: 'hidden' });
    await page.getByText('waits for your approval').waitFor({ state: 'hidden' });
    const asker = await people.as(administrator);
    await asker
      .getByText(/^Done: /)
      .first()
      .waitFor();
    expect(await readDevice(device.folder)).not.to.deep.equal(before);
  });

  it('tells all of it in words in the audit log, while a download keeps the codes', async () => {
    const page = await people.as(secondAdministrator);
    await page.reload();
    const log = page.getByRole('list', { name: 'Audit log, newest first' });
    for (const words of [
      'Order given; it waits for a second administrator',
      'Order queued for the device',
      'Role changed',
    ])
      await log.getByText(words, { exact: true }).first().waitFor();
    const titles = await log.locator('strong').allInnerTexts();
    const codes: readonly string[] = auditActionSchema.options;
    expect(titles.filter((title) => codes.includes(title) || /^\w+: \w+$/.test(title))).to.deep.equal([]);
    await expectSound(page);
    await expectNarrow(page);
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'as JSON Lines' }).click();
    const stream = await (await download).createReadStream();
    let text = '';
    for await (const piece of stream) text += String(piece);
    for (const code of ['command.awaiting-approval', 'command.queued', 'person.changed']) expect(text).to.include(code);
    await people.closeAll();
    expect(people.faults).to.deep.equal([]);
  });
});
