import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { must, type Running, start } from './processes.ts';
import { makeTempFolder, removeTempFolder } from './temp-folder.ts';

/** A web app that signs people in as Famly does, on a network on which there is nothing else. */
export interface StandInApp {
  /** "https://app.famly.co", in the namespace only. */
  readonly origin: string;
  /** A command that runs on that network. */
  inside(command: readonly string[]): string[];
  /** SHA-256 of its certificate, as openssl writes it. */
  readonly fingerprint: string;
  /** Waits until a page has done what its path says; the cookies that came with the request, by name. */
  done(path: string, after: number): Promise<string[]>;
  /** How many lines it has said: `done` looks behind them. */
  said(): number;
  /** What an open page is to do next; empty takes back what none has heard yet. */
  tell(what: 'in' | 'out' | 'see' | 'bye' | ''): void;
  close(): Promise<void>;
}

const host = 'app.famly.co';

/**
 * `/in` signs in, `/out` signs out, `/see` does nothing, `/bye` closes the window;
 * a page says `/did/...` when it is through, and then asks for what to do next.
 */
const program = `
const { readFileSync, rmSync } = require('node:fs');
const [key, cert, order] = process.argv.slice(-3);
const cookies = {
  in: ['session_one=CANARY-S; Path=/; Secure; HttpOnly', 'lasting_one=CANARY-L; Path=/; Max-Age=864000; Secure; HttpOnly'],
  out: ['session_one=; Path=/; Max-Age=0', 'lasting_one=; Path=/; Max-Age=0'],
};
const page = () => {
  const act = async (what) => {
    if (what === 'in') localStorage.setItem('famly.accessToken', 'CANARY-T');
    if (what === 'out') localStorage.removeItem('famly.accessToken');
    await fetch('/' + what);
    await fetch('/did/' + what);
    if (what === 'bye') window.close();
  };
  const ask = async () => {
    const what = await (await fetch('/next')).text();
    if (what !== '') await act(what);
    setTimeout(ask, 200);
  };
  act(location.pathname.slice(1)).then(ask);
};
const next = () => {
  try {
    const what = readFileSync(order, 'utf8');
    rmSync(order);
    return what;
  } catch {
    return '';
  }
};
require('node:https').createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
  const path = request.url.slice(1);
  const names = (request.headers.cookie ?? '').split('; ').map((each) => each.split('=')[0]).join(',');
  if (path !== 'next') console.log(path + ' [' + names + ']');
  if (cookies[path]) response.setHeader('Set-Cookie', cookies[path]);
  response.setHeader('Content-Type', 'text/html');
  response.setHeader('Cache-Control', 'no-store');
  response.end(path === 'next' ? next() : '<script>(' + page + ')()</script>');
}).listen(443, '127.0.0.1', () => console.log('listening'));
`;

/** Starts it. Needs root, ip, openssl. */
export async function startStandInApp(name = 'a'): Promise<StandInApp> {
  const namespace = `htapp${process.pid}${name}`;
  const folder = makeTempFolder();
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const subject = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`];
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
  return {
    origin: `https://${host}`,
    inside,
    fingerprint: printed.split('=')[1] ?? '',
    said: () => lines().length,
    tell: (what) => writeFileSync(order, what),
    async done(path, after) {
      const pattern = new RegExp(`^did/${path} \\[(.*)\\]$`);
      for (let left = 300; left > 0; left -= 1) {
        const line = lines()
          .slice(after)
          .find((each) => pattern.test(each));
        if (line !== undefined) return (pattern.exec(line)?.[1] ?? '').split(',').filter(Boolean);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      throw new Error(`no page did ${path}. The app was asked for:\n${lines().join('\n')}`);
    },
    async close() {
      await server.stop();
      await must(['ip', 'netns', 'del', namespace]);
      removeTempFolder(folder);
    },
  };
}
