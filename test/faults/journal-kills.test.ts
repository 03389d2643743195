import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { z } from 'zod';
import { openSqlite } from '../../agent/store/sqlite.ts';
import { bundleProgram } from '../support/bundle.ts';
import { projectFolder } from '../support/programs.ts';
import { createRandom } from '../support/random.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

const kills = 30;

describe('kill -9 while the journal of orders is written', function () {
  this.timeout(400_000);
  const dataFolder = makeTempFolder();
  let program = '';
  before(async () => {
    program = join(makeTempFolder(), 'journal-writer.cjs');
    writeFileSync(program, await bundleProgram('test/support/journal-writer.mjs'));
  });

  /** Lives for some time, from when it writes or from its start; answers all that it said. */
  async function life(key: string, ms: number, from: 'writing' | 'start' = 'writing'): Promise<string[]> {
    const env = { ...process.env, NODE_PATH: join(projectFolder, 'node_modules') };
    const child = spawn(process.execPath, [program, dataFolder, key], { stdio: ['ignore', 'pipe', 'inherit'], env });
    const said: string[] = [];
    const gone = once(child, 'exit');
    const lines = createInterface({ input: child.stdout });
    const writing = new Promise<void>((resolve) => {
      lines.on('line', (line) => {
        said.push(line);
        if (line === 'writing') resolve();
      });
    });
    if (from === 'writing') await Promise.race([writing, gone]);
    await pause(ms);
    child.kill('SIGKILL');
    await gone;
    return said;
  }

  it(`is never called changed, at ${kills} random moments and under two keys, and is called so once somebody was at it`, async () => {
    const random = createRandom('moments of the journal');
    for (let count = 0; count < kills; count += 1) {
      // The second key comes when half is over, as with another enrolment.
      const key = count < kills / 2 ? 'one' : 'two';
      const said = count % 2 === 0 ? await life(key, random.below(150)) : await life(key, random.below(600), 'start');
      expect(said.filter((word) => word !== 'writing')).to.deep.equal([]);
    }
    const database = await openSqlite(join(dataFolder, 'agent.db'), 'write');
    const [row] = await database.all(z.object({ count: z.int() }), 'select max(number) as count from orders');
    expect(row?.count).to.be.greaterThan(20);
    await database.run("update orders set plan = '{}' where number = (select max(number) from orders)");
    await database.close();
    expect(await life('two', 20)).to.deep.equal(['changed', 'writing']);
    expect(await life('two', 20)).to.deep.equal(['writing']);
  });
});
