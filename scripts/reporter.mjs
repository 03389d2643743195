import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { generateDiff } from './reporter-diff.mjs';

const write = (line) => process.stdout.write(`${line}\n`);
/** Slower than this and the time is shown. */
const slowMs = 2_000;

/**
 * Tells what failed in full, what was skipped and why, and one line a file for
 * the rest. The totals go to the file named in the reporter's options, for
 * `npm test` adds up several runs.
 */
export default class Reporter {
  constructor(runner, { reporterOption, reporterOptions } = {}) {
    this.totals = { passed: 0, failed: 0, skipped: 0, reasons: {}, failures: [] };
    this.files = new Map();
    this.failures = [];
    this.totalsFile = { ...reporterOption, ...reporterOptions }.totals;
    runner.on('pass', (test) => this.passed(test));
    runner.on('fail', (test, error) => this.failed(test, error));
    runner.on('pending', (test) => this.skipped(test));
    runner.on('end', () => this.end());
  }

  passed(test) {
    this.totals.passed += 1;
    this.file(test).passed += 1;
    if (test.duration > slowMs) write(`    ${(test.duration / 1000).toFixed(1)} s  ${test.fullTitle()}`);
  }

  failed(test, error) {
    this.totals.failed += 1;
    this.file(test).failed += 1;
    this.failures.push({ test, error });
    this.totals.failures.push(test.fullTitle());
    write(`  FAILED ${test.fullTitle()}`);
  }

  skipped(test) {
    const reason = skipReasonOf(test) ?? 'no reason given';
    this.totals.skipped += 1;
    this.totals.reasons[reason] = (this.totals.reasons[reason] ?? 0) + 1;
    this.file(test).skipped += 1;
  }

  file(test) {
    const name = test.file === undefined ? '(hook)' : relative(process.cwd(), test.file);
    if (!this.files.has(name)) this.files.set(name, { passed: 0, failed: 0, skipped: 0 });
    return this.files.get(name);
  }

  end() {
    for (const [name, { passed, failed, skipped }] of this.files) {
      const parts = [`${passed} ok`, failed > 0 && `${failed} FAILED`, skipped > 0 && `${skipped} skipped`];
      write(`  ${name}: ${parts.filter(Boolean).join(', ')}`);
    }
    for (const [reason, count] of Object.entries(this.totals.reasons)) write(`  skipped ${count}: ${reason}`);
    this.failures.forEach(({ test, error }, index) => {
      write(`\n  ${index + 1}) ${test.fullTitle()}\n${detailOf(error)}`);
    });
    if (this.totalsFile !== undefined) writeFileSync(this.totalsFile, JSON.stringify(this.totals));
  }
}

/** Set on the test or on a suite above it by test/support/skip.ts. */
function skipReasonOf(test) {
  for (let at = test; at !== undefined; at = at.parent) {
    if (at.skipReason !== undefined) return at.skipReason;
  }
  return undefined;
}

function detailOf(error) {
  const stack = String(error?.stack ?? error);
  const causes = error?.cause === undefined ? '' : `\ncaused by ${error.cause?.stack ?? error.cause}`;
  return `${stack}${generateDiff(error)}${causes}`.replaceAll(/^/gm, '     ');
}
