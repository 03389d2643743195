import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import sqlite3 from 'sqlite3';
import { packLz4, unpackLz4 } from '../../../../../agent/platform/browsers/firefox/lz4.ts';
import { originOfCache } from '../../../../../agent/platform/browsers/sign-out/cache-index.ts';
import {
  localStorageKeys,
  serviceWorkerKeys,
  sessionStorageKeys,
} from '../../../../../agent/platform/browsers/sign-out/chromium-keys.ts';
import { clearChromiumProfile } from '../../../../../agent/platform/browsers/sign-out/chromium-profile.ts';
import {
  clearFirefoxProfile,
  hostOfReversed,
} from '../../../../../agent/platform/browsers/sign-out/firefox-profile.ts';
import { createHosts } from '../../../../../agent/platform/browsers/sign-out/hosts.ts';
import { openSafeFolder, type SafeFolder } from '../../../../../agent/platform/browsers/sign-out/safe-folder.ts';
import { editSession } from '../../../../../agent/platform/browsers/sign-out/session-edit.ts';
import { makeTempFolder } from '../../../../support/temp-folder.ts';
import { listed, makeLocalStorage } from '../browser-home.ts';

const hosts = createHosts([listed({ app: 'famly', hosts: ['app.famly.co'] })]);
const { signal } = new AbortController();
const own = { owner: process.getuid?.(), anchored: process.getuid !== undefined && existsSync('/proc/self/fd') };

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** Runs statements in a database; `open` leaves it as a program that was killed does. */
async function database(
  path: string,
  statements: readonly string[],
  ends: 'closed' | 'killed' = 'closed',
): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const file = ends === 'closed' ? path : join(makeTempFolder(), 'living');
  const opened = new sqlite3.Database(file);
  const exec = (sql: string) =>
    new Promise<void>((resolve, reject) => opened.exec(sql, (error) => (error === null ? resolve() : reject(error))));
  for (const sql of statements) await exec(sql);
  if (ends === 'killed') for (const ending of ['', '-wal']) writeFileSync(path + ending, readFileSync(file + ending));
  await new Promise<void>((resolve) => opened.close(() => resolve()));
}

async function rowsIn(path: string, sql: string): Promise<unknown[]> {
  const opened = new sqlite3.Database(path, sqlite3.OPEN_READWRITE);
  const rows = await new Promise<unknown[]>((resolve, reject) =>
    opened.all<unknown>(sql, (error, found) => (error === null ? resolve(found) : reject(error))),
  );
  await new Promise<void>((resolve) => opened.close(() => resolve()));
  return rows;
}

async function clear(
  folder: string,
  how: typeof clearChromiumProfile,
  change = (safe: SafeFolder) => safe,
): Promise<void> {
  const safe = await openSafeFolder(folder, own);
  if (safe === undefined) throw new Error('no folder');
  try {
    await how(change(safe), { hosts, signal, scratchBelow: makeTempFolder() });
  } finally {
    await safe.close();
  }
}

/** Every file below a folder, with what it holds. */
function allIn(folder: string): string {
  const names = readdirSync(folder, { recursive: true }).map(String);
  return names
    .flatMap((name) => (lstatSync(join(folder, name)).isFile() ? [readFileSync(join(folder, name), 'latin1')] : []))
    .join('\n');
}

const mozCookies = [
  'pragma journal_mode = wal',
  'create table moz_cookies (id integer primary key, originAttributes text, name text, value text, host text)',
  "insert into moz_cookies values (1, '', 'a', 'CANARY-1', 'app.famly.co'), (2, '^userContextId=2', 'a', 'CANARY-2', '.App.famly.co')",
  "insert into moz_cookies values (3, '', 'a', 'CANARY-3', '.famly.co'), (4, '', 'a', 'CANARY-4', 'x.app.famly.co')",
  "insert into moz_cookies values (5, '', 'a', 'OTHER-1', 'famly.co'), (6, '', 'a', 'OTHER-2', 'notapp.famly.co'), (7, '', 'a', 'OTHER-3', 'app.famly.co.example')",
];

