import { mkdirSync } from 'node:fs';
import { expect } from 'chai';
import { createAppsProbe, homeOwners } from '../../../../agent/platform/linux/apps.ts';
import { isLockedHome } from '../../../../agent/platform/linux/locked-home.ts';
import { defaultDeviceSettings } from '../../../../shared/policy/device-settings.ts';
import { aMinuteAhead, answerOf, createBrowserHome, knownApps } from '../browsers/browser-home.ts';

function probeFor(homes: string[] | undefined, passwd = '', scratchBelow = createBrowserHome().scratch) {
  return createAppsProbe({
    clock: aMinuteAhead,
    settings: () => defaultDeviceSettings,
    read: async () => passwd,
    accounts: async () => homes?.map((home) => ({ home })),
    scratchBelow,
  });
}

const ask = (homes: string[], passwd = '') => probeFor(homes, passwd)(new AbortController().signal);

describe('signed-in apps on Linux', () => {
  const installations = {
    'google-chrome of the system': ['chrome', '.config/google-chrome/Default'],
    'Chromium of the system': ['chromium', '.config/chromium/Default'],
    'Chromium as a snap': ['chromium', 'snap/chromium/common/chromium/Default'],
    'Chromium as a flatpak': ['chromium', '.var/app/org.chromium.Chromium/config/chromium/Default'],
    'Edge of the system': ['edge', '.config/microsoft-edge/Default'],
    'Edge as a flatpak': ['edge', '.var/app/com.microsoft.Edge/config/microsoft-edge/Default'],
    'Brave of the system': ['brave', '.config/BraveSoftware/Brave-Browser/Default'],
    'Brave as a flatpak': ['brave', '.var/app/com.brave.Browser/config/BraveSoftware/Brave-Browser/Default'],
    'Firefox of the system': ['firefox', '.mozilla/firefox/ab.default'],
    'Firefox where newer ones keep theirs': ['firefox', '.config/mozilla/firefox/ab.default'],
    'Firefox as a snap': ['firefox', 'snap/firefox/common/.mozilla/firefox/ab.default'],
    'Firefox as a flatpak': ['firefox', '.var/app/org.mozilla.firefox/.mozilla/firefox/ab.default'],
  } as const;
  for (const [what, [browser, path]] of Object.entries(installations)) {
    it(`looks into ${what} (DEV2)`, async () => {
      const home = createBrowserHome();
      home.lay(browser === 'firefox' ? 'firefox-signed-in' : 'chromium-signed-in', path);
      const apps = knownApps(await ask([home.path]));
      expect([answerOf(apps), apps.signIns[0]?.browser, apps.unread]).to.deep.equal(['signed-in', browser, []]);
    });
  }

  it('tells people apart, by the names of their accounts, and by their folders where an account is of a domain', async () => {
    const [one, other] = [createBrowserHome(), createBrowserHome()];
    one.lay('chromium-signed-in', '.config/chromium/Default');
    other.lay('chromium-signed-in', '.config/chromium/Default');
    const passwd = `root:x:0:0::/root:/bin/sh\r\namara:x:1000:1000:Amara,,,:${one.path}:/bin/bash\nnot a line\n`;
    const apps = knownApps(await ask([one.path, other.path], passwd));
    expect(apps.signIns.map(({ person, profile }) => [person, profile])).to.deep.equal([
      ['amara', 1],
      [other.path.split('/').at(-1), 1],
    ]);
    expect([...homeOwners('a:b\n::::::\n')]).to.deep.equal([]);
  });

  it('says signed out for people without any browser, and of a device without people', async () => {
    const home = createBrowserHome();
    mkdirSync(home.at('.config'));
    expect(answerOf(knownApps(await ask([home.path])))).to.equal('signed-out');
    expect(answerOf(knownApps(await ask([])))).to.equal('signed-out');
  });

  it('says unknown for one home that cannot be looked into, beside another that is signed out', async () => {
    const home = createBrowserHome();
    home.lay('chromium-signed-out-tombstone', '.config/chromium/Default');
    const apps = knownApps(await ask([home.path, home.at('not/there')]));
    expect(answerOf(apps)).to.equal('unknown');
    expect(apps.unread).to.deep.equal([
      { person: 'there', browser: null, profile: null, reason: 'blocked-by-permission' },
    ]);
  });

  it('says unknown when the list of accounts cannot be read', async () => {
    const reading = await probeFor(undefined)(new AbortController().signal);
    expect(reading).to.include({ state: 'unknown', reason: 'blocked-by-permission' });
  });

  it('says unknown for a home that is encrypted and not open, by what is to be seen of it', async () => {
    const undeciphered = ['Rm9vYmFyYmF6cXV4cXV1eGNvcmdlZ3JhdWx0', 'dGhpcyBpcyBhIG5hbWUgdGhhdCBpcyBub3QgcmVhZA'];
    expect(isLockedHome(undeciphered)).to.equal(true);
    expect(isLockedHome(['.ecryptfs', '.Private', 'README.txt'])).to.equal(true);
    expect(isLockedHome(['.ecryptfs', '.Private', '.config', '.cache'])).to.equal(false);
    expect(isLockedHome([...undeciphered, '.config'])).to.equal(false);
    expect(isLockedHome([])).to.equal(false);
    expect(isLockedHome(['Documents'])).to.equal(false);
    const home = createBrowserHome();
    for (const name of undeciphered) mkdirSync(home.at(name));
    expect(answerOf(knownApps(await ask([home.path])))).to.equal('unknown');
  });
});
