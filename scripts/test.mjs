import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepare } from './prepare.mjs';
import { isStarted, projectFolder, runScript, runStep, StepFailed } from './step.mjs';

/** The quick ones first, so that a plain mistake is seen at once. Other folders of test/ follow. */
const order = ['arch', 'unit', 'suite', 'e2e', 'faults', 'browser', 'host'];
const notTests = ['support', 'fixtures'];
const write = (line) => process.stdout.write(`${line}\n`);

/**
 * `npm test`: style, types, then every group of tests in a mocha of its own;
 * `npm test -- PATH…`: only the tests there. The last line is the totals.
 */
async function test() {
  const paths = process.argv.slice(2);
  const totals = { passed: 0, failed: 0, skipped: 0, reasons: {}, failures: [] };
  const scratch = mkdtempSync(join(tmpdir(), 'hometime-test-'));
  try {
    await prepare();
    if (paths.length > 0) await runGroup('chosen', paths, scratch, totals);
    else await runEverything(scratch, totals);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  process.exitCode = summarise(totals);
}

async function runEverything(scratch, totals) {
  await check('style', ['@biomejs/biome', 'bin/biome'], ['check', '.'], totals);
  await check('types', ['typescript', 'bin/tsc'], ['-b'], totals);
  for (const group of groups()) {
    await runGroup(group, [`test/${group}/**/*.test.ts`], scratch, totals);
  }
}

function groups() {
  const there = readdirSync(join(projectFolder, 'test'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !notTests.includes(entry.name))
    .map((entry) => entry.name)
    .filter((name) => hasTests(join(projectFolder, 'test', name)));
  return [...order.filter((name) => there.includes(name)), ...there.filter((name) => !order.includes(name)).sort()];
}

function hasTests(folder) {
  return readdirSync(folder, { recursive: true }).some((name) => String(name).endsWith('.test.ts'));
}

/** A check of the sources counts as one test. */
async function check(what, [packageName, file], args, totals) {
  const program = join(projectFolder, 'node_modules', packageName, file);
  try {
    await runStep({ what: `The check of ${what}`, command: process.execPath, args: [program, ...args] });
    totals.passed += 1;
    write(`${what}: ok`);
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    totals.failed += 1;
    totals.failures.push(`the check of ${what}`);
    write(`${what}: FAILED\n${error.message}`);
  }
}

async function runGroup(name, paths, scratch, totals) {
  write(`\n${name}`);
  const totalsFile = join(scratch, `${name}.json`);
  const began = Date.now();
  const ending = await mocha(paths, totalsFile);
  if (existsSync(totalsFile)) add(totals, JSON.parse(readFileSync(totalsFile, 'utf8')));
  else {
    totals.failed += 1;
    totals.failures.push(`${name}: ended without a result (${ending})`);
    write(`  FAILED: these tests ended without a result (${ending}).`);
  }
  write(`  (${((Date.now() - began) / 1000).toFixed(1)} s)`);
}

function mocha(paths, totalsFile) {
  const program = join(projectFolder, 'node_modules', 'mocha', 'bin', 'mocha.js');
  const reporter = join(projectFolder, 'scripts', 'reporter.mjs');
  const args = [program, '--reporter', reporter, '--reporter-option', `totals=${totalsFile}`, ...paths.map(asSpec)];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: projectFolder, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(signal ?? `code ${code}`));
  });
}

/** A folder stands for the tests in it. */
function asSpec(path) {
  return /\.ts$|\*/.test(path) ? path : `${path.replace(/\/$/, '')}/**/*.test.ts`;
}

function add(totals, more) {
  for (const key of ['passed', 'failed', 'skipped']) totals[key] += more[key];
  for (const [reason, count] of Object.entries(more.reasons)) {
    totals.reasons[reason] = (totals.reasons[reason] ?? 0) + count;
  }
  totals.failures.push(...more.failures);
}

/**
 * Prints the totals and gives the exit code: nothing run is a failure too. What failed
 * is named once more, for whoever reads only the end.
 */
function summarise(totals) {
  const { passed, failed, skipped, reasons, failures } = totals;
  write('');
  for (const failure of failures) write(`FAILED ${failure}`);
  for (const [reason, count] of Object.entries(reasons)) write(`Skipped ${count}: ${reason}`);
  if (passed + failed === 0) write('No test ran.');
  write(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  return failed > 0 || passed === 0 ? 1 : 0;
}

if (isStarted(import.meta.url)) await runScript(test);
