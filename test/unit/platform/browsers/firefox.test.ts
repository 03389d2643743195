import { cpSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { jarOfJson, jarOfSuffix } from '../../../../agent/platform/browsers/firefox/jar.ts';
import { hostOfFolder } from '../../../../agent/platform/browsers/firefox/local-storage.ts';
import { unpackLz4 } from '../../../../agent/platform/browsers/firefox/lz4.ts';
import { parseProfilesIni } from '../../../../agent/platform/browsers/firefox/profiles-ini.ts';
import { goesOn } from '../../../../agent/platform/browsers/firefox/session-cookies.ts';
import { parseSession } from '../../../../agent/platform/browsers/firefox/session-file.ts';
import { answerOf, createBrowserHome, listed, look, recordingAt, write } from './browser-home.ts';
import { type MadeCookie, makeFirefoxCookies, makeFirefoxStorage } from './cookie-stores.ts';

const root = '.mozilla/firefox';
const profile = `${root}/ab12.default`;
const day = 86_400_000;
const chat = listed({ app: 'chat', hosts: ['chat.example'], cookies: ['user', 'token'] });

type Lasting = MadeCookie & { expiresMs?: number };
const both = (more: Partial<Lasting> = {}): Lasting[] => [
  { host: '.chat.example', name: 'user', ...more },
  { host: '.chat.example', name: 'token', ...more },
];

async function homeWith(cookies: readonly Lasting[], unit: 's' | 'ms' = 'ms') {
  const home = createBrowserHome();
  await makeFirefoxCookies(home.at(profile, 'cookies.sqlite'), cookies, unit);
  return home;
}

describe('signed-in apps: cookies of Firefox', () => {
  for (const unit of ['s', 'ms'] as const) {
    it(`reads expiry in ${unit}: tomorrow is a sign-in, yesterday none`, async () => {
      const tomorrow = Math.ceil((Date.now() + day) / 3_600_000) * 3_600_000;
      const good = await look({ home: await homeWith(both({ expiresMs: tomorrow }), unit), apps: [chat] });
      expect(good.signIns.map(({ until }) => until)).to.deep.equal([new Date(tomorrow).toISOString()]);
      const gone = await look({ home: await homeWith(both({ expiresMs: Date.now() - day }), unit), apps: [chat] });
      expect(answerOf(gone, 'chat')).to.equal('signed-out');
    });
  }

  it('takes the end of all numbers for never, and a negative one for passed', async () => {
    const never = await look({ home: await homeWith(both({ expiresMs: 9e15 })), apps: [chat] });
    expect(never.signIns.map(({ state, until }) => [state, until])).to.deep.equal([['signed-in', null]]);
    expect(answerOf(await look({ home: await homeWith(both({ expiresMs: -1 })), apps: [chat] }), 'chat')).to.equal(
      'signed-out',
    );
  });

  it('keeps containers apart: half of a sign-in in each of two is none, all of it in one is one', async () => {
    const apart = both().map((cookie, index) => ({ ...cookie, jar: index === 0 ? '' : '^userContextId=2' }));
    expect(answerOf(await look({ home: await homeWith(apart), apps: [chat] }), 'chat')).to.equal('signed-out');
    const inOne = await look({ home: await homeWith(both({ jar: '^userContextId=2' })), apps: [chat] });
    expect(answerOf(inOne, 'chat')).to.equal('signed-in');
  });

  it('writes a jar alike, whichever of two ways Firefox wrote it', () => {
    const json = '{"firstPartyDomain":"","partitionKey":"(https,x.example)","privateBrowsingId":0,"userContextId":2}';
    expect(jarOfSuffix('^userContextId=2&partitionKey=%28https%2Cx.example%29')).to.equal(jarOfJson(json));
    expect(jarOfSuffix('')).to.equal(jarOfJson('{"userContextId":0,"partitionKey":""}'));
    expect(jarOfJson('{"userContextId":"?"}')).to.equal(jarOfSuffix(''));
  });
});

describe('signed-in apps: local storage of Firefox', () => {
  const folders = [
    { name: 'https+++app.famly.co', answer: 'signed-in' },
    { name: 'https+++app.famly.co+8443', answer: 'signed-in' },
    { name: 'https+++app.famly.co^userContextId=4', answer: 'signed-in' },
    { name: 'https+++app.famly.co+8443^partitionKey=%28https%2Cx.example%29', answer: 'signed-in' },
    { name: 'https+++eu.app.famly.co', answer: 'signed-in' },
    { name: 'https+++famly.co', answer: 'signed-out' },
    { name: 'https+++app.famly.co.evil.example', answer: 'signed-out' },
    { name: 'moz-extension+++app.famly.co', answer: 'signed-out' },
  ];
  for (const { name, answer } of folders) {
    it(`says ${answer} for a key in ${name}`, async () => {
      const home = createBrowserHome();
      await makeFirefoxStorage(home.at(profile, 'storage/default', name, 'ls/data.sqlite'), ['famly.accessToken', 'x']);
      expect(answerOf(await look({ home }))).to.equal(answer);
    });
  }

  it('says signed out when the origin keeps other keys only, and possible for an app without known names', async () => {
    const home = createBrowserHome();
    await makeFirefoxStorage(home.at(profile, 'storage/default/https+++app.famly.co/ls/data.sqlite'), ['lang']);
    expect(answerOf(await look({ home }))).to.equal('signed-out');
    const unnamed = listed({ app: 'club', hosts: ['famly.co'] });
    expect(answerOf(await look({ home, apps: [unnamed] }), 'club')).to.equal('possible');
  });

  it('says possible of an app without known names for a database of its pages, whose content nobody looks at', async () => {
    const home = createBrowserHome();
    write(home.at(profile, 'storage/default/https+++www.club.example/idb/123x.sqlite'), '');
    const club = listed({ app: 'club', hosts: ['club.example'] });
    expect(answerOf(await look({ home, apps: [club] }), 'club')).to.equal('possible');
    expect(answerOf(await look({ home, apps: [chat] }), 'chat')).to.equal('signed-out');
  });

  it('never throws for any name of a folder', () => {
    fc.assert(fc.property(fc.string(), (name) => void hostOfFolder(name)));
    expect(hostOfFolder('https+++app.famly.co+99999999')).to.equal(undefined);
  });
});

describe('signed-in apps: cookies of Firefox that end with it', () => {
  const visit = listed({ app: 'visit', hosts: ['app.famly.co'], cookies: ['session_one'] });
  const recorded = readFileSync(recordingAt('firefox-session/recovery.jsonlz4'));

  async function homeInSession(file: string, prefs = '') {
    const home = createBrowserHome();
    write(home.at(profile, file), recorded);
    write(home.at(profile, 'prefs.js'), prefs);
    return look({ home, apps: [visit] });
  }

  it('finds those of an open or crashed Firefox in the session it wrote', async () => {
    expect(answerOf(await homeInSession('sessionstore-backups/recovery.jsonlz4'), 'visit')).to.equal('signed-in');
  });

  it('says possible once it was closed: whoever opens it can ask for the session back', async () => {
    expect(answerOf(await homeInSession('sessionstore.jsonlz4'), 'visit')).to.equal('possible');
  });

  it('says signed in when it was closed and goes on by itself from where it was', async () => {
    const prefs = 'user_pref("browser.startup.homepage", "x");\nuser_pref("browser.startup.page", 3);\n';
    expect(answerOf(await homeInSession('sessionstore.jsonlz4', prefs), 'visit')).to.equal('signed-in');
    expect(goesOn('// user_pref("browser.startup.page", 3);')).to.equal(false);
  });

  it('does not say signed out while a Firefox is open that writes no such cookie down', async () => {
    const quiet = 'user_pref("browser.sessionstore.privacy_level", 2);\n';
    const other = listed({ app: 'other', hosts: ['app.famly.co'], cookies: ['another'] });
    const answers = async (file: string, prefs: string) => {
      const home = createBrowserHome();
      write(home.at(profile, file), recorded);
      write(home.at(profile, 'prefs.js'), prefs);
      return answerOf(await look({ home, apps: [other] }), 'other');
    };
    const open = 'sessionstore-backups/recovery.jsonlz4';
    expect(await answers(open, quiet)).to.equal('unknown');
    expect(await answers(open, quiet.replace('2', '1'))).to.equal('unknown');
    for (const prefs of ['', quiet.replace('2', '0'), `// ${quiet}`])
      expect(await answers(open, prefs), prefs).to.equal('signed-out');
    expect(await answers('sessionstore.jsonlz4', quiet)).to.equal('signed-out');
  });

  it('makes no text of a value: what is read holds host, name and jar', () => {
    expect(recorded.includes('CANARY-S'), 'the recording holds a value').to.equal(true);
    expect(parseSession(recorded)).to.deep.equal([{ host: 'app.famly.co', name: 'session_one', jar: '0 ' }]);
  });

  it('takes a session cut anywhere, or with any bytes, for not understood, and never throws', () => {
    for (let cut = 0; cut < recorded.length; cut += 1)
      expect(parseSession(recorded.subarray(0, cut))).to.equal(undefined);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(2_000), (noise, bytes) => {
        unpackLz4(noise, bytes);
        const head = Buffer.alloc(12);
        head.write('mozLz40\0', 'latin1');
        head.writeUInt32LE(bytes, 8);
        parseSession(Buffer.concat([head, noise]));
      }),
    );
  });

  it('reads any session that is JSON, whatever stands around its cookies', () => {
    const text = fc.string({ maxLength: 30 });
    const cookie = fc.record({ value: text, host: text, name: text, path: text, secure: fc.boolean() });
    const session = fc.record({
      version: fc.jsonValue(),
      windows: fc.jsonValue(),
      cookies: fc.array(cookie),
      session: fc.jsonValue(),
    });
    fc.assert(
      fc.property(session, (each) => {
        const json = Buffer.from(JSON.stringify(each));
        const found = parseSession(Buffer.concat([headOf(json.length), literals(json)]));
        expect(found?.map(({ host, name }) => ({ host, name }))).to.deep.equal(
          each.cookies.map(({ host, name }) => ({ host, name })),
        );
      }),
    );
  });
});

