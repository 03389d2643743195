import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { must, type Running, start } from './processes.ts';
import { makeTempFolder, removeTempFolder } from './temp-folder.ts';

/** What a page is to do. */
export type Page = 'in' | 'out' | 'see' | 'bye' | 'fill' | 'tell';

/** A web app that signs people in as Famly does, on a network on which there is nothing else. */
export interface StandInApp {
  /** "https://app.famly.co", in the namespace only. */
  readonly origin: string;
  /** A command that runs on that network. */
  inside(command: readonly string[]): string[];
  /** SHA-256 of its certificate, as openssl writes it. */
  readonly fingerprint: string;
  /** What an open page, or one that is opened now, finds of the app and of the other site: see `Kept`. */
  kept(after: number): Promise<Kept[]>;
  /** Waits until a page has done what its path says; the cookies that came with the request, by name. */
  done(path: string, after: number): Promise<string[]>;
  /** How many lines it has said: `done` looks behind them. */
  said(): number;
  /** What an open page is to do next; empty takes back what none has heard yet. */
  tell(what: Page | ''): void;
  close(): Promise<void>;
}

/** What a page of one site finds: which of its cookies the site is sent, and what its own storages hold. */
export interface Kept {
  host: string;
  cookies: string[];
  /** Of local storage, session storage, a database, a cache: those that hold something. */
  storages: string[];
}

const host = 'app.famly.co';
/** Another site, which nobody asks to be signed out of. */
export const otherHost = 'other.example';

/**
 * `/in` signs in, `/out` signs out, `/see` does nothing, `/bye` closes the window;
 * `/fill` keeps something in every storage there is, of the app and then of another site;
 * `/tell` says what is there. A page says `/did/...` when it is through, and then asks for what to do next.
 */
const program = `
const { readFileSync, rmSync } = require('node:fs');
const [key, cert, order] = process.argv.slice(-3);
const cookies = {
  in: ['session_one=CANARY-S; Path=/; Secure; HttpOnly', 'lasting_one=CANARY-L; Path=/; Max-Age=864000; Secure; HttpOnly'],
  out: ['session_one=; Path=/; Max-Age=0', 'lasting_one=; Path=/; Max-Age=0'],
};
cookies.fill = cookies.in;
const page = () => {
  const isApp = location.hostname === '${host}';
  const token = isApp ? 'CANARY-TOKEN' : 'OTHER-TOKEN';
  const database = () => new Promise((resolve, reject) => {
    const asked = indexedDB.open('kept', 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore('all');
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  const inDatabase = async (mode, ask) => {
    const opened = await database();
    const asked = ask(opened.transaction('all', mode).objectStore('all'));
    const found = await new Promise((resolve) => { asked.onsuccess = () => resolve(asked.result); });
    opened.close();
    return found;
  };
  const fill = async () => {
    localStorage.setItem('famly.accessToken', token);
    sessionStorage.setItem('kept', token);
    await inDatabase('readwrite', (store) => store.put(token, 'kept'));
    await (await caches.open('kept')).put('/kept', new Response(token));
  };
  const tell = async () => {
    const found = {
      local: localStorage.length,
      session: sessionStorage.length,
      database: await inDatabase('readonly', (store) => store.count()),
      cache: (await (await caches.open('kept')).keys()).length,
    };
    const kept = Object.keys(found).filter((each) => found[each] > 0);
    await fetch('/kept/' + location.hostname + '/' + kept.join(','));
  };
  const act = async (what) => {
    if (what === 'fill') await fill();
    if (what === 'tell') await tell();
    if (what === 'in') localStorage.setItem('famly.accessToken', 'CANARY-T');
    if (what === 'out') localStorage.removeItem('famly.accessToken');
    await fetch('/' + what);
    const isTrip = what === 'fill' || what === 'tell';
    // There and back: each site in a page of its own, for in a frame its storages would be others.
    if (isTrip && isApp) return location.assign('https://${otherHost}/' + what);
    await fetch('/did/' + what);
    if (isTrip) return location.assign('https://${host}/see');
    if (what === 'bye') window.close();
  };
  const ask = async () => {
    // Of several tabs, as after a crash, the one that is seen does what is asked; to close is meant for all.
    const what = await (await fetch(document.visibilityState === 'visible' ? '/next' : '/next-hidden')).text();
    if (what !== '') await act(what);
    setTimeout(ask, 200);
  };
  act(location.pathname.slice(1)).then(isApp ? ask : undefined);
};
const next = (isHidden) => {
  try {
    const what = readFileSync(order, 'utf8');
    if (isHidden && what !== 'bye') return '';
    rmSync(order);
    return what;
  } catch {
    return '';
  }
};
require('node:https').createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
  const path = request.url.slice(1);
  const names = (request.headers.cookie ?? '').split('; ').map((each) => each.split('=')[0]).join(',');
  const asks = path === 'next' || path === 'next-hidden';
  if (!asks && path !== 'favicon.ico') console.log(path + ' [' + names + ']');
  const isApp = request.headers.host === '${host}';
  const set = cookies[path]?.map((each) => (isApp ? each : each.replace('CANARY', 'OTHER')));
  if (set) response.setHeader('Set-Cookie', set);
  response.setHeader('Content-Type', 'text/html');
  response.setHeader('Cache-Control', 'no-store');
  response.end(asks ? next(path === 'next-hidden') : '<!doctype html><body><script>(' + page + ')()</script>');
}).listen(443, '127.0.0.1', () => console.log('listening'));
`;

