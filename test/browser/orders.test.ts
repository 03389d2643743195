import { expect } from 'chai';
import type { Browser, Locator, Page } from 'playwright-core';
import { readDevice } from '../../agent/platform/simulated/device-file.ts';
import type { Running } from '../support/processes.ts';
import { createRest, type Rest } from '../support/rest.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { skipUnless } from '../support/skip.ts';
import {
  administrator,
  aTablet,
  confirmIfAsked,
  confirmPassword,
  enrolSimulated,
  expectNarrow,
  expectSound,
  openBrowser,
  openPage,
  type SimulatedDevice,
  setUpSecondFactor,
  signIn,
} from './browser-rig.ts';
import { addAdministrator, secondAdministrator, startAcorns } from './setting-people.ts';

describe('orders with a person behind them, in a real browser', function () {
  this.timeout(120_000);
  let server: ServerProcess;
  let rest: Rest;
  let browser: Browser;
  let page: Page;
  let faults: string[];
  const devices: SimulatedDevice[] = [];
  const agents: Running[] = [];

  before(async function () {
    skipUnless(this, 'chromium');
    server = await startAcorns();
    rest = createRest(server.url, await server.token());
    for (const name of ['Tablet 1', 'Tablet 2', 'Tablet 3'])
      devices.push(await enrolSimulated(await server.enrolLink(name), aTablet('amara', new Date().toISOString())));
    // Tablet 3 has joined and is out of touch.
    for (const device of devices.slice(0, 2)) agents.push(device.run());
    browser = await openBrowser();
    ({ page, faults } = await openPage(browser, { viewport: { width: 1280, height: 900 } }));
    page.setDefaultTimeout(20_000);
    await signIn(page, server.url);
  });
  after(async () => {
    await browser?.close();
    for (const agent of agents) await agent.stop();
    await server?.stop();
  });

  const goTo = async (name: string, on = page) => {
    await on.getByRole('link', { name: 'Devices' }).click();
    await on.getByRole('link', { name, exact: true }).first().click();
    await on.getByRole('heading', { level: 1, name }).waitFor();
  };
  const more = async (item: string): Promise<Locator> => {
    await page.getByRole('button', { name: 'More orders' }).click();
    await page.getByRole('menuitem', { name: item }).click();
    return page.getByRole('dialog').first();
  };
  const close = async (dialogue: Locator) => {
    await dialogue.getByRole('button', { name: 'Close', exact: true }).last().click();
    await dialogue.waitFor({ state: 'hidden' });
  };

  it('shows what an order to many would do, with names and numbers, before anything is ordered (DEV2)', async () => {
    await page
      .getByRole('row', { name: /Tablet 1/ })
      .getByText('In touch now')
      .waitFor();
    await page
      .getByRole('row', { name: /Tablet 2/ })
      .getByText('In touch now')
      .waitFor();
    await page.getByRole('button', { name: 'Order for all 3 devices' }).click();
    await page.getByRole('menuitem', { name: 'Send a message…' }).click();
    const dialogue = page.getByRole('dialog', { name: 'Send a message: all 3 devices' });
    await dialogue.getByRole('button', { name: 'Show what would happen' }).click();
    await dialogue.getByText('Write up to 200 letters').waitFor();
    await dialogue.getByLabel('What people are to read').fill('Home time: please save your work.');
    await dialogue.getByRole('button', { name: 'Show what would happen' }).click();
    await dialogue.getByText('Nothing has been ordered yet.').waitFor();
    const now = dialogue.getByRole('region', { name: '2 devices now' });
    expect(await now.innerText()).to.match(/Tablet 1, Tablet 2/);
    const later = dialogue.getByRole('region', { name: '1 device later, when next seen' });
    expect(await later.innerText()).to.include('Tablet 3');
    await expectSound(page);
    const { body } = await rest.get('/devices');
    expect(JSON.stringify(body)).to.include('"openCommands":[]').and.not.to.include('batchId');
    await dialogue.getByLabel('Why').fill('Closing time');
    await dialogue.getByRole('button', { name: 'Send the message: 3 devices' }).click();
    await dialogue.getByText('Verified by 2 of 3 devices so far.').waitFor();
    await dialogue.getByText('Queued').waitFor();
    expect(await dialogue.innerText()).not.to.match(/^Done on all/m);
    await expectSound(page);
    await close(dialogue);
  });

  it('orders of those alone that are ticked', async () => {
    await page.getByLabel('Select Tablet 2').check();
    await page.getByRole('button', { name: 'Order for 1 selected device' }).click();
    await page.getByRole('menuitem', { name: 'Look again…' }).click();
    const dialogue = page.getByRole('dialog');
    await dialogue.getByRole('button', { name: 'Show what would happen' }).click();
    await dialogue.getByRole('region', { name: '1 device now' }).waitFor();
    await dialogue.getByLabel('Why').fill('To be sure');
    await dialogue.getByRole('button', { name: 'Look again: 1 device' }).click();
    await dialogue.getByText('Done, and verified by the device.').waitFor();
    await close(dialogue);
    await page.getByLabel('Select Tablet 2').uncheck();
  });

  it('cancels what waits for a device that is out of touch, and says what it did', async () => {
    await goTo('Tablet 3');
    await page.getByText('Will run when the device is next seen').first().waitFor();
    await page.getByRole('button', { name: 'Clear the queue…' }).click();
    const dialogue = page.getByRole('dialog');
    await dialogue.getByLabel('Why').fill('No longer needed');
    await dialogue.getByRole('button', { name: 'Clear the queue' }).click();
    await dialogue.getByText('1 order cancelled.').waitFor();
    await close(dialogue);
    await page.getByText('Cancelled before it left the server').waitFor();
  });

  it('locks a device, gives the code that is read back over the telephone, and releases it', async () => {
    await goTo('Tablet 1');
    let dialogue = await more('Lock…');
    await dialogue.getByLabel('What its login screen says').fill('Please bring it to the office');
    await dialogue.getByLabel('Why').fill('Left at the park');
    await dialogue.getByRole('button', { name: 'Lock', exact: true }).click();
    await dialogue.getByText(/^Done: the device tried its own ways in/).waitFor();
    await close(dialogue);
    await page.getByText('Locked, as it last reported').waitFor();
    dialogue = await more('Release by telephone…');
    await dialogue.getByLabel('What the locked screen shows').fill('K7QM');
    await dialogue.getByLabel('Why').fill('Amara rang from the park');
    await dialogue.getByRole('button', { name: 'Show the code' }).click();
    await dialogue.getByText(/Eight letters and digits/).waitFor();
    await dialogue.getByLabel('What the locked screen shows').fill('k7qm 2xvd');
    await dialogue.getByRole('button', { name: 'Show the code' }).click();
    await dialogue.getByText(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/).waitFor();
    await dialogue.getByText(`On record: asked for by ${administrator.name}`).waitFor();
    await expectSound(page);
    await close(dialogue);
    dialogue = await more('Release…');
    await dialogue.getByLabel('Why').fill('It is back');
    await dialogue.getByRole('button', { name: 'Release', exact: true }).click();
    await dialogue.getByText('Done: the device looked again and people can sign in.').waitFor();
    await close(dialogue);
    await page.getByText('Locked, as it last reported').waitFor({ state: 'hidden' });
  });

  it('asks for the password before photos are cleared, and does nothing without it (DEV3)', async () => {
    const dialogue = await more('Clear photos…');
    await dialogue.getByText('The folder of teaching resources, with everything in it.').waitFor();
    await dialogue.getByLabel('Why').fill('End of term');
    await expectSound(page);
    await dialogue.getByRole('button', { name: 'Delete them for good' }).click();
    const question = page.getByRole('dialog', { name: 'Your password, please' });
    await question.waitFor();
    await expectSound(page);
    await page.keyboard.press('Escape');
    await question.waitFor({ state: 'hidden' });
    await dialogue.getByText('Your password was not given again, so nothing was done.').waitFor();
    await dialogue.getByRole('button', { name: 'Delete them for good' }).click();
    await question.getByLabel('Your password').fill('not my password at all');
    await question.getByRole('button', { name: 'Go on' }).click();
    await question.getByRole('alert').waitFor();
    await confirmPassword(page);
    await dialogue.getByText('Done: the device counted again and found none').waitFor();
    await dialogue.getByText('Deleted: 12 photos and 1 video').waitFor();
    await dialogue.getByText('Camera: before 12 photos and 1 video, now no photos or videos.').waitFor();
    await close(dialogue);
  });

  it('wipes only with the name typed, and a second administrator’s word: the asker cannot give it', async () => {
    await addAdministrator(server, secondAdministrator);
    await setUpSecondFactor(page);
    await goTo('Tablet 2');
    const dialogue = await more('Wipe…');
    await dialogue.getByText('There is no way back').waitFor();
    await dialogue.getByLabel('Why').fill('It goes to the charity shop');
    await dialogue.getByLabel('Type the device’s name: Tablet 2').fill('tablet 2');
    await dialogue.getByRole('button', { name: 'Wipe people’s data' }).click();
    await dialogue.getByText('This is not its name').waitFor();
    await expectSound(page);
    await dialogue.getByLabel('Type the device’s name: Tablet 2').fill('Tablet 2');
    await dialogue.getByRole('button', { name: 'Wipe people’s data' }).click();
    const waits = dialogue.getByText('A second administrator must approve it first. Nothing has been sent.');
    await confirmIfAsked(page, waits);
    await close(dialogue);
    await page.getByText('You asked for it, so another administrator must approve it.').waitFor();
    expect(await page.getByRole('button', { name: 'Approve this order' }).count()).to.equal(0);
    const before = await readDevice(devices[1]?.folder ?? '');

    const other = await openPage(browser, { viewport: { width: 1280, height: 900 } });
    other.page.setDefaultTimeout(20_000);
    await signIn(other.page, server.url, secondAdministrator);
    await other.page.getByText('1 order waits for your approval: Tablet 2.').waitFor();
    await other.page.getByRole('link', { name: 'Look at it' }).click();
    await other.page.getByText(`${administrator.name} asks for your approval.`).waitFor();
    await expectSound(other.page);
    await other.page.getByRole('button', { name: 'Say no…' }).click();
    await other.page.getByLabel('Why').fill('We still need what is on it');
    await other.page.getByRole('button', { name: 'Say no', exact: true }).click();
    await other.page.getByText('asks for your approval').waitFor({ state: 'hidden' });
    expect(other.faults).to.deep.equal([]);
    await other.page.context().close();

    await page
      .getByText(/Cancelled before it left the server\. Nothing was done\. Another administrator said no\./)
      .waitFor();
    expect(await readDevice(devices[1]?.folder ?? '')).to.deep.equal(before);
  });

  it('retires a device: its page says nothing of now, and the list forgets it at once', async () => {
    await goTo('Tablet 1');
    const dialogue = await more('Retire…');
    await dialogue.getByLabel('Why').fill('It was sold');
    await dialogue.getByLabel('Type the device’s name: Tablet 1').fill('Tablet 1');
    await dialogue.getByRole('button', { name: /Retire|out of the fleet/ }).click();
    await confirmIfAsked(page, dialogue.getByText('Done: the device has given up its identity').first());
    await close(dialogue);
    await page.getByText('Everything below is from before it left the fleet').waitFor();
    for (const now of ['Nothing found wrong', 'In touch now'])
      expect(await page.getByText(now).count(), now).to.equal(0);
    await expectSound(page);
    await page.getByRole('link', { name: 'Devices' }).click();
    await page.getByRole('link', { name: 'Tablet 2', exact: true }).first().waitFor();
    expect(await page.getByRole('link', { name: 'Tablet 1', exact: true }).count()).to.equal(0);
  });

  it('takes out a device that is gone, without a word to it', async () => {
    await goTo('Tablet 3');
    const dialogue = await more('Take out a device that is gone…');
    await dialogue.getByLabel('Why').fill('Stolen from the van');
    await dialogue.getByLabel('Type the device’s name: Tablet 3').fill('Tablet 3');
    await dialogue.getByRole('button', { name: 'Take it out' }).click();
    await confirmIfAsked(page, page.getByText('Everything below is from before it left the fleet'));
    await goTo('Tablet 2');
  });

  it('fits a telephone, with every order in reach', async () => {
    await expectNarrow(page);
    await page.getByRole('link', { name: 'Devices' }).click();
    await page.getByRole('button', { name: /^Order for/ }).waitFor();
    await expectNarrow(page);
    await page.getByRole('link', { name: 'Records' }).click();
    await page.getByText('Command', { exact: false }).first().waitFor();
    await page.getByRole('button', { name: 'Check that nothing was changed' }).click();
    await page.getByText(/^Intact: all/).waitFor();
    await expectSound(page);
    await expectNarrow(page);
    expect(faults).to.deep.equal([]);
  });
});
