import { utimesSync } from 'node:fs';
import { expect } from 'chai';
import { createBrowsersProbe } from '../../../../agent/platform/browsers/probe.ts';
import { defaultDeviceSettings } from '../../../../shared/policy/device-settings.ts';
import {
  aMinuteAhead,
  answerOf,
  createBrowserHome,
  knownApps,
  listed,
  makeLocalStorage,
  places,
  probeOf,
  watchedDisk,
} from './browser-home.ts';
import { makeChromiumCookies, withDatabase } from './cookie-stores.ts';

const chromium = ['.config', 'chromium', 'Default'] as const;
const signal = new AbortController().signal;
const chat = listed({ app: 'chat', hosts: ['chat.example'], cookies: ['user'] });

function busyHome() {
  const home = createBrowserHome();
  home.lay('chromium-signed-in-compacted', ...chromium);
  home.lay('firefox-signed-in', '.mozilla/firefox/ab12.default');
  return home;
}

describe('signed-in apps: stores that did not change', () => {
  it('are only asked how they look: no listing, no reading, no copy', async () => {
    const home = busyHome();
    const disk = watchedDisk();
    const probe = probeOf({ home, disk });
    const first = knownApps(await probe(signal));
    await probe(signal);
    const before = { ...disk.asked };
    const again = knownApps(await probe(signal));
    expect(again).to.deep.equal(first);
    const asked = Object.fromEntries(
      Object.entries(disk.asked).map(([key, count]) => [key, count - before[key as 'look']]),
    );
    expect(asked).to.deep.include({ list: 0, read: 0, copy: 0, isNamed: 0 });
    expect(asked.look).to.be.within(1, 40);
  });

  it('are read again when a cookie comes or goes, and only they', async () => {
    const home = createBrowserHome();
    await makeChromiumCookies(home.at(...chromium, 'Cookies'), []);
    await makeChromiumCookies(home.at('.config/google-chrome/Default/Cookies'), []);
    const disk = watchedDisk();
    const probe = probeOf({ home, disk, apps: [chat] });
    expect(answerOf(knownApps(await probe(signal)), 'chat')).to.equal('signed-out');
    const copies = disk.asked.copy;
    const row = [
      "'.chat.example'",
      "''",
      "'user'",
      "'/'",
      13_400_000_000_000_000,
      15_000_000_000_000_000,
      1,
      1,
      0,
      1,
      1,
      0,
    ];
    await withDatabase(home.at(...chromium, 'Cookies'), [[`insert into hidden values (${row.join(', ')})`]]);
    expect(answerOf(knownApps(await probe(signal)), 'chat')).to.equal('signed-in');
    expect(disk.asked.copy).to.equal(copies + 1);
    await withDatabase(home.at(...chromium, 'Cookies'), [['delete from hidden']]);
    expect(answerOf(knownApps(await probe(signal)), 'chat')).to.equal('signed-out');
  });

  it('are read again when local storage is written to, though no table of it is', async () => {
    const home = createBrowserHome();
    home.lay('chromium-signed-out-compacted', ...chromium);
    const disk = watchedDisk();
    const probe = probeOf({ home, disk });
    expect(answerOf(knownApps(await probe(signal)))).to.equal('signed-out');
    const tables = disk.asked.read;
    await makeLocalStorage(home.at(...chromium), [{ origin: 'https://app.famly.co', key: 'famly.accessToken' }]);
    expect(answerOf(knownApps(await probe(signal)))).to.equal('signed-in');
    expect(disk.asked.read).to.be.above(tables);
  });

  it('are read again for another list of apps, and answered by it', async () => {
    const home = createBrowserHome();
    await makeChromiumCookies(home.at(...chromium, 'Cookies'), [{ host: '.chat.example', name: 'user' }]);
    let apps = { version: 1, apps: [listed({ app: 'club', hosts: ['club.example'] })] };
    const probe = createBrowsersProbe({
      clock: aMinuteAhead,
      settings: () => ({ ...defaultDeviceSettings, apps }),
      homes: async () => [{ person: 'amara', path: home.path }],
      places,
      scratchBelow: home.scratch,
    });
    expect(knownApps(await probe(signal)).apps).to.deep.equal([{ app: 'club', answer: 'signed-out' }]);
    apps = { version: 2, apps: [chat] };
    const value = knownApps(await probe(signal));
    expect([value.listVersion, value.apps]).to.deep.equal([2, [{ app: 'chat', answer: 'signed-in' }]]);
  });

  it('are read again after an hour, whatever they look like', async () => {
    const home = createBrowserHome();
    await makeChromiumCookies(home.at(...chromium, 'Cookies'), []);
    let ahead = 60_000;
    const disk = watchedDisk();
    const probe = probeOf({ home, disk, clock: { now: () => Date.now() + ahead } });
    for (const minutes of [0, 30, 59]) {
      ahead = 60_000 + minutes * 60_000;
      await probe(signal);
    }
    expect(disk.asked.copy).to.equal(1);
    ahead = 62 * 60_000;
    await probe(signal);
    expect(disk.asked.copy).to.equal(2);
  });

  it('let a sign-in run out by the clock, without being read again', async () => {
    const home = createBrowserHome();
    const expiresMs = Date.now() + 20 * 60_000;
    await makeChromiumCookies(home.at(...chromium, 'Cookies'), [{ host: '.chat.example', name: 'user', expiresMs }]);
    let ahead = 60_000;
    const disk = watchedDisk();
    const probe = probeOf({ home, disk, apps: [chat], clock: { now: () => Date.now() + ahead } });
    expect(answerOf(knownApps(await probe(signal)), 'chat')).to.equal('signed-in');
    ahead = 21 * 60_000;
    expect(answerOf(knownApps(await probe(signal)), 'chat')).to.equal('signed-out');
    expect(disk.asked.copy).to.equal(1);
  });

  it('are not trusted while they have only just changed, nor when their time lies ahead', async () => {
    const home = createBrowserHome();
    await makeChromiumCookies(home.at(...chromium, 'Cookies'), []);
    const disk = watchedDisk();
    const probe = probeOf({ home, disk, clock: { now: () => Date.now() } });
    await probe(signal);
    await probe(signal);
    expect(disk.asked.copy).to.equal(2);
    const ahead = new Date(Date.now() + 3_600_000);
    utimesSync(home.at(...chromium, 'Cookies'), ahead, ahead);
    const later = watchedDisk();
    const second = probeOf({ home, disk: later });
    await second(signal);
    await second(signal);
    expect(later.asked.copy).to.equal(2);
  });

  it('that could not be understood are not copied again and again', async () => {
    const home = createBrowserHome();
    await withDatabase(home.at(...chromium, 'Cookies'), [['create table cookies (name text)']]);
    const disk = watchedDisk();
    const probe = probeOf({ home, disk });
    for (let round = 0; round < 3; round += 1) {
      expect(knownApps(await probe(signal)).unread.map(({ reason }) => reason)).to.deep.equal(['not-understood']);
    }
    expect(disk.asked.copy).to.equal(1);
  });
});
