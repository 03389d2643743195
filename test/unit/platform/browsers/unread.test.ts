import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { expect } from 'chai';
import { type Disk, realDisk } from '../../../../agent/platform/browsers/disk.ts';
import { createBrowsersProbe } from '../../../../agent/platform/browsers/probe.ts';
import { Unreadable } from '../../../../agent/platform/browsers/unreadable.ts';
import { defaultDeviceSettings } from '../../../../shared/policy/device-settings.ts';
import type { Apps } from '../../../../shared/report/apps.ts';
import {
  aMinuteAhead,
  answerOf,
  createBrowserHome,
  knownApps,
  listed,
  look,
  makeLocalStorage,
  probeOf,
  refusal,
  watchedDisk,
  write,
} from './browser-home.ts';
import { makeChromiumCookies, makeFirefoxCookies, withDatabase } from './cookie-stores.ts';

const root = '.config/chromium';
const fox = '.mozilla/firefox/ab12.default';
const chat = listed({ app: 'chat', hosts: ['chat.example'], cookies: ['user'] });

/** A home with an empty Chromium and an empty Firefox: all signed out, as long as everything can be read. */
async function quietHome() {
  const home = createBrowserHome();
  await makeChromiumCookies(home.at(root, 'Default/Cookies'), []);
  await makeLocalStorage(home.at(root, 'Default'), [{ origin: 'https://other.example', key: 'x' }]);
  await makeFirefoxCookies(home.at(fox, 'cookies.sqlite'), []);
  write(home.at(fox, 'storage/default/.keep'), '');
  return home;
}

type Question = 'look' | 'list' | 'read' | 'copy';

/** The real disk, which refuses one kind of question about paths that end so. */
function refusing(questions: readonly Question[], ending: string, code: string): Partial<Disk> {
  const check = (question: Question, path: string) => {
    if (questions.includes(question) && path.endsWith(ending)) throw refusal(code);
  };
  const after =
    <Rest extends unknown[], Answer>(question: Question, ask: (path: string, ...rest: Rest) => Promise<Answer>) =>
    async (path: string, ...rest: Rest): Promise<Answer> => {
      check(question, path);
      return ask(path, ...rest);
    };
  return {
    look: after('look', realDisk.look),
    list: after('list', realDisk.list),
    read: after('read', realDisk.read),
    copy: after('copy', realDisk.copy),
  };
}

function unreadOf({ unread }: Apps) {
  return unread.map(({ browser, profile, reason }) => `${browser} ${profile} ${reason}`);
}

