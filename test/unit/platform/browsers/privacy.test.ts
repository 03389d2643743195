import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { realDisk } from '../../../../agent/platform/browsers/disk.ts';
import { createScratch } from '../../../../agent/platform/browsers/scratch.ts';
import { makeTempFolder } from '../../../support/temp-folder.ts';
import {
  answerOf,
  createBrowserHome,
  knownApps,
  listed,
  probeOf,
  recordingAt,
  watchedDisk,
  write,
} from './browser-home.ts';
import { makeChromiumCookies, makeFirefoxCookies, makeFirefoxStorage, withDatabase } from './cookie-stores.ts';

const canary = 'CANARY-7f3a';
const signal = new AbortController().signal;
const filesBelow = (folder: string) => readdirSync(folder, { recursive: true, encoding: 'utf8' });

describe('signed-in apps: privacy', () => {
  it('reads no column of values: in the stores of these tests reading one is an error', async () => {
    const home = createBrowserHome();
    const trapped = [
      [
        home.at('a'),
        () => makeChromiumCookies(home.at('a'), [{ host: 'x.example', name: 'x' }]),
        'cookies',
        'encrypted_value',
      ],
      [
        home.at('b'),
        () => makeFirefoxCookies(home.at('b'), [{ host: 'x.example', name: 'x' }]),
        'moz_cookies',
        'value',
      ],
      [home.at('c'), () => makeFirefoxStorage(home.at('c'), ['x']), 'data', 'value'],
    ] as const;
    for (const [path, make, table, column] of trapped) {
      await make();
      let refused = '';
      await withDatabase(path, [[`create table got as select ${column} from ${table}`]]).catch((error: Error) => {
        refused = error.message;
      });
      expect(refused, table).to.include('malformed JSON');
    }
  });

  it('carries no value, key, host, path or name of a profile in what it says, and leaves no copy', async () => {
    const home = createBrowserHome();
    const profile = home.at('.config/chromium', `Profile 1`);
    await plant(profile);
    home.lay('firefox-signed-in', '.mozilla/firefox', `${canary}.default`);
    write(
      home.at('.mozilla/firefox', `${canary}.default`, 'sessionstore-backups/recovery.jsonlz4'),
      readFileSync(recordingAt('firefox-session/recovery.jsonlz4')),
    );
    const copied: string[] = [];
    const disk = watchedDisk({
      async copy(from, to, maxBytes, over) {
        const bytes = await realDisk.copy(from, to, maxBytes, over);
        copied.push(readFileSync(to, 'latin1'));
        expect(statSync(to).mode & 0o777, 'only the agent may read a copy').to.equal(0o600);
        expect(statSync(join(to, '..')).mode & 0o777, 'nor look into its folder').to.equal(0o700);
        return bytes;
      },
    });
    const apps = [
      listed({ app: 'famly', hosts: ['app.famly.co'], localStorage: ['famly.accessToken'] }),
      listed({ app: 'chat', hosts: ['chat.example'], cookies: ['user'] }),
      listed({ app: 'visit', hosts: ['app.famly.co'], cookies: ['session_one'] }),
    ];
    const reading = await probeOf({ home, disk, apps })(signal);
    const value = knownApps(reading);
    expect(value.apps.map(({ answer }) => answer)).to.deep.equal(['signed-in', 'signed-in', 'signed-in']);
    expect(copied.join(''), 'the stores did hold it').to.include(canary);
    const said = JSON.stringify(reading);
    for (const secret of [
      canary,
      'SECRETTOKEN',
      'CANARY',
      'accessToken',
      'session_one',
      'user',
      'famly.co',
      'chat.example',
      home.path,
      'Profile 1',
      '.default',
    ]) {
      expect(said, secret).not.to.include(secret);
    }
    expect(filesBelow(home.scratch)).to.deep.equal([]);
  });

  /** A Chromium profile with the canary in every value. */
  async function plant(profile: string): Promise<void> {
    await withDatabase(join(profile, 'Cookies'), [
      [
        `create table cookies (host_key text, top_frame_site_key text, name text, value text, encrypted_value blob,
          creation_utc integer, expires_utc integer, has_expires integer, is_persistent integer)`,
      ],
      [
        `insert into cookies values ('.chat.example', '', 'user', '${canary}', '${canary}', 13400000000000000, 15000000000000000, 1, 1)`,
      ],
    ]);
    write(join(profile, 'Preferences'), JSON.stringify({ account_info: [{ email: canary }] }));
  }

  it('leaves no copy when the reading fails, whatever fails in it', async () => {
    const below = makeTempFolder();
    const from = join(makeTempFolder(), 'store');
    writeFileSync(from, canary);
    const scratch = createScratch(realDisk, below);
    const boom = new Error('whatever');
    let seen: string[] = [];
    const failing = scratch.withCopies([{ from, as: 'copy' }], 1_000, signal, async (folder) => {
      seen = readdirSync(folder);
      // What a library makes beside a copy goes too.
      mkdirSync(join(folder, 'more'));
      writeFileSync(join(folder, 'more', 'journal'), canary);
      throw boom;
    });
    expect(await failing.catch((error: unknown) => error)).to.equal(boom);
    expect(seen).to.deep.equal(['copy']);
    expect(filesBelow(below)).to.deep.equal([]);
  });

  it('removes what an agent left that was killed while it read, and not what one reads that still runs', async () => {
    const below = makeTempFolder();
    const from = join(makeTempFolder(), 'store');
    writeFileSync(from, canary);
    // No system gives a process this number.
    const dead = join(below, 'hometime-stores-4194305-abc');
    const mine = join(below, `hometime-stores-${process.ppid}-abc`);
    const other = join(below, 'something-else');
    for (const folder of [dead, mine, other]) {
      mkdirSync(folder);
      writeFileSync(join(folder, 'copy'), canary);
    }
    await createScratch(realDisk, below).withCopies([{ from, as: 'copy' }], 1_000, signal, async () => {});
    expect(readdirSync(below).sort()).to.deep.equal([`hometime-stores-${process.ppid}-abc`, 'something-else']);
  });

  it('changes nothing in a browser: its files are as they were, to the byte and the minute', async () => {
    const home = createBrowserHome();
    home.lay('chromium-signed-in-compacted', '.config/chromium/Default');
    home.lay('firefox-signed-in', '.mozilla/firefox/ab12.default');
    const before = stateOf(home.path);
    const value = knownApps(await probeOf({ home })(signal));
    expect(answerOf(value)).to.equal('signed-in');
    expect(stateOf(home.path)).to.deep.equal(before);
  });

  it('reads a profile whose files may only be read', async () => {
    const home = createBrowserHome();
    home.lay('chromium-signed-in', '.config/chromium/Default');
    chmodSync(home.at('.config/chromium/Default/Cookies'), 0o400);
    expect(answerOf(knownApps(await probeOf({ home })(signal)))).to.equal('signed-in');
  });
});

function stateOf(folder: string): string[] {
  return filesBelow(folder)
    .sort()
    .map((name) => {
      const { size, mtimeMs, ctimeMs, ino } = statSync(join(folder, name));
      return `${name} ${size} ${mtimeMs} ${ctimeMs} ${ino}`;
    });
}
