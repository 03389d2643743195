import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import sqlite3 from 'sqlite3';

/** What was planted and may be counted: the agent must have seen it, or finding no canary proves nothing. */
export interface Planted {
  /** Stands for the system's `/etc`. */
  etc: string;
  home: string;
  /** Where programs put what they need for a moment: as they are told, on the disk, and in memory. */
  temporary: string;
  temporaryToo: { '/var/tmp': string; '/dev/shm': string };
  photos: number;
  videos: number;
  /** Of these, in the setting's folder of teaching resources. */
  resources: number;
}

export const person = 'mia';
export const resourceFolder = 'Topics';
/** Of the list of apps: its sign-in lies in the local storage. */
export const signedInApp = 'famly';
/** Its sign-in is a pair of cookies. */
export const personalApp = 'facebook';

type Plant = (what: string) => string;

/**
 * A person's home as real disks have it, full of canaries: names and contents of
 * photos, folders, browsers' stores, keys, passwords of networks, recovery keys.
 */
export async function plantHome(root: string, plant: Plant): Promise<Planted> {
  const home = join(root, 'people', person);
  const etc = join(root, 'etc');
  const temporary = join(root, 'tmp');
  const temporaryToo = { '/var/tmp': join(root, 'var-tmp'), '/dev/shm': join(root, 'shm') };
  for (const folder of [home, temporary, ...Object.values(temporaryToo)]) mkdirSync(folder, { recursive: true });
  cpSync('/etc', etc, { recursive: true, verbatimSymlinks: true });
  write(join(etc, 'passwd'), `root:x:0:0::/root:/bin/bash\n${person}:x:4401:4401::${home}:/bin/bash\n`);
  const counts = plantPictures(home, plant);
  plantKeys({ home, etc }, plant);
  await plantChromium(join(home, '.config', 'chromium'), plant);
  await plantFirefox(join(home, '.mozilla', 'firefox'), plant);
  plantTroubles(home, plant);
  return { etc, home, temporary, temporaryToo, ...counts };
}

/** What a program stumbles over, and then says in its log what it was. */
function plantTroubles(home: string, plant: Plant): void {
  const loop = join(home, 'Pictures', plant('the name of a link to itself'));
  symlinkSync(loop, loop);
  symlinkSync('/nowhere', join(home, 'Pictures', `${plant('the name of a link')}.jpg`));
  const brave = join(home, '.config', 'BraveSoftware', 'Brave-Browser');
  write(join(brave, 'Local State'), `{"profile":{"info_cache":{"Default":{"name":"${plant('in settings cut short')}`);
  write(join(brave, 'Default', 'Preferences'), plant('settings that are no JSON'));
  write(join(brave, 'Default', 'Network', 'Cookies'), `SQLite format 3\0${plant('a damaged database')}`);
  write(join(brave, 'Default', 'Local Storage', 'leveldb', 'CURRENT'), `MANIFEST-${plant('a damaged store')}\n`);
}