describe('taking an app out of a browser’s files (DEV2)', () => {
  it('means the listed hosts, all below them, and cookies of a domain above that they are sent', () => {
    const meant = ['app.famly.co', '.app.famly.co', 'x.app.famly.co', '.famly.co', 'APP.famly.co'];
    const others = ['famly.co', 'notapp.famly.co', '.co.example', 'app.famly.co.example', '.amly.co', ''];
    expect(meant.filter((host) => !hosts.isMeantCookie(host))).to.deep.equal([]);
    expect(others.filter((host) => hosts.isMeantCookie(host))).to.deep.equal([]);
    expect(hosts.isMeantOrigin('https://app.famly.co:8443/')).to.equal(true);
    expect(hosts.isMeantOrigin('https://app.famly.co/^0https://other.example')).to.equal(true);
    expect(hosts.isMeantOrigin('https://other.example/^0https://app.famly.co')).to.equal(false);
  });

  for (const ends of ['closed', 'killed'] as const) {
    it(`deletes cookies of a Firefox that was ${ends}, in every container, and leaves no word of them in any file`, async () => {
      const profile = makeTempFolder();
      const path = join(profile, 'cookies.sqlite');
      await database(path, mozCookies, ends);
      expect(existsSync(`${path}-wal`)).to.equal(ends === 'killed');
      chmodSync(path, 0o640);
      await clear(profile, clearFirefoxProfile);
      expect(readdirSync(profile)).to.deep.equal(['cookies.sqlite']);
      expect(statSync(path).mode & 0o777).to.equal(0o640);
      expect(await rowsIn(path, 'select id, value from moz_cookies order by id')).to.deep.equal(
        [1, 2, 3].map((index) => ({ id: index + 4, value: `OTHER-${index}` })),
      );
      expect(allIn(profile)).not.to.include('CANARY');
    });
  }

  it('is the old or the new database, whole, wherever it is cut short', async () => {
    for (let cut = 0; cut < 6; cut += 1) {
      const profile = makeTempFolder();
      const path = join(profile, 'cookies.sqlite');
      await database(path, mozCookies, 'killed');
      let left = cut;
      const orCut = <Args extends unknown[], Result>(work: (...args: Args) => Promise<Result>) => {
        return async (...args: Args): Promise<Result> => {
          if (left === 0) throw new Error('power cut');
          left -= 1;
          return work(...args);
        };
      };
      const cutting = (safe: SafeFolder): SafeFolder => ({ ...safe, put: orCut(safe.put), remove: orCut(safe.remove) });
      await clear(profile, clearFirefoxProfile, cutting).catch(() => {});
      const count = (await rowsIn(path, 'select id from moz_cookies')).length;
      expect([3, 7], `cut at ${cut}`).to.include(count);
      expect(await rowsIn(path, 'pragma integrity_check')).to.deep.equal([{ integrity_check: 'ok' }]);
      await clear(profile, clearFirefoxProfile);
      expect(await rowsIn(path, 'select id from moz_cookies')).to.have.length(3);
    }
  });

  it('throws for cookies that are damaged, leaves them as they are, and clears all the rest', async () => {
    const profile = makeTempFolder();
    write(join(profile, 'storage/default/https+++app.famly.co/ls/data.sqlite'), 'CANARY');
    write(join(profile, 'cookies.sqlite'), 'no database at all');
    const error = await clear(profile, clearFirefoxProfile).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(Error);
    expect(readFileSync(join(profile, 'cookies.sqlite'), 'utf8')).to.equal('no database at all');
    expect(readdirSync(join(profile, 'storage/default'))).to.deep.equal([]);
  });

  it('takes an app out of a Chromium: cookies in both places, bound to other sites too, storages, databases, caches', async () => {
    const profile = makeTempFolder();
    const cookies = [
      'create table cookies (host_key text, top_frame_site_key text, name text, encrypted_value text)',
      "insert into cookies values ('app.famly.co', '', 'a', 'CANARY-1'), ('app.famly.co', 'https://other.example', 'a', 'CANARY-2')",
      "insert into cookies values ('other.example', 'https://famly.co', 'a', 'OTHER-1')",
    ];
    for (const path of ['Cookies', 'Network/Cookies']) await database(join(profile, path), cookies);
    await makeLocalStorage(profile, [
      { origin: 'https://app.famly.co', key: 'famly.accessToken' },
      { origin: 'https://other.example', key: 'kept' },
    ]);
    write(join(profile, 'IndexedDB/https_app.famly.co_0.indexeddb.leveldb/000003.log'), 'CANARY-3');
    write(join(profile, 'IndexedDB/https_app.famly.co_0.indexeddb.blob/1/00/1'), 'CANARY-4');
    write(join(profile, 'IndexedDB/https_app.famly.co_0/0b3d'), 'CANARY-7');
    write(join(profile, 'IndexedDB/https_other.example_0.indexeddb.leveldb/000003.log'), 'OTHER-2');
    write(join(profile, 'IndexedDB/https_other.example_0/0b3d'), 'OTHER-6');
    const index = (origin: string) =>
      Buffer.concat([Uint8Array.of(0x0a, 3, 1, 2, 3, 0x12, origin.length), Buffer.from(origin)]);
    write(join(profile, 'Service Worker/CacheStorage/aa/index.txt'), index('https://app.famly.co/'));
    write(join(profile, 'Service Worker/CacheStorage/aa/1/2_0'), 'CANARY-5');
    write(join(profile, 'Service Worker/CacheStorage/bb/index.txt'), index('https://other.example/'));
    write(join(profile, 'Service Worker/CacheStorage/bb/1/2_0'), 'OTHER-3');
    await database(join(profile, 'WebStorage/QuotaManager'), [
      'create table buckets (id integer primary key, storage_key text)',
      "insert into buckets values (7, 'https://app.famly.co/'), (8, 'https://other.example/')",
    ]);
    write(join(profile, 'WebStorage/7/IndexedDB/x'), 'CANARY-6');
    write(join(profile, 'WebStorage/8/IndexedDB/x'), 'OTHER-4');
    write(join(profile, 'Login Data'), 'OTHER-5');
    const storedOnes = () => allIn(profile).split('CANARY-STORED').length - 1;
    expect(storedOnes()).to.equal(2);
    await clear(profile, clearChromiumProfile);
    expect(storedOnes()).to.equal(1);
    expect(allIn(profile)).not.to.match(/CANARY-\d/);
    for (const other of [1, 2, 3, 4, 5, 6]) expect(allIn(profile)).to.include(`OTHER-${other}`);
    expect(existsSync(join(profile, 'WebStorage/7'))).to.equal(false);
  });

  it('removes a local storage that is damaged as a whole: the last resort', async () => {
    const profile = makeTempFolder();
    const folder = await makeLocalStorage(profile, [{ origin: 'https://app.famly.co', key: 'famly.accessToken' }]);
    write(join(folder, 'CURRENT'), 'MANIFEST-999999\n');
    await clear(profile, clearChromiumProfile);
    expect(readdirSync(join(profile, 'Local Storage'))).to.deep.equal([]);
  });

  it('takes an app out of the sessions that Firefox may go on from; tabs and others’ cookies stay', async () => {
    const profile = makeTempFolder();
    const session = {
      cookies: [
        { host: 'app.famly.co', value: 'CANARY-1' },
        { host: 'other.example', value: 'OTHER-1' },
      ],
      windows: [
        {
          tabs: [
            {
              entries: [{ url: 'https://app.famly.co/' }],
              storage: { 'https://app.famly.co': { t: 'CANARY-2' }, 'https://other.example': { t: 'OTHER-2' } },
            },
          ],
          _closedTabs: [{ state: { storage: { 'https://app.famly.co^userContextId=2': { t: 'CANARY-3' } } } }],
        },
      ],
    };
    const json = Buffer.from(JSON.stringify(session));
    const size = Buffer.alloc(4);
    size.writeUInt32LE(json.length);
    const file = Buffer.concat([Buffer.from('mozLz40\0'), size, packLz4(json)]);
    expect(unpackLz4(packLz4(json), json.length)).to.deep.equal(json);
    for (const name of [
      'sessionstore.jsonlz4',
      'sessionstore-backups/recovery.jsonlz4',
      'sessionstore-backups/recovery.baklz4',
      'sessionstore-backups/upgrade.jsonlz4-2026',
    ]) {
      write(join(profile, name), file);
    }
    write(join(profile, 'sessionstore-backups/previous.jsonlz4'), 'CANARY, damaged');
    await clear(profile, clearFirefoxProfile);
    const text = allIn(profile);
    expect(text).not.to.include('CANARY');
    expect(text.split('OTHER-1')).to.have.length(5);
    expect(text.split('OTHER-2')).to.have.length(5);
    expect(text).to.include('https://app.famly.co/');
    expect(editSession(Buffer.from('mozLz40\0'), hosts)).to.equal(undefined);
  });

  it('removes Firefox’s storages of the app in every container, and its rows in what older versions kept', async () => {
    const profile = makeTempFolder();
    for (const name of [
      'https+++app.famly.co',
      'https+++app.famly.co^userContextId=2',
      'https+++x.app.famly.co+8443',
    ]) {
      write(join(profile, 'storage/default', name, 'ls/data.sqlite'), 'CANARY');
    }
    write(join(profile, 'storage/default/https+++other.example/ls/data.sqlite'), 'OTHER');
    // Firefox moves there what it clears by itself, and removes it when it has time.
    write(join(profile, 'storage/to-be-removed/dc7193ad-082a-4730/ls/data.sqlite'), 'CANARY');
    await database(join(profile, 'webappsstore.sqlite'), [
      'create table webappsstore2 (originAttributes text, originKey text, scope text, key text, value text)',
      "insert into webappsstore2 values ('', 'oc.ylmaf.ppa.:https:443', '', 'k', 'CANARY'), ('', 'elpmaxe.rehto.:https:443', '', 'k', 'OTHER')",
    ]);
    await database(join(profile, 'storage.sqlite'), ['create table elsewhere (x)']);
    await clear(profile, clearFirefoxProfile);
    expect(readdirSync(join(profile, 'storage/default'))).to.deep.equal(['https+++other.example']);
    expect(allIn(profile)).not.to.include('CANARY');
    expect(await rowsIn(join(profile, 'webappsstore.sqlite'), 'select value from webappsstore2')).to.deep.equal([
      { value: 'OTHER' },
    ]);
    expect(hostOfReversed('nothing')).to.equal(undefined);
  });

  it('chooses keys of Chromium’s databases by their origin, and what is kept under the numbers they lead to', () => {
    const entries = new Map<string, Uint8Array>(
      Object.entries({
        'namespace-ab_12-https://app.famly.co/': '3',
        'namespace-ab_12-https://other.example/': '4',
        'map-3-t': '',
        'map-4-t': '',
        'REG:https://app.famly.co/\x007': '',
        'REG:https://other.example/\x008': '',
        'REGID_TO_ORIGIN:7': '',
        'REG_USER_DATA:7\x00push': '',
        'REG_USER_DATA:8\x00push': '',
        'REG_HAS_USER_DATA:push\x007': '',
        'INITDATA_UNIQUE_ORIGIN:https://app.famly.co/': '',
        'METAACCESS:https://app.famly.co': '',
        'META:https://app.famly.co/^0https://other.example': '',
        'META:https://other.example': '',
        '_https://app.famly.co\x00\x01t': '',
        VERSION: '',
      }).map(([key, value]) => [key, Buffer.from(value)]),
    );
    const goes = (choose: typeof localStorageKeys) => [...entries.keys()].filter(choose(hosts)(entries));
    expect(goes(sessionStorageKeys)).to.deep.equal(['namespace-ab_12-https://app.famly.co/', 'map-3-t']);
    expect(goes(serviceWorkerKeys)).to.have.length(5).and.include('REG_HAS_USER_DATA:push\x007');
    expect(goes(localStorageKeys)).to.have.length(3).and.not.include('META:https://other.example');
    expect(originOfCache(Uint8Array.of(0xff))).to.equal(undefined);
  });
});

