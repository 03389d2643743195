import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { answerOf, type BrowserHome, createBrowserHome, knownApps, look, probeOf } from './browser-home.ts';

const chromium = ['.config', 'chromium', 'Default'] as const;
const firefox = ['.mozilla', 'firefox', 'ab12.default-release'] as const;
const level = [...chromium, 'Local Storage', 'leveldb'] as const;

/** Where each record of a LevelDB log ends, by the lengths in its headers alone; recordings hold no record over two blocks' edge here. */
function recordEnds(log: Buffer): Set<number> {
  const ends = new Set([0]);
  for (let at = 0; at + 7 <= log.length; ) {
    const left = 32_768 - (at % 32_768);
    if (left < 7) {
      at += left;
      continue;
    }
    const kind = log[at + 6] ?? 0;
    at += 7 + log.readUInt16LE(at + 4);
    // Whole, or the last piece of one that was cut in pieces.
    if (kind === 1 || kind === 4) ends.add(at);
  }
  return ends;
}

describe('signed-in apps: recorded browsers', () => {
  const states = [
    { recording: 'chromium-signed-in', folder: chromium, answer: 'signed-in' },
    { recording: 'chromium-signed-in-compacted', folder: chromium, answer: 'signed-in' },
    { recording: 'chromium-signed-out-tombstone', folder: chromium, answer: 'signed-out' },
    { recording: 'chromium-signed-out-compacted', folder: chromium, answer: 'signed-out' },
    { recording: 'firefox-signed-in', folder: firefox, answer: 'signed-in' },
    { recording: 'firefox-signed-out', folder: firefox, answer: 'signed-out' },
  ] as const;
  for (const { recording, folder, answer } of states) {
    it(`says that Famly is ${answer} in ${recording} (DEV2)`, async () => {
      const home = createBrowserHome();
      home.lay(recording, ...folder);
      const apps = await look({ home });
      expect(answerOf(apps)).to.equal(answer);
      expect(apps.unread).to.deep.equal([]);
      const signIns = apps.signIns.filter(({ app }) => app === 'famly');
      expect(signIns.map(({ person, browser, profile, state }) => [person, browser, profile, state])).to.deep.equal(
        answer === 'signed-in'
          ? [['amara', recording.startsWith('chromium') ? 'chromium' : 'firefox', 1, 'signed-in']]
          : [],
      );
      expect(readdirSync(home.scratch)).to.deep.equal([]);
    });
  }

  it('finds a sign-in in one browser beside a sign-out in another: any of them counts', async () => {
    const home = createBrowserHome();
    home.lay('chromium-signed-out-compacted', ...chromium);
    home.lay('firefox-signed-in', ...firefox);
    expect(answerOf(await look({ home }))).to.equal('signed-in');
  });
});

