import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect } from 'chai';
import { TOTP } from 'otpauth';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { z } from 'zod';
import { type DeviceFile, writeDevice } from '../../agent/platform/simulated/device-file.ts';
import { defaultAppList } from '../../shared/policy/app-list.ts';
import { createAgentProcesses } from '../support/agent-process.ts';
import type { Running } from '../support/processes.ts';
import { chromiumPath } from '../support/skip.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Nothing but this machine can be reached, whatever the browser would like to look up. */
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

export async function openBrowser(): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === undefined) throw new Error('no Chromium is installed');
  return chromium.launch({ executablePath, args: quiet });
}

/** A page that keeps what went wrong in it: errors of the script, and what the content security policy stopped. */
export async function openPage(browser: Browser, options: Parameters<Browser['newContext']>[0] = {}) {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy|Maximum update|hydration|unique "key"/i.test(message.text()))
      faults.push(message.text());
  });
  return { page, faults };
}

const violationsSchema = z.array(
  z.object({
    id: z.string(),
    impact: z.string().nullable(),
    nodes: z.array(z.object({ html: z.string(), failureSummary: z.string().optional() })),
  }),
);

/** What axe finds that is serious or critical, in words. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const found: unknown = await page.evaluate('axe.run().then((result) => result.violations)');
  return violationsSchema
    .parse(found)
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, impact, nodes }) =>
        `${impact} ${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary ?? ''}`).join(' ')}`,
    );
}

export const administrator = { email: 'ada@acorns.example', name: 'Ada Bell', password: 'three old garden chairs' };

export interface Person {
  email: string;
  name: string;
  password: string;
}

/** Goes through the sign-in form as a person does. */
export async function signIn(page: Page, url: string, person: Person = administrator): Promise<void> {
  await page.goto(`${url}/sign-in`);
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByRole('textbox', { name: 'Password' }).fill(person.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
}

/** Gives the password again where the page asks for it. */
export async function confirmPassword(page: Page, password: string = administrator.password): Promise<void> {
  const question = page.getByRole('dialog', { name: 'Your password, please' });
  await question.getByLabel('Your password').fill(password);
  await question.getByRole('button', { name: 'Go on' }).click();
  await question.waitFor({ state: 'hidden' });
}

/** Gives it where it is asked for; where it was given a moment ago, `next` comes by itself. */
export async function confirmIfAsked(page: Page, next: Locator): Promise<void> {
  const question = page.getByRole('dialog', { name: 'Your password, please' });
  await next.or(question).first().waitFor();
  if (await question.isVisible()) await confirmPassword(page);
  await next.waitFor();
}

/** Sets the second factor up on the account page, as a person does with their telephone. */
export async function setUpSecondFactor(page: Page, password: string = administrator.password): Promise<void> {
  await page.getByRole('link', { name: 'Set it up now' }).click();
  await page.getByRole('button', { name: 'Set it up', exact: true }).click();
  const dialogue = page.getByRole('dialog', { name: 'Set up your second factor' });
  await dialogue.getByRole('button', { name: 'I have one' }).click();
  await confirmPassword(page, password);
  const secret = (await dialogue.locator('code').first().innerText()).replaceAll(' ', '');
  await dialogue.getByLabel('Code').fill(new TOTP({ secret }).generate());
  await dialogue.getByRole('button', { name: 'Turn it on' }).click();
  await dialogue.getByLabel('I have them on paper').check();
  await dialogue.getByRole('button', { name: 'Finish' }).click();
  await dialogue.waitFor({ state: 'hidden' });
}

/** Serious faults of accessibility in light and in dark, and whether the page is wider than a telephone. */
export async function expectSound(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor();
    await page.waitForTimeout(150);
    expect(await accessibilityFaults(page), colorScheme).to.deep.equal([]);
  }
}

/** Nothing of the page may be wider than a telephone of 390 pixels. */
export async function expectNarrow(page: Page): Promise<void> {
  const size = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 844 });
  await page.waitForTimeout(250);
  expect(await page.evaluate('document.documentElement.scrollWidth')).to.be.at.most(390);
  if (size !== null) await page.setViewportSize(size);
}

/** Whether it is where somebody looks, and not scrolled away. */
export function isInSight(what: Locator): Promise<boolean> {
  return what.evaluate((element) => {
    const { top, bottom, left } = element.getBoundingClientRect();
    const there = element.ownerDocument.elementFromPoint(left + 1, (top + bottom) / 2);
    return there !== null && element.contains(there);
  });
}

/** Goes to a button with the Tab key alone. */
export async function tabToButton(page: Page, name: string | RegExp): Promise<void> {
  const button = page.getByRole('button', { name });
  await button.waitFor();
  for (let tabs = 0; tabs < 60; tabs += 1) {
    if ((await button.and(page.locator(':focus')).count()) === 1) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the keyboard does not reach ${name}`);
}

export interface SimulatedDevice {
  folder: string;
  run(): Running;
}

/** The real agent, enrolled at the server, on a device that a file describes. */
export async function enrolSimulated(link: string, device: DeviceFile): Promise<SimulatedDevice> {
  const folder = makeTempFolder();
  await writeDevice(folder, device);
  const agent = createAgentProcesses({ dataFolder: join(folder, 'data') });
  await agent.enrol(link);
  return { folder, run: () => agent.run(['--simulate', folder]) };
}

const plainVolume = { id: 'dm-0', holds: 'system', state: 'protected', scheme: 'luks2' } as const;
const camera = { photos: 12, videos: 1 };

/** A tablet in good order with one person signed in. */
export function aTablet(person: string, at: string): DeviceFile {
  return {
    encryption: { value: { protection: 'protected', volumes: [plainVolume] } },
    sessions: {
      value: { sessions: [{ id: '3', person, where: 'graphical', since: at, activity: 'active', locked: null }] },
    },
    photos: {
      value: {
        places: [{ place: 'camera', count: { state: 'known', value: { ...camera, oldest: at }, at } }],
        atLeast: { ...camera, oldest: at },
        complete: true,
      },
    },
    filtering: {
      value: {
        state: 'on',
        provider: 'cloudflare-families',
        tests: [
          { filter: 'cloudflare-families', category: 'adult', outcome: 'blocked' },
          { filter: 'cloudflare-families', category: 'malware', outcome: 'blocked' },
        ],
        safeSearch: 'on',
        bypasses: [],
      },
    },
    location: {
      value: {
        gateway: { address: '192.0.2.1', hardwareAddress: '02:00:00:00:00:01', link: 'wireless' },
        wifi: null,
        vpn: false,
      },
    },
    apps: {
      value: {
        listVersion: 1,
        apps: defaultAppList.apps.map(({ app }) => ({
          app,
          answer: app === 'famly' ? ('signed-in' as const) : ('signed-out' as const),
        })),
        signIns: [{ person, browser: 'chrome', profile: 1, app: 'famly', state: 'signed-in', since: at, until: null }],
        unread: [],
      },
    },
    media: { value: { attached: [], recent: [] } },
    programs: { value: { count: 214, since: at, changes: [], unread: [] } },
    rights: {
      value: {
        people: [
          {
            person,
            administrator: { state: 'known', value: false, at },
            screenLock: { state: 'known', value: { on: true, afterSeconds: 300 }, at },
          },
        ],
        automaticSignIn: { state: 'known', value: { on: false, person: null }, at },
        firewall: { state: 'known', value: { on: true }, at },
        antivirus: { state: 'known', value: { state: 'on', upToDate: true }, at },
      },
    },
    system: { unknown: 'not-supported' },
    slowMs: 300,
  };
}
