import { mkdirSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { realDisk } from '../../../../agent/platform/browsers/disk.ts';
import { parseBinaryCookies } from '../../../../agent/platform/browsers/safari/binary-cookies.ts';
import { hostOfWebkitOrigin } from '../../../../agent/platform/browsers/safari/webkit-origin.ts';
import { answerOf, createBrowserHome, listed, look, refusal, watchedDisk, write } from './browser-home.ts';
import { withDatabase } from './cookie-stores.ts';

const from2001Ms = 978_307_200_000;
const container = 'Library/Containers/com.apple.Safari/Data/Library';
const chat = listed({ app: 'chat', hosts: ['chat.example'], cookies: ['user', 'token'] });

interface SafariCookie {
  host: string;
  name: string;
  value?: string;
  createdMs?: number;
  expiresMs?: number;
}

/** Made by the public description of the form, which the parser was written from too: no file of a real Safari was at hand. */
function makeBinaryCookies(pages: readonly (readonly SafariCookie[])[]): Buffer {
  const made = pages.map(makePage);
  const head = Buffer.alloc(8 + 4 * made.length);
  head.write('cook', 'latin1');
  head.writeUInt32BE(made.length, 4);
  for (const [index, page] of made.entries()) head.writeUInt32BE(page.length, 8 + 4 * index);
  const sum = made.reduce(
    (total, page) => total + page.reduce((all, byte, at) => (at % 4 === 0 ? all + byte : all), 0),
    0,
  );
  const tail = Buffer.alloc(12);
  tail.writeUInt32BE(sum >>> 0);
  tail.write('071720050000004b', 4, 'hex');
  return Buffer.concat([head, ...made, tail]);
}

function makePage(cookies: readonly SafariCookie[]): Buffer {
  const made = cookies.map(makeCookie);
  const head = Buffer.alloc(8 + 4 * made.length + 4);
  head.writeUInt32BE(0x00000100);
  head.writeUInt32LE(made.length, 4);
  let at = head.length;
  made.forEach((cookie, index) => {
    head.writeUInt32LE(at, 8 + 4 * index);
    at += cookie.length;
  });
  return Buffer.concat([head, ...made]);
}

function makeCookie({
  host,
  name,
  value = 'CANARY',
  createdMs = Date.now() - 3_600_000,
  expiresMs = Date.now() + 86_400_000,
}: SafariCookie): Buffer {
  const texts = [host, name, '/', value].map((text) => Buffer.from(`${text}\0`));
  const head = Buffer.alloc(56);
  let at = head.length;
  texts.forEach((text, index) => {
    head.writeUInt32LE(at, 16 + 4 * index);
    at += text.length;
  });
  head.writeUInt32LE(at);
  head.writeDoubleLE((expiresMs - from2001Ms) / 1000, 40);
  head.writeDoubleLE((createdMs - from2001Ms) / 1000, 48);
  return Buffer.concat([head, ...texts]);
}

const both: SafariCookie[] = [
  { host: '.chat.example', name: 'user' },
  { host: 'www.chat.example', name: 'token' },
];
const text = fc.string({ maxLength: 20 }).map((each) => each.replaceAll('\0', ''));
const cookie = fc.record({
  host: text,
  name: text,
  value: text,
  createdMs: fc.integer({ min: 0, max: 4e12 }),
  expiresMs: fc.integer({ min: 0, max: 4e12 }),
});
const pages = fc.array(fc.array(cookie, { maxLength: 5 }), { maxLength: 4 });

describe('Cookies.binarycookies', () => {
  it('is read whole: every cookie of every page, with its times', () => {
    fc.assert(
      fc.property(pages, (made) => {
        const found = parseBinaryCookies(makeBinaryCookies(made));
        expect(found?.map(({ host, name }) => ({ host, name }))).to.deep.equal(
          made.flat().map(({ host, name }) => ({ host, name })),
        );
        found?.forEach(({ createdMs, expiresMs }, index) => {
          expect(createdMs).to.be.closeTo(made.flat()[index]?.createdMs ?? 0, 1);
          expect(expiresMs).to.be.closeTo(made.flat()[index]?.expiresMs ?? 0, 1);
        });
      }),
    );
  });

  it('is not understood when it is cut anywhere before its sum, or one byte that is summed is another', () => {
    const whole = makeBinaryCookies([both, both]);
    for (let cut = 0; cut < whole.length - 8; cut += 1)
      expect(parseBinaryCookies(whole.subarray(0, cut)), `${cut}`).to.equal(undefined);
    const size = whole.readUInt32BE(8);
    for (let at = 16; at < 16 + size; at += 4) {
      const other = Buffer.from(whole);
      other[at] = (other[at] ?? 0) ^ 1;
      expect(parseBinaryCookies(other), `${at}`).to.equal(undefined);
    }
  });

  it('never throws, and never tells of a value, for any bytes', () => {
    fc.assert(
      fc.property(
        pages,
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 20 }),
        (made, changes) => {
          const file = makeBinaryCookies(made.map((page) => page.map((each) => ({ ...each, value: 'CANARY' }))));
          for (const [at, byte] of changes) file[at % file.length] = byte;
          parseBinaryCookies(file);
        },
      ),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 500 }), (noise) => void parseBinaryCookies(noise)));
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 500 }),
        (noise) => void parseBinaryCookies(Buffer.concat([Buffer.from('cook'), noise])),
      ),
    );
    expect(JSON.stringify(parseBinaryCookies(makeBinaryCookies([both])))).not.to.include('CANARY');
  });
});

