import { mkdirSync, symlinkSync } from 'node:fs';
import { expect } from 'chai';
import { hostOfDatabase } from '../../../../agent/platform/browsers/chromium/profiles.ts';
import { sessionLifeOf } from '../../../../agent/platform/browsers/chromium/session-life.ts';
import {
  answerOf,
  type BrowserHome,
  createBrowserHome,
  listed,
  look,
  makeLocalStorage,
  write,
} from './browser-home.ts';
import { type MadeCookie, makeChromiumCookies } from './cookie-stores.ts';

const root = '.config/chromium';
const hour = 3_600_000;
const chat = listed({ app: 'chat', hosts: ['chat.example'], cookies: ['user', 'token'] });
const club = listed({ app: 'club', hosts: ['club.example'] });

/** A home with these cookies in one Chromium profile. */
async function homeWith(cookies: readonly MadeCookie[], profile = `${root}/Default`): Promise<BrowserHome> {
  const home = createBrowserHome();
  await makeChromiumCookies(home.at(profile, 'Cookies'), cookies);
  return home;
}

const both = (more: Partial<MadeCookie> = {}): MadeCookie[] => [
  { host: '.chat.example', name: 'user', ...more },
  { host: '.chat.example', name: 'token', ...more },
];

describe('signed-in apps: cookies of Chromium', () => {
  it('says signed in when every listed cookie is there, since the last came, until the first goes, in whole hours', async () => {
    const at = Math.floor(Date.now() / hour) * hour;
    const home = await homeWith([
      { host: '.chat.example', name: 'user', createdMs: at - 50 * hour + 1, expiresMs: at + 9 * hour + 1 },
      { host: 'www.chat.example', name: 'token', createdMs: at - 20 * hour + 1, expiresMs: at + 500 * hour },
    ]);
    const apps = await look({ home, apps: [chat] });
    expect(apps.signIns).to.deep.equal([
      {
        ...{ person: 'amara', browser: 'chromium', profile: 1, app: 'chat', state: 'signed-in' },
        since: new Date(at - 20 * hour).toISOString(),
        until: new Date(at + 10 * hour).toISOString(),
      },
    ]);
  });

  const cases: { title: string; cookies: MadeCookie[]; answer: string }[] = [
    { title: 'one of two listed cookies is no sign-in', cookies: both().slice(0, 1), answer: 'signed-out' },
    {
      title: 'cookies that have expired are no sign-in',
      cookies: both({ expiresMs: Date.now() - 1 }),
      answer: 'signed-out',
    },
    { title: 'one that ended before 1970 has ended', cookies: both({ expiresMs: -5 }), answer: 'signed-out' },
    {
      title: 'a host below the listed one is meant too',
      cookies: both({ host: 'a.b.chat.example' }),
      answer: 'signed-in',
    },
    {
      title: 'a host that only ends alike is another',
      cookies: both({ host: 'notchat.example' }),
      answer: 'signed-out',
    },
    { title: 'a letter case of the host is no matter', cookies: both({ host: '.Chat.Example' }), answer: 'signed-in' },
    {
      title: 'cookies bound to the pages of two different sites are not sent together',
      cookies: both().map((cookie, index) => ({ ...cookie, jar: index === 0 ? '' : 'https://other.example' })),
      answer: 'signed-out',
    },
    {
      title: 'cookies bound to the pages of one other site are a sign-in there',
      cookies: both({ jar: 'https://other.example' }),
      answer: 'signed-in',
    },
  ];
  for (const { title, cookies, answer } of cases) {
    it(title, async () => {
      expect(answerOf(await look({ home: await homeWith(cookies), apps: [chat] }), 'chat')).to.equal(answer);
    });
  }

  it('takes no cookie of a parent domain for one of the listed host: mail.google.com is not google.com (DEV13)', async () => {
    const home = await homeWith([{ host: '.google.com', name: 'SID' }]);
    const gmail = listed({ app: 'gmail', hosts: ['mail.google.com'] });
    expect(answerOf(await look({ home, apps: [gmail] }), 'gmail')).to.equal('signed-out');
    const inside = await homeWith([{ host: 'mail.google.com', name: 'OSID' }]);
    expect(answerOf(await look({ home: inside, apps: [gmail] }), 'gmail')).to.equal('possible');
  });

  it('says possible of an app without known names when anything lasting of its hosts is there, and never signed in', async () => {
    const home = await homeWith([{ host: '.club.example', name: 'anything' }]);
    expect(answerOf(await look({ home, apps: [club] }), 'club')).to.equal('possible');
    const stored = createBrowserHome();
    await makeLocalStorage(stored.at(root, 'Default'), [{ origin: 'https://app.club.example', key: 'token' }]);
    expect(answerOf(await look({ home: stored, apps: [club] }), 'club')).to.equal('possible');
  });

  it('says possible of it for a database of its pages, whose content nobody looks at', async () => {
    const home = createBrowserHome();
    write(home.at(root, 'Default/IndexedDB/https_www.club.example_0.indexeddb.leveldb/CURRENT'), '');
    expect(answerOf(await look({ home, apps: [club] }), 'club')).to.equal('possible');
    const newer = createBrowserHome();
    write(newer.at(root, 'Default/IndexedDB/https_www.club.example_0/0b3d'), '');
    expect(answerOf(await look({ home: newer, apps: [club] }), 'club'), 'in SQLite').to.equal('possible');
    const other = createBrowserHome();
    write(other.at(root, 'Default/IndexedDB/https_other.example_0.indexeddb.leveldb/CURRENT'), '');
    expect(answerOf(await look({ home: other, apps: [club] }), 'club')).to.equal('signed-out');
    expect(answerOf(await look({ home, apps: [chat] }), 'chat'), 'one with known names').to.equal('signed-out');
    expect([
      hostOfDatabase('https_a.example_8443.indexeddb.blob'),
      hostOfDatabase('https_a.example_8443'),
      hostOfDatabase('file__0.indexeddb.leveldb'),
      hostOfDatabase('https_a.example_0-journal'),
    ]).to.deep.equal(['a.example', 'a.example', undefined, undefined]);
  });

  it('reads cookies from the folder Network as well, where Windows has them', async () => {
    const home = createBrowserHome();
    await makeChromiumCookies(home.at(root, 'Default', 'Network', 'Cookies'), both());
    expect(answerOf(await look({ home, apps: [chat] }), 'chat')).to.equal('signed-in');
  });
});