function write(path: string, content: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** The first bytes of a JPEG, and words inside as cameras and editors leave them. */
function jpeg(words: string): Buffer {
  return Buffer.concat([Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex'), Buffer.from(words)]);
}

function plantPictures(home: string, plant: Plant): Pick<Planted, 'photos' | 'videos' | 'resources'> {
  const places = ['Pictures', 'DCIM/Camera', 'Downloads', 'Desktop', 'Documents', '.local/share/Trash/files'];
  for (const place of places) {
    const folder = join(home, place, plant(`the name of a folder in ${place}`));
    write(
      join(folder, `IMG_${plant(`the name of a photo in ${place}`)}.jpg`),
      jpeg(plant(`a photo’s words in ${place}`)),
    );
  }
  write(join(home, 'Videos', `${plant('the name of a video')}.mp4`), plant('a video’s words'));
  write(join(home, resourceFolder, `${plant('the name of a teaching resource')}.png`), plant('a resource’s words'));
  return { photos: places.length + 1, videos: 1, resources: 1 };
}

function plantKeys({ home, etc }: { home: string; etc: string }, plant: Plant): void {
  const keyFile = join(home, '.keys', `${plant('the name of a LUKS key file')}.key`);
  write(keyFile, plant('a LUKS key'));
  write(join(etc, 'crypttab'), `${plant('the name of a mapping in crypttab')} UUID=0 ${keyFile} luks\n`);
  write(join(home, 'Documents', 'BitLocker Recovery Key.txt'), plant('a recovery key'));
  write(join(home, '.ssh', 'id_ed25519'), plant('an SSH key'));
  write(
    join(etc, 'NetworkManager', 'system-connections', 'Office.nmconnection'),
    `[connection]\nid=Office\ntype=wifi\n[wifi-security]\npsk=${plant('a Wi-Fi password')}\n`,
  );
  write(join(home, '.bash_history'), plant('a typed command'));
}

/** Tables of Chromium 120 and later; the columns that hold values too. */
const chromiumCookies = `create table cookies (creation_utc integer not null, host_key text not null,
  top_frame_site_key text not null, name text not null, value text not null, encrypted_value blob not null,
  path text not null, expires_utc integer not null, is_secure integer not null, is_httponly integer not null,
  last_access_utc integer not null, has_expires integer not null, is_persistent integer not null,
  has_cross_site_ancestor integer not null)`;
/** Microseconds since 1601 of a moment in milliseconds since 1970. */
const chromiumTime = (ms: number) => (ms + 11_644_473_600_000) * 1000;

async function plantChromium(folder: string, plant: Plant): Promise<void> {
  const profile = join(folder, 'Default');
  const names = { profile: { info_cache: { Default: { name: plant('the name of a browser profile') } } } };
  write(join(folder, 'Local State'), JSON.stringify(names));
  write(join(profile, 'Preferences'), JSON.stringify({ account_info: [{ email: plant('an account of a browser') }] }));
  const created = chromiumTime(Date.now() - 3_600_000);
  const expires = chromiumTime(Date.now() + 30 * 86_400_000);
  await fill(join(profile, 'Network', 'Cookies'), [
    [chromiumCookies],
    ...['c_user', 'xs'].map(
      (name): Statement => [
        "insert into cookies values (?, '.facebook.com', '', ?, ?, ?, '/', ?, 1, 1, ?, 1, 1, 0)",
        created,
        name,
        plant(`the value of the cookie ${name}`),
        plant(`the sealed value of the cookie ${name}`),
        expires,
        created,
      ],
    ),
  ]);
  await fill(join(profile, 'History'), [
    ['create table urls (url text, title text)'],
    [
      'insert into urls values (?, ?)',
      `https://example.org/${plant('an address in the history')}`,
      plant('a page’s title'),
    ],
  ]);
  const storage = new ClassicLevel<Buffer, Buffer>(join(profile, 'Local Storage', 'leveldb'), {
    keyEncoding: 'buffer',
    valueEncoding: 'buffer',
  });
  await storage.put(Buffer.from('VERSION'), Buffer.from('1'));
  const key = (name: string) => Buffer.from(`_https://app.famly.co\0\x01${name}`, 'latin1');
  await storage.put(key('famly.accessToken'), Buffer.from(`\x01${plant('the token of a sign-in')}`, 'latin1'));
  await storage.put(key(plant('the name of a stored key')), Buffer.from('\x01x', 'latin1'));
  await storage.close();
}

async function plantFirefox(folder: string, plant: Plant): Promise<void> {
  const profileName = `x1.${plant('the folder of a Firefox profile')}`;
  const profile = join(folder, profileName);
  write(join(folder, 'profiles.ini'), `[Profile0]\nName=default\nIsRelative=1\nPath=${profileName}\n`);
  write(join(profile, 'prefs.js'), `user_pref("services.sync.username", "${plant('an account of Firefox')}");\n`);
  const seconds = Math.floor(Date.now() / 1000);
  await fill(join(profile, 'cookies.sqlite'), [
    [
      'create table moz_cookies (id integer primary key, originAttributes text, name text, value text, host text, path text, expiry integer, lastAccessed integer, creationTime integer, isSecure integer, isHttpOnly integer)',
    ],
    [
      "insert into moz_cookies values (1, '', 'sessionid', ?, '.instagram.com', '/', ?, ?, ?, 1, 1)",
      plant('the value of a Firefox cookie'),
      seconds + 86_400,
      seconds * 1e6,
      seconds * 1e6,
    ],
  ]);
  await fill(join(profile, 'storage', 'default', 'https+++app.famly.co', 'ls', 'data.sqlite'), [
    ['create table data (key text primary key, utf16_length integer, value blob)'],
    ['insert into data values (?, 10, ?)', 'famly.accessToken', plant('the token of a sign-in in Firefox')],
  ]);
}

type Statement = [sql: string, ...values: (string | number)[]];

async function fill(path: string, statements: readonly Statement[]): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const database = new sqlite3.Database(path);
  for (const [sql, ...values] of statements) {
    await new Promise<void>((resolve, reject) =>
      database.run(sql, values, (error: Error | null) => (error === null ? resolve() : reject(error))),
    );
  }
  await new Promise<void>((resolve) => database.close(() => resolve()));
}
