import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ClassicLevel } from 'classic-level';
import fc from 'fast-check';
import { realDisk } from '../../../../agent/platform/browsers/disk.ts';
import { createFolderNames } from '../../../../agent/platform/browsers/folder-names.ts';
import { maskedCrc32c } from '../../../../agent/platform/browsers/level/crc32c.ts';
import { createKeptTables } from '../../../../agent/platform/browsers/level/kept-tables.ts';
import { eachEntry } from '../../../../agent/platform/browsers/level/level-block.ts';
import { readLevel } from '../../../../agent/platform/browsers/level/level-folder.ts';
import { readLevelLog } from '../../../../agent/platform/browsers/level/level-log.ts';
import { readManifest } from '../../../../agent/platform/browsers/level/level-manifest.ts';
import { readTable } from '../../../../agent/platform/browsers/level/level-table.ts';
import { unsnap } from '../../../../agent/platform/browsers/level/snappy.ts';
import { readBatch } from '../../../../agent/platform/browsers/level/write-batch.ts';
import { aMinuteAhead } from './browser-home.ts';

const bytes = fc.uint8Array({ maxLength: 3_000 });
const all = () => true;
const noPause = async () => {};

async function replay(folder: string) {
  const parts = { disk: realDisk, names: createFolderNames(realDisk, aMinuteAhead), tables: createKeptTables() };
  return readLevel(folder, { isWanted: all, text: 'all' }, parts, new AbortController().signal);
}