function headOf(bytes: number): Buffer {
  const head = Buffer.alloc(12);
  head.write('mozLz40\0', 'latin1');
  head.writeUInt32LE(bytes, 8);
  return head;
}

/** One LZ4 sequence of literals alone. */
function literals(bytes: Buffer): Buffer {
  const more: number[] = [];
  for (let rest = bytes.length - 15; rest >= 0; rest -= 255) more.push(Math.min(rest, 255));
  if (more.at(-1) === 255) more.push(0);
  return Buffer.concat([Buffer.of(Math.min(bytes.length, 15) << 4), Buffer.from(more), bytes]);
}

describe('signed-in apps: profiles of Firefox', () => {
  it('finds those beside profiles.ini, in Profiles, and where the file says', async () => {
    const home = createBrowserHome();
    await makeFirefoxCookies(home.at(profile, 'cookies.sqlite'), both());
    cpSync(home.at(profile), home.at(root, 'Profiles/cd34.second'), { recursive: true });
    cpSync(home.at(profile), home.at('elsewhere/third'), { recursive: true });
    const ini = `[General]\nVersion=2\n\n[Profile1]\nName=x\nIsRelative=1\nPath=ab12.default\n\n[Profile0]\nIsRelative=0\nPath=${home.at('elsewhere/third')}\n`;
    write(home.at(root, 'profiles.ini'), ini);
    const apps = await look({ home, apps: [chat] });
    expect(apps.signIns.map(({ browser, profile: number }) => [browser, number])).to.deep.equal([
      ['firefox', 1],
      ['firefox', 2],
      ['firefox', 3],
    ]);
  });

  it('reads profiles.ini with any line ends and a byte-order mark, and never throws', () => {
    const ini = '\uFEFF[Install4F96D1932A9F858E]\r\nDefault=a\r\n[Profile0]\r\nIsRelative=1\r\nPath=Profiles/a.b\r\n';
    expect(parseProfilesIni(ini)).to.deep.equal([{ path: 'Profiles/a.b', isRelative: true }]);
    fc.assert(fc.property(fc.string(), (text) => void parseProfilesIni(`[Profile0]\n${text}`)));
  });

  it('says that the profiles could not be listed when profiles.ini cannot be read: it may name any', async () => {
    const home = await homeWith([]);
    write(home.at(root, 'profiles.ini'), Buffer.alloc(2 * 1024 * 1024, '['));
    const apps = await look({ home, apps: [chat] });
    expect(apps.unread).to.deep.equal([{ person: 'amara', browser: 'firefox', profile: null, reason: 'timed-out' }]);
    expect(answerOf(apps, 'chat')).to.equal('unknown');
  });
});
