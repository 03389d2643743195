import { chmodSync, chownSync, mkdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { pause, start, until } from './processes.ts';
import { chromiumPath } from './skip.ts';
import { type Kept, otherHost, type Page, type StandInApp } from './stand-in-app.ts';

/** A real browser with a real profile, on the network of a stand-in app. */
export interface RealBrowser {
  readonly pid: number;
  /** Lets a page of the app do its part, and waits until it has; the names of the cookies that were sent. */
  open(path: Page): Promise<string[]>;
  /** Lets a page of the app and one of the other site say what is there. */
  kept(): Promise<Kept[]>;
  isRunning(): boolean;
  /** Ends it as a person does who closes the last window. */
  close(): Promise<void>;
  /** As a power cut would. */
  killHard(): Promise<void>;
}

/** As whom a browser runs, and with which options of its own. */
export interface As {
  /** An account's number; the agent's own unless given. */
  uid?: number;
  args?: readonly string[];
}

/** Runs a command as somebody else. */
function asUser(uid: number | undefined): string[] {
  return uid === undefined ? [] : ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'];
}

/** Chromium, driven; its profile is `Default` below the folder. */
export async function startChromium(
  app: StandInApp,
  userDataFolder: string,
  scratch: string,
  { uid, args = [] }: As = {},
): Promise<RealBrowser> {
  mkdirSync(scratch, { recursive: true });
  const wrapper = join(scratch, 'chromium.sh');
  writeFileSync(wrapper, `#!/bin/sh\nexec ${app.inside([...asUser(uid), chromiumPath() ?? '']).join(' ')} "$@"\n`);
  chmodSync(wrapper, 0o755);
  const rules = `MAP app.famly.co 127.0.0.1, MAP ${otherHost} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1`;
  const context = await chromium.launchPersistentContext(userDataFolder, {
    executablePath: wrapper,
    args: ['--no-sandbox', `--host-resolver-rules=${rules}`, '--ignore-certificate-errors', ...args],
    env: { ...process.env, HOME: scratch },
  });
  const lock = join(userDataFolder, 'SingletonLock');
  const pid = Number(readlinkSync(lock).split('-').at(-1));
  const ended = () => until('Chromium to end', async () => (isRunning(pid) ? undefined : true));
  return {
    pid,
    async open(path) {
      const after = app.said();
      const page = await context.newPage();
      await page.goto(`${app.origin}/${path}`);
      return app.done(path, after);
    },
    async kept() {
      const after = app.said();
      const page = await context.newPage();
      await page.goto(`${app.origin}/tell`);
      return app.kept(after);
    },
    isRunning: () => isRunning(pid),
    async close() {
      // The last page takes the browser with it, as the last window does; then the connection ends too.
      for (const page of context.pages()) await page.close().catch(() => {});
      await pause(500);
      await context.close().catch(() => {});
      await ended();
    },
    async killHard() {
      process.kill(pid, 'SIGKILL');
      await ended();
      await context.close().catch(() => {});
    },
  };
}

/** Firefox. Nothing drives it: its one page asks the app what to do. */
export async function startFirefox(
  app: StandInApp,
  profile: string,
  home: string,
  { uid }: As = {},
): Promise<RealBrowser> {
  mkdirSync(profile, { recursive: true });
  mkdirSync(home, { recursive: true });
  writeFileSync(join(profile, 'user.js'), firefoxPreferences.map((each) => `user_pref(${each});\n`).join(''));
  const algorithm = 'OID.2.16.840.1.101.3.4.2.1';
  const known = ['app.famly.co', otherHost].map((host) => `${host}:443:\t${algorithm}\t${app.fingerprint}\t\n`);
  writeFileSync(join(profile, 'cert_override.txt'), known.join(''));
  if (uid !== undefined) for (const folder of [profile, home]) chownSync(folder, uid, uid);
  if (uid !== undefined) for (const file of ['user.js', 'cert_override.txt']) chownSync(join(profile, file), uid, uid);
  // A "bye" that came after the last window had closed must not close the next one.
  app.tell('');
  const begin = app.said();
  const firefox = start(
    app.inside([...asUser(uid), 'firefox-esr', '--headless', '--no-remote', '--profile', profile, `${app.origin}/see`]),
    { env: { HOME: home, MOZ_CRASHREPORTER_DISABLE: '1' } },
  );
  await app.done('see', begin);
  const open: RealBrowser['open'] = (path) => {
    const after = app.said();
    app.tell(path);
    return app.done(path, after);
  };
  return {
    pid: firefox.pid,
    open,
    async kept() {
      const after = app.said();
      app.tell('tell');
      return app.kept(after);
    },
    isRunning: () => firefox.isRunning(),
    async close() {
      // Every tab hears it once: after a crash there are those of before too.
      await until('Firefox to end', async () => {
        app.tell('bye');
        await pause(500);
        return firefox.isRunning() ? undefined : true;
      });
    },
    killHard: firefox.killHard,
  };
}

const firefoxPreferences = [
  '"network.dns.forceResolve", "127.0.0.1"',
  '"network.trr.mode", 5',
  '"browser.shell.checkDefaultBrowser", false',
  '"datareporting.policy.dataSubmissionEnabled", false',
  '"browser.aboutwelcome.enabled", false',
  '"dom.allow_scripts_to_close_windows", true',
  // The stand-in leads to another site and back without a person's hand: Firefox would take it for a tracker and clear it.
  '"privacy.bounceTrackingProtection.mode", 0',
];

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