describe('signed-in apps: cookies of Chromium that end with the browser', () => {
  const preferences = (exit: string, restore?: number) =>
    JSON.stringify({ profile: { exit_type: exit, name: 'CANARY' }, session: { restore_on_startup: restore } });
  const lives = [
    { title: 'open, or killed', exit: 'Crashed', answer: 'signed-in' },
    { title: 'closed', exit: 'Normal', answer: 'signed-out' },
    { title: 'ended with the system', exit: 'SessionEnded', answer: 'signed-out' },
    { title: 'closed, and set to continue where one left off', exit: 'Normal', restore: 1, answer: 'signed-in' },
    { title: 'closed, by a file that is not understood', exit: 'Whatever', answer: 'possible' },
  ];
  for (const { title, exit, restore, answer } of lives) {
    it(`says ${answer} when the browser is ${title}`, async () => {
      const home = await homeWith(both({ expiresMs: null }));
      write(home.at(root, 'Default', 'Preferences'), preferences(exit, restore));
      const apps = await look({ home, apps: [chat] });
      expect(answerOf(apps, 'chat')).to.equal(answer);
      expect(apps.unread).to.deep.equal([]);
    });
  }

  it('says possible in the first seconds of a browser, whose file still tells of the last end, by its lock', async () => {
    const home = await homeWith(both({ expiresMs: null }));
    write(home.at(root, 'Default', 'Preferences'), preferences('Normal'));
    symlinkSync('somewhere-12345', home.at(root, 'SingletonLock'));
    expect(answerOf(await look({ home, apps: [chat] }), 'chat')).to.equal('possible');
  });

  it('says possible when nothing tells how the browser ended', async () => {
    expect(sessionLifeOf(undefined, false)).to.equal('uncertain');
    expect(sessionLifeOf('{"profile":', false)).to.equal('uncertain');
    expect(sessionLifeOf('[]', true)).to.equal('uncertain');
    expect(answerOf(await look({ home: await homeWith(both({ expiresMs: null })), apps: [chat] }), 'chat')).to.equal(
      'possible',
    );
  });
});

