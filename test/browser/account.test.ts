import { expect } from 'chai';
import { TOTP } from 'otpauth';
import type { Browser, Page } from 'playwright-core';
import type { ServerProcess } from '../support/server-process.ts';
import { skipUnless } from '../support/skip.ts';
import {
  administrator,
  confirmPassword,
  expectNarrow,
  expectSound,
  openBrowser,
  openPage,
  signIn,
} from './browser-rig.ts';
import { startAcorns } from './setting-people.ts';

const newPassword = 'seven blue wheelbarrows';

describe('one’s own account, in a real browser', function () {
  this.timeout(120_000);
  let server: ServerProcess;
  let browser: Browser;
  let page: Page;
  let faults: string[];
  let secret = '';
  let recoveryCodes: string[] = [];

  before(async function () {
    skipUnless(this, 'chromium');
    server = await startAcorns();
    browser = await openBrowser();
    ({ page, faults } = await openPage(browser, { viewport: { width: 1280, height: 900 } }));
    page.setDefaultTimeout(20_000);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  const goToAccount = async () => {
    await page.getByRole('button', { name: administrator.name }).click();
    await page.getByRole('menuitem', { name: 'Your account' }).click();
    await page.getByRole('heading', { level: 1, name: 'Your account' }).waitFor();
  };
  const codeNow = () => new TOTP({ secret }).generate();

  it('tells an administrator that a second factor is due, and where to set it up', async () => {
    await signIn(page, server.url);
    await page.getByText('As an administrator you need a second factor by').waitFor();
    await page.getByRole('link', { name: 'Set it up now' }).click();
    await page.getByText('Off: whoever learns your password can sign in as you.').waitFor();
    await expectSound(page);
    await expectNarrow(page);
  });

  it('changes the password, and refuses one that is known from breaches or not the present one', async () => {
    const change = async (old: string, next: string) => {
      await page.getByLabel('Password now').fill(old);
      await page.getByLabel('New password', { exact: true }).fill(next);
      await page.getByLabel('New password again').fill(next);
      await page.getByRole('button', { name: 'Change it' }).click();
    };
    await change('not my password at all', newPassword);
    await page
      .getByText('It was not changed')
      .or(page.getByText(/not (right|your password)/))
      .first()
      .waitFor();
    await change(administrator.password, newPassword);
    await page.getByText('Your password is changed.').waitFor();
  });

  it('sets a second factor up from the picture or the text, on only after its first code', async () => {
    await page.getByRole('button', { name: 'Set it up' }).click();
    const dialogue = page.getByRole('dialog', { name: 'Set up your second factor' });
    await dialogue.getByRole('button', { name: 'I have one' }).click();
    await confirmPassword(page, newPassword);
    await dialogue.getByRole('img', { name: /picture for your authenticator app/ }).waitFor();
    secret = (await dialogue.locator('code').first().innerText()).replaceAll(' ', '');
    expect(secret).to.match(/^[A-Z2-7]{16,}$/);
    await expectSound(page);
    await dialogue.getByLabel('Code').fill('000000');
    await dialogue.getByRole('button', { name: 'Turn it on' }).click();
    await dialogue.locator('[id$=-error]').waitFor();
    await dialogue.getByLabel('Code').fill(codeNow());
    await dialogue.getByRole('button', { name: 'Turn it on' }).click();
    const codes = dialogue.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem');
    await codes.first().waitFor();
    recoveryCodes = await codes.allInnerTexts();
    expect(recoveryCodes.length).to.be.at.least(8);
    await expectSound(page);
    expect(await dialogue.getByRole('button', { name: 'Finish' }).isDisabled()).to.equal(true);
    await dialogue.getByLabel('I have them on paper').check();
    await dialogue.getByRole('button', { name: 'Finish' }).click();
    await page.getByText('On: signing in asks for a code').waitFor();
    expect(await page.getByText('As an administrator you need').count()).to.equal(0);
  });

  it('asks for the code at the next sign-in, and takes a recovery code once', async () => {
    const attempt = async (code: string) => {
      const other = await openPage(browser);
      other.page.setDefaultTimeout(20_000);
      await other.page.goto(`${server.url}/sign-in`);
      await other.page.getByLabel('E-mail').fill(administrator.email);
      await other.page.getByRole('textbox', { name: 'Password' }).fill(newPassword);
      await other.page.getByRole('button', { name: 'Sign in' }).click();
      await other.page.getByLabel('Code').waitFor();
      await other.page.waitForFunction(`document.activeElement?.autocomplete === 'one-time-code'`);
      await expectSound(other.page);
      await other.page.keyboard.type(code);
      await other.page.keyboard.press('Enter');
      return other.page;
    };
    const [code = ''] = recoveryCodes;
    const first = await attempt(code);
    await first.getByRole('navigation', { name: 'Pages' }).waitFor();
    await first.context().close();
    const again = await attempt(code);
    await again.getByRole('alert').waitFor();
    await again.context().close();
  });

  it('lists where one is signed in, and ends the others', async () => {
    await page.getByRole('link', { name: 'Devices' }).click();
    await goToAccount();
    await page.getByText('This one').waitFor();
    const rows = page.getByRole('list', { name: 'Your sign-ins' }).getByRole('listitem');
    await rows.nth(1).waitFor();
    await page
      .getByText(/Chrome on Linux, from 127\.0\.0\.1/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'End all but this' }).click();
    await rows.nth(1).waitFor({ state: 'hidden' });
    await page.getByText('This one').waitFor();
    expect(faults).to.deep.equal([]);
  });
});
