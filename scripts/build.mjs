import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { agentProgram, bundleAgent } from './bundle-agent.mjs';
import { isStarted, projectFolder, runScript, runStep, say } from './step.mjs';

const output = join(projectFolder, 'dist');
const dashboardConfig = 'server/dashboard/vite.config.ts';
const advice = () => 'The sources do not build as they are. If you changed nothing, run: git status';

/** One part of the build: what it is made of, and how. Each is built only when its own sources changed. */
const parts = [
  {
    name: 'programs',
    needs: 'shared/tsconfig.json',
    saying: 'Building the server and the agent (a few seconds) …',
    sources: ['shared', 'agent', 'server', '.tsconfig.base.json', 'package-lock.json'],
    without: ['server/dashboard'],
    proof: ['shared/reading.js'],
    make: buildPrograms,
  },
  {
    name: 'agent',
    needs: 'agent/tsconfig.json',
    saying: 'Making one file of the agent …',
    sources: ['shared', 'agent', '.tsconfig.base.json', 'package-lock.json', 'scripts/bundle-agent.mjs'],
    without: [],
    proof: [agentProgram.replace('dist/', '')],
    make: bundleAgent,
  },
  {
    name: 'dashboard',
    needs: dashboardConfig,
    saying: 'Building the dashboard (about 10 seconds) …',
    sources: ['shared', 'server/dashboard', 'package-lock.json'],
    without: [],
    proof: ['dashboard/index.html'],
    make: buildDashboard,
  },
];

/** Whether `dist` holds a build of the sources as they are now. */
export function isBuilt() {
  return presentParts().every(isPartBuilt);
}

/** Builds what is out of date into `dist/{shared,agent,server,dashboard}`, and the agent once more into one file. */
export async function build() {
  for (const part of presentParts().filter((each) => !isPartBuilt(each))) {
    say(part.saying);
    const digest = digestOf(part);
    await part.make();
    mkdirSync(output, { recursive: true });
    writeFileSync(stampOf(part), digest);
  }
}

/** A copy of the project without the dashboard's sources still runs: as a server for programs. */
function presentParts() {
  return parts.filter(({ needs }) => existsSync(join(projectFolder, needs)));
}

async function buildPrograms() {
  const compiler = join(projectFolder, 'node_modules', 'typescript', 'bin', 'tsc');
  // The compiler believes its own record of what it wrote; when the output is gone, so must be the record.
  const again = parts[0].proof.every((file) => existsSync(join(output, file))) ? [] : ['--force'];
  await runStep({
    what: 'Building the programs',
    command: process.execPath,
    args: [compiler, '-b', 'shared', 'agent', 'server', ...again],
    advice,
  });
  for (const folder of ['shared', 'agent', 'server']) removeLeftOvers(folder);
}

/** Output whose source was moved or deleted would otherwise stay importable. */
function removeLeftOvers(folder) {
  for (const file of filesOf(`dist/${folder}`, [])) {
    const source = file.replace(/^dist\//, '').replace(/(\.d\.ts|\.js)(\.map)?$/, '.ts');
    if (!existsSync(join(projectFolder, source))) rmSync(join(projectFolder, file));
  }
}

async function buildDashboard() {
  const bundler = join(projectFolder, 'node_modules', 'vite', 'bin', 'vite.js');
  await runStep({
    what: 'Building the dashboard',
    command: process.execPath,
    args: [bundler, 'build', '--config', dashboardConfig, '--logLevel', 'warn'],
    advice,
  });
}

function isPartBuilt(part) {
  if (!part.proof.every((file) => existsSync(join(output, file)))) return false;
  const stamp = stampOf(part);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === digestOf(part);
}

function stampOf(part) {
  return join(output, `.built-${part.name}`);
}

/** A digest of the sources' names and contents: file times say nothing after a checkout. */
function digestOf({ sources, without }) {
  const hash = createHash('sha256');
  for (const file of sources.flatMap((source) => filesOf(source, without))) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(projectFolder, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

function filesOf(path, without) {
  if (without.includes(path)) return [];
  const full = join(projectFolder, path);
  if (!existsSync(full)) return [];
  const entries = safeEntries(full);
  if (entries === undefined) return [path];
  return entries.sort().flatMap((entry) => filesOf(`${path}/${entry}`, without));
}

/** The names in a folder; undefined when the path is a file. */
function safeEntries(path) {
  try {
    return readdirSync(path);
  } catch (error) {
    if (error.code === 'ENOTDIR') return undefined;
    throw error;
  }
}

if (isStarted(import.meta.url)) await runScript(build);
