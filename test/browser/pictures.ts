import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { type DeviceFile, writeDevice } from '../../agent/platform/simulated/device-file.ts';
import { deviceViewSchema } from '../../shared/api/devices.ts';
import { pageSchema } from '../../shared/api/page.ts';
import { instant } from '../../shared/instant.ts';
import { defaultPolicy } from '../../shared/policy/document.ts';
import { changePolicyOver } from '../support/change-policy.ts';
import { pause, type Running } from '../support/processes.ts';
import { createRest, type Rest } from '../support/rest.ts';
import { aTablet, enrolSimulated, openBrowser, openPage, signIn } from './browser-rig.ts';
import { startAcorns } from './setting-people.ts';

/**
 * Takes the README's pictures of the real pages: the real server, real agents on simulated devices.
 * `npx tsx test/browser/pictures.ts [FOLDER]`, after a build.
 */
const folder = process.argv[2] ?? join(import.meta.dirname, '..', '..', 'server', 'dashboard', 'pictures');
const ago = (minutes: number) => instant(Date.now() - minutes * 60_000);

const own = {
  gateway: { address: '192.0.2.1', hardwareAddress: '02:00:00:00:00:01', link: 'wireless' as const },
  wifi: null,
  vpn: false,
};
const elsewhere = { ...own, gateway: { ...own.gateway, hardwareAddress: '02:00:00:00:00:99' } };
const system = (model: string, free: number) => ({
  value: {
    model,
    os: { name: 'Debian GNU/Linux', version: '12' },
    bootedAt: ago(500),
    disk: { totalGb: 256, freeGb: free },
    battery: { percent: 80, charging: true },
  },
});
const plainDisk = {
  value: {
    protection: 'partial' as const,
    volumes: [
      { id: 'dm-0', holds: 'system' as const, state: 'protected' as const, scheme: 'luks2' as const },
      { id: 'sda2', holds: 'swap' as const, state: 'not-protected' as const, scheme: 'none' as const },
    ],
  },
};

const fleet: { name: string; more: string[]; device: DeviceFile; assigned?: string[] }[] = [
  {
    name: 'Tablet 1',
    more: ['--kind', 'tablet', '--child-facing'],
    device: { ...aTablet('acorns', ago(90)), system: system('Lenovo Tab M10', 41) },
  },
  {
    name: 'Office laptop',
    more: [],
    device: { ...aTablet('amara', ago(160)), encryption: plainDisk, system: system('Lenovo ThinkPad L13', 180) },
    assigned: ['ben'],
  },
  {
    name: 'Outing laptop',
    more: [],
    device: {
      ...aTablet('dana', ago(20)),
      encryption: plainDisk,
      location: { value: elsewhere },
      system: system('HP ProBook 430', 112),
    },
  },
  {
    name: 'Preschool laptop',
    more: ['--child-facing'],
    device: {
      ...aTablet('chloe', ago(45)),
      encryption: { unknown: 'permission-denied' },
      filtering: { unknown: 'no-network' },
      system: system('Acer TravelMate', 77),
    },
  },
];

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const opening = { ...defaultPolicy.opening, week: days.map((day) => ({ day, opens: '00:00', closes: '00:01' })) };

async function makeFleet(rest: Rest, link: (name: string, more: string[]) => Promise<string>): Promise<Running[]> {
  const networks = [{ gatewayHardwareAddress: '02:00:00:00:00:01', label: 'Acorns' }];
  await changePolicyOver(rest, { networks, opening });
  const running: Running[] = [];
  for (const { name, more, device } of fleet) {
    const { folder: place, run } = await enrolSimulated(await link(name, more), device);
    await writeDevice(place, device);
    running.push(run());
  }
  await pause(2_500);
  const { items } = pageSchema(deviceViewSchema).parse((await rest.get('/devices')).body);
  for (const { name, assigned } of fleet) {
    const id = items.find((one) => one.name === name)?.id;
    if (assigned !== undefined) await rest.send('PATCH', `/devices/${id}`, { assignedPeople: assigned });
  }
  return running;
}

async function take(page: Page, url: string): Promise<void> {
  const shoot = (name: string) => page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  await signIn(page, url);
  await page.getByText('Tablet 1').first().waitFor();
  await pause(500);
  await shoot('fleet');
  await page.getByRole('link', { name: 'Office laptop' }).first().click();
  await page.getByRole('button', { name: 'Log out' }).waitFor();
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByLabel(/why|reason/i).fill('The room has closed');
  await page.getByRole('dialog').getByRole('button', { name: 'Log everyone out' }).click();
  await page.getByText(/^Done/).first().waitFor();
  await page.getByRole('button', { name: 'Close', exact: true }).last().click();
  await pause(500);
  await shoot('device');
  await page.getByRole('link', { name: 'Hometime' }).last().click();
  await page.getByText('Tablet 1').first().waitFor();
  await pause(300);
  await shoot('hometime');
  await page.getByRole('link', { name: 'Incidents' }).click();
  await page.getByText('In immediate danger').waitFor();
  await pause(300);
  await shoot('incidents');
  await page.getByRole('link', { name: 'Rules' }).click();
  await page.getByText('What you ask of your devices').waitFor();
  await pause(300);
  await shoot('rules');
}

mkdirSync(folder, { recursive: true });
const server = await startAcorns();
const agents = await makeFleet(createRest(server.url, await server.token()), server.enrolLink);
const browser = await openBrowser();
try {
  const { page } = await openPage(browser, {
    viewport: { width: 1180, height: 760 },
    colorScheme: 'light',
    locale: 'en-GB',
  });
  page.setDefaultTimeout(15_000);
  await take(page, server.url);
} finally {
  await browser.close();
  for (const agent of agents) await agent.stop();
  await server.stop();
}
