import { mkdirSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { createAppsProbe } from '../../../../agent/platform/macos/apps.ts';
import { defaultDeviceSettings } from '../../../../shared/policy/device-settings.ts';
import { aMinuteAhead, answerOf, createBrowserHome, knownApps } from '../browsers/browser-home.ts';

function ask(usersFolder: string, scratchBelow: string) {
  const settings = () => defaultDeviceSettings;
  return createAppsProbe({ clock: aMinuteAhead, settings, usersFolder, scratchBelow })(new AbortController().signal);
}

describe('signed-in apps on macOS', () => {
  it('looks into every browser of every person, and into nobody else (DEV2)', async () => {
    const users = createBrowserHome();
    users.lay('chromium-signed-in', 'amara/Library/Application Support/Google/Chrome/Default');
    users.lay('firefox-signed-in', 'ben/Library/Application Support/Firefox/Profiles/ab.default');
    users.lay('chromium-signed-out-compacted', 'ben/Library/Application Support/Microsoft Edge/Profile 1');
    users.lay('chromium-signed-in', 'Shared/Library/Application Support/Google/Chrome/Default');
    writeFileSync(users.at('.localized'), '');
    const apps = knownApps(await ask(users.path, users.scratch));
    expect(apps.signIns.map(({ person, browser }) => [person, browser])).to.deep.equal([
      ['amara', 'chrome'],
      ['ben', 'firefox'],
    ]);
    expect([answerOf(apps), apps.unread]).to.deep.equal(['signed-in', []]);
  });

  it('says unknown when the folder of the homes cannot be listed', async () => {
    const users = createBrowserHome();
    const reading = await ask(users.at('not-there'), users.scratch);
    expect(reading).to.include({ state: 'unknown', reason: 'blocked-by-permission' });
  });

  it('says unknown, with the reason, when Safari is kept back: Full Disk Access was not given', async () => {
    const users = createBrowserHome();
    mkdirSync(users.at('amara/Library/Containers/com.apple.Safari'), { recursive: true });
    const apps = knownApps(await ask(users.path, users.scratch));
    expect(apps.unread).to.deep.equal([
      { person: 'amara', browser: 'safari', profile: null, reason: 'blocked-by-permission' },
    ]);
    expect(answerOf(apps)).to.equal('unknown');
  });
});
