import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build, isBuilt } from './build.mjs';
import { alone } from './prepare-lock.mjs';
import { isStarted, projectFolder, runScript, runStep, StepFailed, say } from './step.mjs';

const lockFile = join(projectFolder, 'package-lock.json');
const stampFile = join(projectFolder, 'node_modules', '.hometime-stamp');
const oldestNode = [20, 19];

/**
 * Makes the project folder ready to run: packages as the lock file says, and a
 * build of the present sources. Says on standard error what it does, and
 * nothing when there is nothing to do. Several at once wait for one another.
 */
export async function prepare() {
  checkNode();
  if (isInstalled() && isBuilt()) return;
  await alone(async () => {
    if (!isInstalled()) await install();
    if (!isBuilt()) await build();
  });
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return;
  throw new StepFailed(
    `Hometime needs Node ${oldestNode.join('.')} or newer, and this is Node ${process.versions.node}. ` +
      'Install a newer one from https://nodejs.org and try again.',
  );
}

/** The stamp names the lock file that was installed. Without one, npm's own record of what lies in node_modules is compared. */
function isInstalled() {
  if (!existsSync(join(projectFolder, 'node_modules'))) return false;
  const wanted = lockHash();
  if (readOr(stampFile, '') === wanted) return true;
  if (!isAlreadyThere()) return false;
  writeFileSync(stampFile, wanted);
  return true;
}

/** npm writes its record last, so a half-finished install has none or an older one. */
function isAlreadyThere() {
  const record = JSON.parse(readOr(join(projectFolder, 'node_modules', '.package-lock.json'), '{}')).packages ?? {};
  const wanted = JSON.parse(readFileSync(lockFile, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([place, entry]) => place === '' || entry.optional || record[place]?.version === entry.version,
  );
}

async function install() {
  say('Installing what Hometime needs (about 2 minutes, once) …');
  await runStep({
    what: 'Installing the packages',
    ...npmCommand(['ci', '--include=dev', '--no-audit', '--no-fund']),
    env: installEnvironment(),
    advice: installAdvice,
  });
  writeFileSync(stampFile, lockHash());
}

/** The npm that started us, where one did; on Windows npm itself is a batch file and needs the shell. */
function npmCommand(args) {
  const started = process.env.npm_execpath;
  if (started !== undefined && /^np[mx]-cli\.c?js$/.test(basename(started))) {
    return { command: process.execPath, args: [started.replace(/npx-cli/, 'npm-cli'), ...args] };
  }
  return { command: 'npm', args, shell: process.platform === 'win32' };
}

/** What `npx` or an outer npm was told must not reach the inner one. */
function installEnvironment() {
  const meantForTheOuter = /^npm_config_(package|call|yes|omit|include|only|production|global|location|prefix|json)$/i;
  const entries = Object.entries(process.env).filter(([name]) => !meantForTheOuter.test(name) && name !== 'NODE_ENV');
  return Object.fromEntries(entries);
}

function installAdvice(output) {
  if (/gyp ERR|node-gyp|sqlite3/.test(output)) {
    return (
      'No ready-made sqlite3 could be fetched for this system, so it has to be compiled, and that needs Python 3, make and a ' +
      'C++ compiler. On Debian or Ubuntu: sudo apt-get install python3 make g++ ; on macOS: xcode-select --install ; ' +
      'on Windows: the "Desktop development with C++" part of Visual Studio Build Tools. Then run the same command again.'
    );
  }
  if (/ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET/.test(output)) {
    return 'The package registry could not be reached. Connect this computer to the internet and run the same command again.';
  }
  if (/ENOSPC/.test(output)) return 'The disk is full. Make about 1 GB of room and run the same command again.';
  if (/EACCES|EPERM/.test(output)) return 'A folder may not be written by this user. Run it as the user who owns it.';
  return 'Run the same command again; if it fails again, the lines above say why.';
}

function lockHash() {
  return createHash('sha256').update(readFileSync(lockFile)).digest('hex');
}

function readOr(path, otherwise) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}

if (isStarted(import.meta.url)) await runScript(prepare);