describe('LevelDB, read by our own reader', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hometime-level-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const key = fc.constantFrom(
    ...Array.from({ length: 60 }, (_each, index) => `_https://host${index % 7}.example\0\x01key${index}`),
  );
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('put' as const), key, size: fc.nat(3_000) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('del' as const), key }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('batch' as const), keys: fc.array(key, { maxLength: 20 }) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('compact' as const, 'reopen' as const) }) },
  );

  it('finds the very keys that the library finds, after any writes, deletions, compactions and restarts', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 150 }), async (steps) => {
        rmSync(folder, { recursive: true, force: true });
        const level = await openLevel(folder);
        for (const each of steps) await apply(level, each);
        const expected = await level.keys().all();
        await level.close();
        const { keys, sound } = await replay(folder);
        expect(sound).to.equal(true);
        expect(keys.sort()).to.deep.equal(expected.map((found) => found.toString('latin1')).sort());
      }),
      { numRuns: 25 },
    );
  }).timeout(60_000);

  it('reads tables of megabytes, packed and in many levels', async () => {
    const level = await openLevel(folder);
    for (let round = 0; round < 8; round += 1) {
      const batch = Array.from({ length: 1_500 }, (_each, index) => ({
        type: 'put' as const,
        key: Buffer.from(`_https://host.example\0\x01key${(index * 7919 + round) % 9_000}`),
        value: Buffer.concat(
          [0, 1, 2, 3].map((part) => createHash('sha512').update(`${round} ${index} ${part}`).digest()),
        ),
      }));
      await level.batch(batch);
    }
    await level.compactRange(Buffer.from('_'), Buffer.from('`'));
    const expected = await level.keys().all();
    await level.close();
    expect(readdirSync(folder).filter((name) => name.endsWith('.ldb'))).to.have.length.above(1);
    expect((await replay(folder)).keys.sort()).to.deep.equal(expected.map((found) => found.toString('latin1')).sort());
  }).timeout(30_000);

  it('takes a table with a wrong bit for damaged wherever that would change a key', async () => {
    const level = await openLevel(folder);
    for (let index = 0; index < 300; index += 1) await level.put(Buffer.from(`key${index}`), Buffer.alloc(40, index));
    await level.compactRange(Buffer.from('a'), Buffer.from('z'));
    await level.close();
    const name = readdirSync(folder).find((each) => each.endsWith('.ldb')) ?? '';
    const table = readFileSync(join(folder, name));
    const whole = await readTable(table, all, noPause);
    expect(whole).to.have.length.above(200);
    let damagedOnes = 0;
    for (let at = 0; at < table.length; at += 3) {
      const damaged = Buffer.from(table);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (at % 8));
      const read = await readTable(damaged, all, noPause);
      // Filters and spare bytes are there too, and nothing hangs on them.
      if (read !== undefined) expect(read, `at ${at}`).to.deep.equal(whole);
      else damagedOnes += 1;
    }
    expect(damagedOnes).to.be.above(table.length / 3 / 2);
  }).timeout(30_000);

  it('never throws for any bytes, in any of its parts', async () => {
    await fc.assert(
      fc.asyncProperty(bytes, async (noise) => {
        readLevelLog(noise);
        readManifest(noise);
        readBatch(noise, all);
        unsnap(noise, 100_000);
        eachEntry(noise, all);
        await readTable(noise, all, noPause);
      }),
      { numRuns: 500 },
    );
  });

  it('knows the checksum by the example of its definition', () => {
    // RFC 3720, B.4: 32 bytes of zeros have the CRC-32C 0x8a9136aa.
    const crc = 0x8a9136aa;
    expect(maskedCrc32c(new Uint8Array(32))).to.equal(((((crc >>> 15) | (crc << 17)) >>> 0) + 0xa282ead8) >>> 0);
  });

  it('unpacks Snappy: literals, near and far copies, and copies that reach into themselves', () => {
    // 20 bytes: "abcd" as a literal, then 16 bytes from 4 back, by a copy with a two-byte offset.
    expect(unsnap(Uint8Array.of(20, 0x0c, 97, 98, 99, 100, 0x3e, 4, 0), 100)).to.deep.equal(
      new Uint8Array(Buffer.from('abcd'.repeat(5))),
    );
    // 8 bytes: a literal, then four from 4 back, by a copy with a one-byte offset.
    expect(unsnap(Uint8Array.of(8, 0x0c, 97, 98, 99, 100, 0x01, 4), 100)).to.deep.equal(
      new Uint8Array(Buffer.from('abcdabcd')),
    );
    expect(unsnap(Uint8Array.of(20, 0x0c, 97, 98, 99, 100, 0x3e, 5, 0), 100), 'from before the beginning').to.equal(
      undefined,
    );
    expect(unsnap(Uint8Array.of(20, 0x0c, 97, 98, 99, 100, 0x3e, 4, 0), 10), 'larger than allowed').to.equal(undefined);
  });
});

function openLevel(folder: string): Promise<ClassicLevel<Buffer, Buffer>> {
  const level = new ClassicLevel<Buffer, Buffer>(folder, {
    keyEncoding: 'buffer',
    valueEncoding: 'buffer',
    // Small, so that a few writes fill tables and levels.
    writeBufferSize: 65_536,
    maxFileSize: 1_048_576,
    blockSize: 1024,
  });
  return level.open().then(() => level);
}

type Step =
  | { do: 'put'; key: string; size: number }
  | { do: 'del'; key: string }
  | { do: 'batch'; keys: string[] }
  | { do: 'compact' | 'reopen' };

async function apply(level: ClassicLevel<Buffer, Buffer>, step: Step): Promise<void> {
  if (step.do === 'put') await level.put(Buffer.from(step.key), Buffer.alloc(step.size, step.key));
  else if (step.do === 'del') await level.del(Buffer.from(step.key));
  else if (step.do === 'batch') {
    await level.batch(
      step.keys.map((key, index) =>
        index % 3 === 0
          ? { type: 'del', key: Buffer.from(key) }
          : { type: 'put', key: Buffer.from(key), value: Buffer.alloc(900, index) },
      ),
    );
  } else if (step.do === 'compact') await level.compactRange(Buffer.from('_'), Buffer.from('`'));
  else {
    await level.close();
    await level.open();
  }
}