/** Starts it. Needs root, ip, openssl. */
export async function startStandInApp(name = 'a'): Promise<StandInApp> {
  const namespace = `htapp${process.pid}${name}`;
  const folder = makeTempFolder();
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const subject = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host},DNS:${otherHost}`];
  await must([
    'openssl',
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-keyout',
    key,
    '-out',
    certificate,
    ...subject,
  ]);
  const printed = await must(['openssl', 'x509', '-in', certificate, '-noout', '-fingerprint', '-sha256']);
  await must(['ip', 'netns', 'add', namespace]);
  await must(['ip', '-n', namespace, 'link', 'set', 'lo', 'up']);
  const inside = (command: readonly string[]) => ['ip', 'netns', 'exec', namespace, ...command];
  const [script, order] = [join(folder, 'app.cjs'), join(folder, 'order')];
  writeFileSync(script, program);
  const server: Running = start(inside([process.execPath, script, key, certificate, order]));
  await server.said(/listening/);
  const lines = () => server.stdout().split('\n').slice(0, -1);
  async function done(path: string, after: number): Promise<string[]> {
    const pattern = new RegExp(`^did/${path} \\[(.*)\\]$`);
    for (let left = 300; left > 0; left -= 1) {
      const line = lines()
        .slice(after)
        .find((each) => pattern.test(each));
      if (line !== undefined) return listOf(pattern.exec(line)?.[1]);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`no page did ${path}. The app was asked for:\n${lines().join('\n')}`);
  }
  return {
    origin: `https://${host}`,
    inside,
    fingerprint: printed.split('=')[1] ?? '',
    said: () => lines().length,
    async kept(after) {
      await done('tell', after);
      return lines()
        .slice(after)
        .flatMap((line) => {
          const [, site, storages, cookies] = /^kept\/([^/]+)\/(\S*) \[(.*)\]$/.exec(line) ?? [];
          if (site === undefined) return [];
          return [{ host: site, cookies: listOf(cookies).sort(), storages: listOf(storages) }];
        });
    },
    tell(what) {
      // Whole at once: it is asked for several times a second.
      writeFileSync(`${order}.new`, what);
      renameSync(`${order}.new`, order);
    },
    done,
    async close() {
      await server.stop();
      await must(['ip', 'netns', 'del', namespace]);
      removeTempFolder(folder);
    },
  };
}

function listOf(text: string | undefined): string[] {
  return (text ?? '').split(',').filter(Boolean);
}
