import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { readDevice, writeDevice } from '../../agent/platform/simulated/device-file.ts';
import type { Running } from '../support/processes.ts';
import { type ServerOptions, type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { skipUnless } from '../support/skip.ts';
import {
  accessibilityFaults,
  aTablet,
  enrolSimulated,
  openBrowser,
  openPage,
  type SimulatedDevice,
  signIn,
} from './browser-rig.ts';
import { onlyHere, startAcorns } from './setting-people.ts';

const schemes = ['light', 'dark'] as const;

describe('the fleet, a device and a log-out, in a real browser', function () {
  this.timeout(90_000);
  let server: ServerProcess;
  let place: ServerOptions;
  let browser: Browser;
  let page: Page;
  let faults: string[];
  let device: SimulatedDevice;
  let agent: Running;

  before(async function () {
    skipUnless(this, 'chromium');
    server = await startAcorns();
    place = {
      env: onlyHere,
      dataFolder: server.dataFolder,
      peoplePort: server.peoplePort,
      agentPort: server.agentPort,
    };
    browser = await openBrowser();
    ({ page, faults } = await openPage(browser, { viewport: { width: 1280, height: 900 } }));
    page.setDefaultTimeout(15_000);
  });
  after(async () => {
    await browser?.close();
    await agent?.stop();
    await server?.stop();
  });

  const restartServer = async () => {
    await server.stop();
    server = await startServerProcess(place);
  };

  const expectAccessible = async () => {
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor();
      await page.waitForTimeout(150);
      expect(await accessibilityFaults(page), colorScheme).to.deep.equal([]);
    }
  };

  it('adds a device: its link is shown once, and it stands in the list as not known', async () => {
    await signIn(page, server.url);
    await page.getByRole('button', { name: 'Add a device' }).click();
    const dialogue = page.getByRole('dialog', { name: 'Add a device' });
    await dialogue.getByLabel('What you call it').fill('Tablet 3');
    await dialogue.getByLabel('Children use it').check();
    await dialogue.getByRole('button', { name: 'Make its link' }).click();
    await dialogue.getByText('Shown only once').waitFor();
    await expectAccessible();
    const command = await dialogue.locator('code').first().innerText();
    const link = /^npx hometime-agent enrol "(\S+)"$/.exec(command)?.[1] ?? '';
    await dialogue.getByRole('button', { name: 'Close' }).last().click();
    const row = page.getByRole('row', { name: /Tablet 3/ });
    await row.getByText('Cannot tell').waitFor();
    expect(await row.getByText('Nothing found wrong').count()).to.equal(0);
    device = await enrolSimulated(link, aTablet('amara', new Date().toISOString()));
  });

  it('shows, without a reload, what the device says of itself (DEV1, DEV2, DEV3, DEV5)', async () => {
    agent = device.run();
    const row = page.getByRole('row', { name: /Tablet 3/ });
    for (const text of [
      'In touch now',
      'Protected',
      'amara',
      '12 photos and 1 video',
      'On, by Cloudflare for Families',
    ])
      await row.getByText(text, { exact: true }).waitFor();
    await page.getByRole('heading', { level: 1, name: 'Nothing found wrong on your device' }).waitFor();
    await expectAccessible();
    await writeDevice(device.folder, { ...(await readDevice(device.folder)), encryption: { unknown: 'tool-missing' } });
    await row.getByText('Cannot tell').waitFor();
    await row.getByText('Not known: the device lacks the system tool that answers it').waitFor();
    await page.getByRole('heading', { level: 1, name: 'It cannot be told whether your device is safe' }).waitFor();
  });

  it('puts the use of a device by somebody it is not assigned to on record (DEV7, INC1)', async () => {
    await page.getByRole('link', { name: 'Tablet 3' }).click();
    await page.getByRole('heading', { level: 1, name: 'Tablet 3' }).waitFor();
    expect(await page.evaluate('document.activeElement.tagName')).to.equal('H1');
    await expectAccessible();
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByLabel('Only these accounts').check();
    await page
      .getByRole('combobox', { name: /Account names/ })
      .or(page.getByLabel('Account names on the device'))
      .first()
      .fill('ben');
    await page.keyboard.press('Enter');
    await expectAccessible();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('amara is signed in, and the device is not assigned to them.').waitFor();
    await page.getByRole('link', { name: 'Incidents' }).click();
    await page.getByRole('heading', { name: 'Used by somebody it is not assigned to' }).waitFor();
    await page.getByText('Going on, as last reported').waitFor();
    await page.getByText('amara is signed in, and the device is not assigned to them.').first().waitFor();
    await expectAccessible();
    await page.getByRole('link', { name: 'Used by somebody it is not assigned to' }).click();
    await page.getByText('What was known then').click();
    await expectAccessible();
    await page.getByRole('link', { name: 'Tablet 3' }).click();
  });

  it('names the network the device is on as the setting’s own (DEV1)', async () => {
    await page.getByRole('button', { name: 'This is our network' }).click();
    await page.getByLabel('What you call it').fill('Nursery Wi-Fi');
    await page.getByRole('button', { name: 'Save as our network' }).click();
    await page.getByText('At the setting', { exact: true }).waitFor();
  });

  it('holds an order for a device that is out of touch, says so, and lets it be cancelled', async () => {
    await agent.stop();
    // A server that starts calls nobody online until it has spoken: no need to wait for the silence to grow long.
    await restartServer();
    await page.getByText('Out of touch').first().waitFor();
    await page.getByRole('button', { name: 'Log out' }).click();
    const dialogue = page.getByRole('dialog');
    await dialogue.getByRole('button', { name: 'Log everyone out' }).click();
    await dialogue.getByText('Write why').waitFor();
    await dialogue.getByLabel('Why').fill('Closing time');
    await dialogue.getByRole('button', { name: 'Log everyone out' }).click();
    await dialogue.getByText('Will run when the device is next seen').waitFor();
    await expectAccessible();
    await dialogue.getByRole('button', { name: 'Cancel this order' }).click();
    await dialogue.getByText('Cancelled before it left the server').waitFor();
    await page.keyboard.press('Escape');
    await dialogue.waitFor({ state: 'hidden' });
  });

  it('logs a person out by keyboard alone, and says done only after the device looked again (DEV2)', async () => {
    agent = device.run();
    await page.getByText('In touch now').waitFor();
    await page.getByRole('button', { name: 'Log out' }).focus();
    await page.keyboard.press('Enter');
    const dialogue = page.getByRole('dialog');
    await dialogue.getByLabel(/Everyone who is signed in/).waitFor();
    await page.waitForFunction(`document.activeElement?.type === 'radio'`);
    // Past the choice of a notice, to the reason.
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Closing time');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    const status = dialogue.locator('[aria-live=polite]');
    await status.waitFor();
    const logged = () => readFileSync(join(device.folder, 'actions.log'), 'utf8');
    await status.getByText('Done: the device looked again and nobody is signed in.').waitFor();
    expect(logged().match(/end-session/g)).to.have.length(1);
    expect((await readDevice(device.folder)).sessions).to.deep.equal({ value: { sessions: [] } });
    await dialogue.getByText('Signed in before: amara').waitFor();
    await dialogue.getByText('When it looked again: nobody.').waitFor();
    await page.keyboard.press('Escape');
    await dialogue.waitFor({ state: 'hidden' });
  });

  it('logs one session out and no other, and does not say then that nobody is signed in (DEV2)', async () => {
    const since = new Date(Date.now() - 60_000).toISOString();
    const [amara, ben] = ['amara', 'ben'].map(
      (person, index) =>
        ({ id: `${index + 7}`, person, where: 'graphical', since, activity: 'active', locked: null }) as const,
    );
    if (amara === undefined || ben === undefined) throw new Error('no sessions');
    await writeDevice(device.folder, {
      ...(await readDevice(device.folder)),
      sessions: { value: { sessions: [amara, ben] } },
    });
    await page.getByText('amara and ben', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Log out' }).click();
    const dialogue = page.getByRole('dialog');
    await dialogue.getByLabel('amara').check();
    await dialogue.getByLabel('Why').fill('Another person’s turn');
    await dialogue.getByRole('button', { name: 'Log this session out' }).click();
    await dialogue.getByText('Done: the device looked again and did not find the session').waitFor();
    await dialogue.getByText('Signed in before: amara (at the device).').waitFor();
    expect(await dialogue.innerText()).not.to.match(/nobody/i);
    expect((await readDevice(device.folder)).sessions).to.deep.equal({ value: { sessions: [ben] } });
    await page.keyboard.press('Escape');
    await dialogue.waitFor({ state: 'hidden' });
  });

  it('does not log out whoever came after the session that was chosen', async () => {
    const sessionsNow = async () => {
      const { sessions } = await readDevice(device.folder);
      return sessions !== undefined && 'value' in sessions ? sessions.value.sessions : [];
    };
    await page.getByRole('button', { name: 'Log out' }).click();
    const dialogue = page.getByRole('dialog');
    await dialogue.getByLabel('ben').check();
    await dialogue.getByLabel('Why').fill('Closing time');
    const next = (await sessionsNow()).map((session) => ({ ...session, person: 'chidi' }));
    await writeDevice(device.folder, {
      ...(await readDevice(device.folder)),
      sessions: { value: { sessions: next } },
    });
    await dialogue.getByLabel('chidi').waitFor();
    await dialogue.getByRole('button', { name: 'Log this session out' }).click();
    await dialogue.getByText('That session is no longer there.').waitFor();
    expect(await sessionsNow()).to.deep.equal(next);
    await dialogue.getByRole('button', { name: 'Do nothing' }).click();
    await dialogue.waitFor({ state: 'hidden' });
  });

  it('stops looking live when the server is gone, and is live again by itself when it is back', async () => {
    await page.getByRole('link', { name: 'Devices' }).click();
    await page
      .getByRole('row', { name: /Tablet 3/ })
      .getByText('In touch now')
      .waitFor();
    await server.stop();
    await page.getByText('This page has not been live since').waitFor();
    expect(await page.getByText('In touch now').count()).to.equal(0);
    await expectAccessible();
    server = await startServerProcess(place);
    await page.getByText('This page has not been live since').waitFor({ state: 'hidden' });
    await page
      .getByRole('row', { name: /Tablet 3/ })
      .getByText('In touch now')
      .waitFor();
    expect(faults).to.deep.equal([]);
  });
});