describe('signed-in apps: profiles of Chromium', () => {
  it('counts profiles by their folders, "Profile 2" before "Profile 10", and names each', async () => {
    const home = createBrowserHome();
    for (const name of ['Default', 'Profile 2', 'Profile 10']) {
      await makeChromiumCookies(home.at(root, name, 'Cookies'), name === 'Profile 2' ? [] : both());
    }
    const apps = await look({ home, apps: [chat] });
    expect(apps.signIns.map(({ profile }) => profile)).to.deep.equal([1, 3]);
  });

  it('passes over the profiles of guests and of the browser itself, and folders that are none', async () => {
    const home = createBrowserHome();
    for (const name of ['Guest Profile', 'System Profile'])
      await makeChromiumCookies(home.at(root, name, 'Cookies'), both());
    mkdirSync(home.at(root, 'Crashpad'));
    write(home.at(root, 'Local State'), '{}');
    const apps = await look({ home, apps: [chat] });
    expect([apps.signIns, apps.unread, answerOf(apps, 'chat')]).to.deep.equal([[], [], 'signed-out']);
  });

  it('finds a profile that was given a folder of another name', async () => {
    const home = await homeWith(both(), `${root}/Room 3`);
    expect(answerOf(await look({ home, apps: [chat] }), 'chat')).to.equal('signed-in');
  });

  it('keeps apart the browsers of one person', async () => {
    const home = await homeWith(both());
    await makeChromiumCookies(home.at('.config/google-chrome/Default/Cookies'), both());
    const apps = await look({ home, apps: [chat] });
    expect(apps.signIns.map(({ browser, profile }) => [browser, profile])).to.deep.equal([
      ['chromium', 1],
      ['chrome', 1],
    ]);
  });

  it('counts one installation once when two ways lead to it', async () => {
    const home = await homeWith(both());
    symlinkSync(home.at(root), home.at('.config/google-chrome'));
    expect((await look({ home, apps: [chat] })).signIns).to.have.length(1);
  });
});

describe('signed-in apps: local storage of Chromium', () => {
  const famly = (origin: string, key = 'famly.accessToken') => ({ origin, key });
  const cases = [
    { title: 'at the very host', entry: famly('https://app.famly.co'), answer: 'signed-in' },
    { title: 'at another port', entry: famly('https://app.famly.co:8443'), answer: 'signed-in' },
    { title: 'below the host', entry: famly('https://eu.app.famly.co'), answer: 'signed-in' },
    {
      title: 'inside a page of another site',
      entry: famly('https://app.famly.co/^0https://x.example'),
      answer: 'signed-in',
    },
    { title: 'at another host', entry: famly('https://app.famly.co.evil.example'), answer: 'signed-out' },
    { title: 'at a parent', entry: famly('https://famly.co'), answer: 'signed-out' },
    { title: 'of an extension', entry: famly('chrome-extension://app.famly.co'), answer: 'signed-out' },
    { title: 'under a longer name', entry: famly('https://app.famly.co', 'famly.accessToken2'), answer: 'signed-out' },
    { title: 'under a shorter name', entry: famly('https://app.famly.co', 'famly.access'), answer: 'signed-out' },
  ];
  for (const { title, entry, answer } of cases) {
    it(`says ${answer} for a key ${title}`, async () => {
      const home = createBrowserHome();
      await makeLocalStorage(home.at(root, 'Default'), [entry]);
      expect(answerOf(await look({ home }))).to.equal(answer);
    });
  }

  it('finds a key that Chromium wrote in two bytes a letter', async () => {
    const home = createBrowserHome();
    await makeLocalStorage(home.at(root, 'Default'), [
      { origin: 'https://app.famly.co', key: '' },
      { origin: 'https://app.famly.co', key: 'x', wide: 'famly.accessToken' },
    ]);
    expect(answerOf(await look({ home }))).to.equal('signed-in');
  });
});