/** WebKit's file `origin`: scheme, host and no port, for the page and for the storage itself. */
function originFile(host: string): Buffer {
  const piece = (each: string) => {
    const length = Buffer.alloc(5);
    length.writeUInt32LE(each.length);
    length[4] = 1;
    return Buffer.concat([length, Buffer.from(each, 'latin1')]);
  };
  const origin = Buffer.concat([piece('https'), piece(host), Buffer.of(0)]);
  return Buffer.concat([origin, origin, Buffer.alloc(20, 7)]);
}

describe('signed-in apps: Safari', () => {
  it('finds sign-ins by cookie in the container, and in the place of older Safaris', async () => {
    for (const path of [`${container}/Cookies`, 'Library/Cookies']) {
      const home = createBrowserHome();
      write(home.at(path, 'Cookies.binarycookies'), makeBinaryCookies([both]));
      mkdirSync(home.at('Library/Safari'), { recursive: true });
      const apps = await look({ home, apps: [chat] });
      expect(
        apps.signIns.map(({ browser, profile, state }) => [browser, profile, state]),
        path,
      ).to.deep.equal([['safari', 1, 'signed-in']]);
    }
  });

  it('takes expired cookies for no sign-in, and a damaged file for unread', async () => {
    const home = createBrowserHome();
    const file = home.at(container, 'Cookies/Cookies.binarycookies');
    write(file, makeBinaryCookies([both.map((each) => ({ ...each, expiresMs: Date.now() - 1 }))]));
    expect(answerOf(await look({ home, apps: [chat] }), 'chat')).to.equal('signed-out');
    write(file, makeBinaryCookies([both]).subarray(0, 100));
    const damaged = await look({ home, apps: [chat] });
    expect([answerOf(damaged, 'chat'), damaged.unread.map(({ reason }) => reason)]).to.deep.equal([
      'unknown',
      ['not-understood'],
    ]);
  });

  it('finds a key in the local storage of the very host, and not in that of another', async () => {
    for (const [host, answer] of [
      ['app.famly.co', 'signed-in'],
      ['other.example', 'signed-out'],
    ] as const) {
      const home = createBrowserHome();
      const folder = home.at(container, 'WebKit/WebsiteData/Default/aGFzaA/b3duIG9uZQ');
      write(`${folder}/origin`, originFile(host));
      await withDatabase(`${folder}/LocalStorage/localstorage.sqlite3`, [
        ['create table ItemTable (key text unique, value blob not null)'],
        ["insert into ItemTable values ('famly.accessToken', 'CANARY')"],
      ]);
      expect(answerOf(await look({ home })), host).to.equal(answer);
    }
  });

  it('says possible for a key whose host it cannot tell, and never signed in', async () => {
    const home = createBrowserHome();
    const folder = home.at(container, 'WebKit/WebsiteData/Default/aGFzaA/b3duIG9uZQ');
    write(`${folder}/origin`, 'of another form');
    await withDatabase(`${folder}/LocalStorage/localstorage.sqlite3`, [
      ['create table ItemTable (key text unique, value blob not null)'],
      ["insert into ItemTable values ('famly.accessToken', 'CANARY')"],
    ]);
    expect(answerOf(await look({ home }))).to.equal('possible');
  });

  it('finds a key in the one file an origin of older Safaris', async () => {
    const home = createBrowserHome();
    await withDatabase(home.at('Library/Safari/LocalStorage/https_app.famly.co_0.localstorage'), [
      ['create table ItemTable (key text unique, value blob not null)'],
      ["insert into ItemTable values ('famly.accessToken', 'CANARY')"],
    ]);
    expect(answerOf(await look({ home }))).to.equal('signed-in');
  });

  it('looks into every profile a person made', async () => {
    const home = createBrowserHome();
    write(home.at(container, 'Cookies/Cookies.binarycookies'), makeBinaryCookies([]));
    write(
      home.at(container, 'WebKit/WebsiteDataStore/6F1B9A2C/Cookies/Cookies.binarycookies'),
      makeBinaryCookies([both]),
    );
    const apps = await look({ home, apps: [chat] });
    expect(apps.signIns.map(({ profile }) => profile)).to.deep.equal([2]);
  });

  it('says blocked-by-permission without Full Disk Access, whether macOS refuses or shows nothing', async () => {
    const home = createBrowserHome();
    mkdirSync(home.at('Library/Containers/com.apple.Safari'), { recursive: true });
    const empty = await look({ home });
    mkdirSync(home.at(container, 'Cookies'), { recursive: true });
    const emptyCookies = await look({ home });
    const disk = watchedDisk({
      list(path) {
        if (path.endsWith('com.apple.Safari')) throw refusal('EPERM');
        return realDisk.list(path);
      },
    });
    const refused = await look({ home, disk });
    for (const apps of [empty, emptyCookies, refused]) {
      expect(apps.unread.map(({ browser, reason }) => [browser, reason])).to.deep.equal([
        ['safari', 'blocked-by-permission'],
      ]);
      expect(answerOf(apps)).to.equal('unknown');
    }
  });

  it('says nothing of a person who never opened Safari', async () => {
    const home = createBrowserHome();
    mkdirSync(home.at('Library/Application Support'), { recursive: true });
    const apps = await look({ home });
    expect([answerOf(apps), apps.unread]).to.deep.equal(['signed-out', []]);
  });

  it('reads the host of an origin, and never throws for any bytes', () => {
    expect(hostOfWebkitOrigin(originFile('app.famly.co'))).to.equal('app.famly.co');
    const whole = originFile('app.famly.co');
    for (let cut = 0; cut < whole.length - 20; cut += 1)
      expect(hostOfWebkitOrigin(whole.subarray(0, cut))).to.equal(undefined);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => void hostOfWebkitOrigin(noise)));
  });
});