describe('signed-in apps: what cannot be read is never signed out (DEV2)', () => {
  it('says signed out of the same home when everything can be read', async () => {
    const apps = await look({ home: await quietHome() });
    expect([answerOf(apps), apps.unread]).to.deep.equal(['signed-out', []]);
  });

  const refusals: { what: string; ask: Question[]; at: string; code: string; unread: string }[] = [
    {
      what: 'cookies that their browser holds for itself (Windows)',
      ask: ['copy'],
      at: 'Default/Cookies',
      code: 'EBUSY',
      unread: 'chromium 1 in-use',
    },
    {
      what: 'cookies that may not be opened',
      ask: ['copy'],
      at: 'Default/Cookies',
      code: 'EACCES',
      unread: 'chromium 1 blocked-by-permission',
    },
    {
      what: 'cookies that macOS keeps back',
      ask: ['look'],
      at: 'Default/Cookies',
      code: 'EPERM',
      unread: 'chromium 1 blocked-by-permission',
    },
    {
      what: 'cookies on a disk that errs',
      ask: ['copy'],
      at: 'Default/Cookies',
      code: 'EIO',
      unread: 'chromium 1 tool-failed',
    },
    {
      what: 'no room for a copy',
      ask: ['copy'],
      at: 'cookies.sqlite',
      code: 'ENOSPC',
      unread: 'firefox 1 tool-failed',
    },
    {
      what: 'cookies that go away while they are read',
      ask: ['copy'],
      at: 'Default/Cookies',
      code: 'ENOENT',
      unread: 'chromium 1 in-use',
    },
    {
      what: 'local storage that may not be listed',
      ask: ['list'],
      at: 'leveldb',
      code: 'EACCES',
      unread: 'chromium 1 blocked-by-permission',
    },
    {
      what: 'local storage that may not be opened',
      ask: ['read'],
      at: 'CURRENT',
      code: 'EACCES',
      unread: 'chromium 1 blocked-by-permission',
    },
    {
      what: 'a profile that may not be listed',
      ask: ['list'],
      at: 'Default',
      code: 'EACCES',
      unread: 'chromium 1 blocked-by-permission',
    },
    {
      what: 'a browser whose profiles may not be listed',
      ask: ['list'],
      at: 'chromium',
      code: 'EPERM',
      unread: 'chromium null blocked-by-permission',
    },
    {
      what: 'origins of Firefox that may not be listed',
      ask: ['list'],
      at: 'storage/default',
      code: 'EACCES',
      unread: 'firefox 1 blocked-by-permission',
    },
    {
      what: 'a folder of settings that may not be listed',
      ask: ['list'],
      at: '.mozilla',
      code: 'EACCES',
      unread: 'firefox null blocked-by-permission',
    },
  ];
  for (const { what, ask, at, code, unread } of refusals) {
    it(`says unknown for ${what}`, async () => {
      const home = await quietHome();
      const apps = await look({ home, disk: watchedDisk(refusing(ask, at, code)) });
      // An app that keeps its sign-in in cookies, or of which it is not known where.
      for (const app of ['facebook', 'tapestry']) expect(answerOf(apps, app)).to.equal('unknown');
      expect(unreadOf(apps)).to.deep.equal([unread]);
      expect(readdirSync(home.scratch)).to.deep.equal([]);
    });
  }

  it('still answers an app that keeps nothing in cookies while Chrome holds its cookies for itself (Windows)', async () => {
    const home = await quietHome();
    const apps = await look({ home, disk: watchedDisk(refusing(['copy'], 'Default/Cookies', 'EBUSY')) });
    expect(answerOf(apps, 'famly')).to.equal('signed-out');
    expect(apps.unread.map(({ part }) => part)).to.deep.equal(['cookies']);
    const storage = await look({ home, disk: watchedDisk(refusing(['look'], 'Local Storage/leveldb', 'EACCES')) });
    expect(answerOf(storage, 'famly')).to.equal('unknown');
  });

  it('says unknown for a home that may not be entered, or is not there: not even the browsers are known', async () => {
    const home = await quietHome();
    const blocked = await look({ home, disk: watchedDisk(refusing(['look'], home.path, 'EACCES')) });
    const gone = await look({ home: { ...home, path: home.at('not-there') } });
    for (const apps of [blocked, gone]) {
      expect(unreadOf(apps)).to.deep.equal(['null null blocked-by-permission']);
      expect(apps.apps.map(({ answer }) => answer)).to.deep.equal(apps.apps.map(() => 'unknown'));
    }
  });

  const empties = [
    root,
    `${root}/Default`,
    `${root}/Default/Local Storage`,
    `${root}/Default/Local Storage/leveldb`,
    '.mozilla/firefox',
  ];
  for (const path of empties) {
    it(`says blocked-by-permission for an empty ${path}: macOS shows what it hides as empty`, async () => {
      const home = createBrowserHome();
      mkdirSync(home.at(path), { recursive: true });
      const apps = await look({ home });
      expect(answerOf(apps)).to.equal('unknown');
      expect(apps.unread.map(({ reason }) => reason)).to.deep.equal(['blocked-by-permission']);
    });
  }

  const fillings: Record<string, (path: string) => Promise<void> | void> = {
    'an empty file': (path) => write(path, ''),
    noise: (path) => write(path, Buffer.alloc(8 * 1024 * 1024, 'ÿ{[" ')),
    'a database of something else': (path) => withDatabase(path, [['create table other (value text)']]),
    'a table without the columns that are needed': (path) => withDatabase(path, [['create table cookies (name text)']]),
    'a folder': (path) => void mkdirSync(path, { recursive: true }),
    'a pipe, which nobody ever writes to': (path) => void execFileSync('/usr/bin/mkfifo', [path]),
  };
  for (const [what, fill] of Object.entries(fillings)) {
    it(`says unknown, and waits for nothing, when ${what} lies where the cookies should`, async () => {
      const home = createBrowserHome();
      write(home.at(root, 'Default/Preferences'), '{}');
      await fill(home.at(root, 'Default/Cookies'));
      const apps = await look({ home });
      expect(answerOf(apps, 'facebook')).to.equal('unknown');
      expect(apps.unread.map(({ reason }) => reason)).to.deep.equal(['not-understood']);
    });
  }

  it('says unknown for a row of another form: a host that is a number', async () => {
    const home = createBrowserHome();
    await makeChromiumCookies(home.at(root, 'Default/Cookies'), [{ host: '.chat.example', name: 'user' }]);
    await withDatabase(home.at(root, 'Default/Cookies'), [["update hidden set expires_utc = 'soon'"]]);
    const apps = await look({ home, apps: [chat] });
    expect([answerOf(apps, 'chat'), unreadOf(apps)]).to.deep.equal(['unknown', ['chromium 1 not-understood']]);
  });

  it('says unknown for a local storage of a kind not known here', async () => {
    const home = await quietHome();
    write(home.at(root, 'Default/Local Storage/storage.sqlite'), 'x');
    expect(unreadOf(await look({ home }))).to.deep.equal(['chromium 1 not-understood']);
  });

  it('says in-use for a store that changes each time it is read', async () => {
    const home = await quietHome();
    let count = 0;
    const disk = watchedDisk({
      async copy(from, to, maxBytes, signal) {
        const bytes = await realDisk.copy(from, to, maxBytes, signal);
        count += 1;
        if (from.endsWith('Default/Cookies')) await withDatabase(from, [[`create table t${count} (x)`]]);
        return bytes;
      },
    });
    expect(unreadOf(await look({ home, disk }))).to.deep.equal(['chromium 1 in-use']);
  });

  it('looks at fifty profiles, and says that there were more', async () => {
    const home = createBrowserHome();
    for (let number = 1; number <= 51; number += 1) write(home.at(root, `Profile ${number}`, 'Preferences'), '{}');
    expect(unreadOf(await look({ home }))).to.deep.equal(['chromium null timed-out']);
  });

  it('says timed-out, and cleans up, when the time is over in the middle of a copy', async () => {
    const home = await quietHome();
    const abort = new AbortController();
    const disk = watchedDisk({
      copy(from, to, maxBytes, signal) {
        abort.abort();
        return realDisk.copy(from, to, maxBytes, signal);
      },
    });
    const apps = knownApps(await probeOf({ home, disk })(abort.signal));
    expect(answerOf(apps)).to.equal('unknown');
    expect(apps.unread.every(({ reason }) => reason === 'timed-out')).to.equal(true);
    expect(readdirSync(home.scratch)).to.deep.equal([]);
  });

  it('ends a question to a database that was made to have no end', async () => {
    const home = createBrowserHome();
    await withDatabase(home.at(root, 'Default/Cookies'), [
      [
        `create view cookies as with recursive n(x) as (select 1 union all select x + 1 from n)
          select 'a.chat.example' as host_key, 'user' as name, x as creation_utc, x as expires_utc, 1 as has_expires,
          1 as is_persistent from n where x < 0`,
      ],
    ]);
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 300);
    const apps = knownApps(await probeOf({ home, apps: [chat] })(abort.signal));
    expect([answerOf(apps, 'chat'), unreadOf(apps)]).to.deep.equal(['unknown', ['chromium 1 timed-out']]);
    expect(readdirSync(home.scratch)).to.deep.equal([]);
  });

  it('says timed-out for a store that is larger than any that people have', async () => {
    const home = await quietHome();
    const disk = watchedDisk({
      copy: (from, to, maxBytes, signal) =>
        realDisk.copy(from, to, from.endsWith('Default/Cookies') ? Math.min(maxBytes, 10) : maxBytes, signal),
    });
    expect(unreadOf(await look({ home, disk }))).to.deep.equal(['chromium 1 timed-out']);
  });

  for (const path of ['.config/google-chrome', `${root}/Profile 2`, '.mozilla/firefox/cd34.other', 'snap']) {
    it(`says unknown when ${path} leads to a disk that is not there`, async () => {
      const home = await quietHome();
      symlinkSync('/not/there', home.at(path));
      const apps = await look({ home });
      // Nothing is looked for below snap here, so nothing hangs on it.
      expect(answerOf(apps)).to.equal(path === 'snap' ? 'signed-out' : 'unknown');
    });
  }

  it('follows a profile that lies on another disk', async () => {
    const home = await quietHome();
    const other = createBrowserHome();
    await makeChromiumCookies(other.at('Profile 1/Cookies'), [{ host: '.chat.example', name: 'user' }]);
    symlinkSync(other.at('Profile 1'), home.at(root, 'Profile 1'));
    expect((await look({ home, apps: [chat] })).signIns.map(({ profile }) => profile)).to.deep.equal([2]);
  });

  it('says unknown of everything when the homes cannot be listed', async () => {
    const home = createBrowserHome();
    const probe = createBrowsersProbe({
      clock: aMinuteAhead,
      settings: () => defaultDeviceSettings,
      homes: async () => undefined,
      places: [],
      scratchBelow: home.scratch,
    });
    const reading = await probe(new AbortController().signal);
    expect(reading).to.include({ state: 'unknown', reason: 'blocked-by-permission', detail: 'home-folders' });
  });

  it('never carries the words of what failed', () => {
    expect(new Unreadable('in-use').message).to.equal("a browser's store could not be read: in-use");
  });
});