describe('signed-in apps: damaged recordings', () => {
  /** The same home again and again: only the folder of the database is laid anew. */
  async function lookAfter(home: BrowserHome, recording: string, damage: (folder: string) => void) {
    rmSync(home.at('.config'), { recursive: true, force: true });
    home.lay(recording, ...chromium);
    rmSync(home.at(...chromium, 'Cookies'));
    damage(home.at(...level));
    return look({ home });
  }

  for (const recording of ['chromium-signed-in', 'chromium-signed-out-tombstone', 'chromium-signed-out-compacted']) {
    it(`never says signed out of ${recording} with a log cut at any byte, unless whole records say so`, async () => {
      const home = createBrowserHome();
      const folder = home.lay(recording, ...chromium);
      const name = readdirSync(home.at(...level)).find((each) => each.endsWith('.log')) ?? '';
      const log = readFileSync(join(folder, 'Local Storage', 'leveldb', name));
      const ends = recordEnds(log);
      expect(ends.has(log.length)).to.equal(true);
      rmSync(join(folder, 'Cookies'));
      const probe = probeOf({ home });
      for (let cut = 0; cut <= log.length; cut += 1) {
        writeFileSync(join(folder, 'Local Storage', 'leveldb', name), log.subarray(0, cut));
        const apps = knownApps(await probe(new AbortController().signal));
        const answer = answerOf(apps);
        if (!ends.has(cut)) expect(answer, `cut at ${cut}`).to.be.oneOf(['signed-in', 'unknown']);
        expect(apps.unread.length > 0, `cut at ${cut}`).to.equal(!ends.has(cut));
      }
    }).timeout(180_000);
  }

  it('never says signed out with a wrong bit anywhere in the log, the manifest or a table', async () => {
    const home = createBrowserHome();
    const folder = home.lay('chromium-signed-out-compacted', ...chromium);
    const names = readdirSync(join(folder, 'Local Storage', 'leveldb')).filter((name) => name !== 'CURRENT');
    for (const name of names) {
      const whole = readFileSync(join(folder, 'Local Storage', 'leveldb', name));
      // The end of a table is a footer with room to spare, whose spare bytes nobody reads.
      const end = name.endsWith('.ldb') ? whole.length - 48 : whole.length;
      for (let at = 0; at < end; at += Math.max(1, Math.floor(end / 40))) {
        const damaged = Buffer.from(whole);
        damaged[at] = (damaged[at] ?? 0) ^ 0x10;
        const apps = await lookAfter(home, 'chromium-signed-out-compacted', (to) =>
          writeFileSync(join(to, name), damaged),
        );
        expect(answerOf(apps), `${name} at ${at}`).to.be.oneOf(['signed-in', 'unknown']);
      }
    }
  }).timeout(180_000);

  const losses = {
    'without its log': (folder: string) => removeAll(folder, /\.log$/),
    'without its tables': (folder: string) => removeAll(folder, /\.ldb$/),
    'without its manifest': (folder: string) => removeAll(folder, /^MANIFEST/),
    'without its file CURRENT': (folder: string) => removeAll(folder, /^CURRENT$/),
    'with an empty manifest': (folder: string) => writeFileSync(join(folder, 'MANIFEST-000001'), ''),
    'with zeros after the log, as a power cut leaves them': (folder: string) =>
      writeFileSync(join(folder, '000008.log'), Buffer.alloc(4096), { flag: 'a' }),
    'with noise for a table': (folder: string) => writeFileSync(join(folder, '000005.ldb'), Buffer.alloc(9_000, 'ÿ{[')),
  };
  for (const [loss, damage] of Object.entries(losses)) {
    it(`calls Famly unknown when local storage is ${loss}, and the store not-understood`, async () => {
      const apps = await lookAfter(createBrowserHome(), 'chromium-signed-out-compacted', damage);
      expect(answerOf(apps)).to.equal('unknown');
      expect(apps.unread).to.deep.equal([
        { person: 'amara', browser: 'chromium', profile: 1, reason: 'not-understood' },
      ]);
    });
  }

  it('still finds a sign-in that a damaged log holds, and says that the store was not read whole', async () => {
    const apps = await lookAfter(createBrowserHome(), 'chromium-signed-in', (folder) =>
      writeFileSync(join(folder, '000003.log'), 'torn', { flag: 'a' }),
    );
    expect(answerOf(apps)).to.equal('signed-in');
    expect(apps.unread.map(({ reason }) => reason)).to.deep.equal(['not-understood']);
    expect(answerOf(apps, 'facebook')).to.equal('unknown');
  });

  it('never says signed out of a Firefox with databases cut at any page, emptied, or filled with noise', async () => {
    const home = createBrowserHome();
    const files = ['cookies.sqlite', 'storage/default/http+++app.famly.co+18080/ls/data.sqlite'];
    for (const file of files) {
      const folder = home.lay('firefox-signed-out', ...firefox);
      const whole = readFileSync(join(folder, file));
      // By its own head: the file of a database may be longer than the database.
      const bytes = whole.readUInt16BE(16) * whole.readUInt32BE(28);
      const cuts = Array.from({ length: Math.ceil(bytes / 1024) }, (_each, index) => whole.subarray(0, index * 1024));
      for (const damaged of [...cuts, Buffer.alloc(30_000, 'SQLite noise'), Buffer.alloc(30_000)]) {
        rmSync(home.at('.mozilla'), { recursive: true, force: true });
        home.lay('firefox-signed-out', ...firefox);
        writeFileSync(join(folder, file), damaged);
        // Famly keeps nothing in cookies, so cookies that cannot be read hide nothing of it.
        const app = file === 'cookies.sqlite' ? 'facebook' : 'famly';
        expect(answerOf(await look({ home }), app), `${file}, ${damaged.length} bytes`).to.equal('unknown');
      }
    }
  }).timeout(180_000);
});

function removeAll(folder: string, pattern: RegExp): void {
  for (const name of readdirSync(folder)) if (pattern.test(name)) rmSync(join(folder, name));
}
