import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { z } from 'zod';

const giveBack = fileURLToPath(new URL('../../../agent/give-back.ts', import.meta.url));
const isGlibc = JSON.stringify(process.report?.getReport() ?? {}).includes('"glibcVersionRuntime"');
/** What a process has of its own, in kB. */
const takenSchema = z.object({ before: z.number(), after: z.number() });

/**
 * As after a start: a large block was freed, which makes glibc hold on to twice as much; then small ones that
 * were in use all at once, which it therefore keeps.
 */
const likeAStart = `
const { readFileSync } = require('node:fs');
const { MessageChannel } = require('node:worker_threads');
const own = () => Number(/^RssAnon:\\s+(\\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
const take = (count, bytes) => Array.from({ length: count }, () => Buffer.allocUnsafeSlow(bytes).fill(1).buffer);
const free = (blocks) => {
  const { port1 } = new MessageChannel();
  port1.close();
  port1.postMessage(null, blocks);
};
import(process.argv[1]).then(({ giveBackMemory }) => {
  free(take(1, 2 * 1024 * 1024));
  free(take(60, 60 * 1024));
  const before = own();
  giveBackMemory(60_000);
  process.stdout.write(JSON.stringify({ before, after: own() }));
});
`;

describe('memory that is given back', () => {
  it('is what the start left behind at the end of the heap', function () {
    if (process.platform !== 'linux' || !isGlibc) this.skip();
    const args = ['--import=tsx', '--eval', likeAStart, giveBack];
    const { before, after } = takenSchema.parse(JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })));
    expect(before - after).to.be.above(2_000);
  });
});