describe('working in a person’s folder with the administrator’s rights', () => {
  it('follows no link out of a profile, neither to read nor to write nor to delete', async () => {
    const [profile, outside] = [makeTempFolder(), makeTempFolder()];
    write(join(outside, 'leveldb/CURRENT'), 'theirs');
    write(join(outside, 'https_app.famly.co_0.indexeddb.leveldb/1'), 'theirs');
    await database(join(outside, 'Cookies'), [
      'create table cookies (host_key text)',
      "insert into cookies values ('app.famly.co')",
    ]);
    for (const name of ['Local Storage', 'IndexedDB', 'Network']) symlinkSync(outside, join(profile, name));
    mkdirSync(join(profile, 'Service Worker'));
    symlinkSync(outside, join(profile, 'Service Worker/CacheStorage'));
    await clear(profile, clearChromiumProfile);
    symlinkSync(join(outside, 'Cookies'), join(profile, 'Cookies'));
    expect(await clear(profile, clearChromiumProfile).catch((error: unknown) => error)).to.be.instanceOf(Error);
    expect(await rowsIn(join(outside, 'Cookies'), 'select * from cookies')).to.have.length(1);
    expect(existsSync(join(outside, 'https_app.famly.co_0.indexeddb.leveldb/1'))).to.equal(true);
    expect(readFileSync(join(outside, 'leveldb/CURRENT'), 'utf8')).to.equal('theirs');
    const safe = await openSafeFolder(profile, own);
    expect(await safe?.remove('IndexedDB'), 'the link itself').to.equal(true);
    expect(existsSync(join(outside, 'leveldb'))).to.equal(true);
    for (const name of ['..', '.', '', 'a/b', 'a\0']) {
      expect(await safe?.remove(name).catch((error: unknown) => error), name).to.be.instanceOf(Error);
    }
    await safe?.close();
  });

  it('opens nothing that belongs to somebody else', async () => {
    const folder = makeTempFolder();
    write(join(folder, 'file'), 'x');
    const error = await openSafeFolder(folder, { ...own, owner: 54_321 }).catch((thrown: unknown) => thrown);
    expect(error).to.deep.include({ code: 'not-theirs' });
    const unanchored = { owner: 54_321, anchored: false };
    expect(await openSafeFolder(folder, unanchored).catch((thrown: unknown) => thrown)).to.deep.include({
      code: 'not-theirs',
    });
    expect(await openSafeFolder(join(folder, 'nothing'), own)).to.equal(undefined);
  });
});
