import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ClassicLevel } from 'classic-level';
import fc from 'fast-check';
import { makeLevelLog, readLevelLog } from '../../../../../agent/platform/browsers/level/level-log.ts';
import { editLevel } from '../../../../../agent/platform/browsers/sign-out/level-edit.ts';
import { openSafeFolder, type SafeFolder } from '../../../../../agent/platform/browsers/sign-out/safe-folder.ts';
import { makeTempFolder } from '../../../../support/temp-folder.ts';

type Level = ClassicLevel<Buffer, Buffer>;

async function openLevel(folder: string): Promise<Level> {
  const level: Level = new ClassicLevel(folder, {
    ...{ keyEncoding: 'buffer', valueEncoding: 'buffer' },
    // Small, so that a few writes fill tables and levels.
    ...{ writeBufferSize: 65_536, maxFileSize: 1_048_576, blockSize: 1024 },
  });
  await level.open();
  return level;
}

async function contentOf(folder: string): Promise<Map<string, string>> {
  const level = await openLevel(folder);
  const found = await level.iterator().all();
  await level.close();
  return new Map(found.map(([key, value]) => [key.toString('latin1'), value.toString('latin1')]));
}

async function safely<Result>(folder: string, work: (safe: SafeFolder) => Promise<Result>): Promise<Result> {
  const safe = await openSafeFolder(folder, { owner: process.getuid?.(), anchored: true });
  if (safe === undefined) throw new Error('no folder');
  try {
    return await work(safe);
  } finally {
    await safe.close();
  }
}

type Step = { do: 'put'; key: string; size: number } | { do: 'del'; key: string } | { do: 'compact' | 'edit' };

/** Each step is a run of the program of its own, so that old logs and tables lie about. */
async function apply(folder: string, step: Step): Promise<void> {
  if (step.do === 'edit') {
    expect(await edit(folder)).to.equal(true);
    return;
  }
  const level = await openLevel(folder);
  if (step.do === 'put') await level.put(Buffer.from(step.key), Buffer.alloc(step.size, step.key));
  if (step.do === 'del') await level.del(Buffer.from(step.key));
  if (step.do === 'compact') await level.compactRange(Buffer.from('a'), Buffer.from('z'));
  await level.close();
}

const isSecret = (key: string) => key.startsWith('secret');
const edit = (folder: string) => safely(folder, (safe) => editLevel(safe, () => isSecret));
const holds = (folder: string, text: string) =>
  readdirSync(folder).some((name) => readFileSync(join(folder, name)).includes(text));

describe('LevelDB, written anew without some keys (DEV2)', () => {
  const key = fc.constantFrom(
    ...Array.from({ length: 40 }, (_each, index) => `${index % 3 ? 'other' : 'secret'}${index}`),
  );
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('put' as const), key, size: fc.nat(40_000) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('del' as const), key }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constantFrom('compact' as const, 'edit' as const) }),
    },
  );

  it('leaves the library the very values of every other key, and none of those keys, whatever was written before', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
        const folder = makeTempFolder();
        await (await openLevel(folder)).close();
        for (const each of steps) await apply(folder, each);
        const expected = new Map([...(await contentOf(folder))].filter(([name]) => !isSecret(name)));
        expect(await edit(folder)).to.equal(true);
        expect(await edit(folder), 'again').to.equal(true);
        expect(await contentOf(folder)).to.deep.equal(expected);
      }),
      { numRuns: 20 },
    );
  }).timeout(180_000);

  async function prepared(): Promise<string> {
    const folder = makeTempFolder();
    const level = await openLevel(folder);
    for (let index = 0; index < 50; index += 1)
      await level.put(Buffer.from(`other${index}`), Buffer.alloc(4_000, index));
    await level.put(Buffer.from('secret1'), Buffer.from('CANARY-OLD'));
    await level.compactRange(Buffer.from('a'), Buffer.from('z'));
    await level.put(Buffer.from('secret1'), Buffer.from('CANARY-NEW'));
    await level.del(Buffer.from('secret1'));
    await level.put(Buffer.from('secret2'), Buffer.from('CANARY-NOW'));
    await level.close();
    return folder;
  }

  it('leaves no word of what was deleted, replaced or taken out in any file, and keeps the rights of files', async () => {
    const folder = await prepared();
    expect(holds(folder, 'CANARY-OLD') || holds(folder, 'CANARY-NEW')).to.equal(true);
    const { mode } = statSync(join(folder, 'CURRENT'));
    await edit(folder);
    for (const word of ['CANARY-OLD', 'CANARY-NEW', 'CANARY-NOW']) expect(holds(folder, word), word).to.equal(false);
    for (const name of readdirSync(folder).filter((each) => /log$|MANIFEST|CURRENT/.test(each) && each !== 'LOG')) {
      expect(statSync(join(folder, name)).mode, name).to.equal(mode);
    }
  });

  it('is the old or the new database, whole, wherever it is cut short, and a second try finishes it', async () => {
    for (let cut = 0; ; cut += 1) {
      const folder = await prepared();
      const whole = await contentOf(folder);
      const without = new Map([...whole].filter(([name]) => !isSecret(name)));
      let left = cut;
      const finished = await safely(folder, async (safe) => {
        const orCut = <Args extends unknown[], Result>(work: (...args: Args) => Promise<Result>) => {
          return async (...args: Args): Promise<Result> => {
            if (left === 0) throw new Error('power cut');
            left -= 1;
            return work(...args);
          };
        };
        const breaking = { ...safe, put: orCut(safe.put), remove: orCut(safe.remove) };
        return editLevel(breaking, () => isSecret).catch(() => false);
      });
      expect([JSON.stringify([...whole]), JSON.stringify([...without])]).to.include(
        JSON.stringify([...(await contentOf(folder))]),
      );
      expect(await edit(folder)).to.equal(true);
      expect(await contentOf(folder)).to.deep.equal(without);
      expect(holds(folder, 'CANARY')).to.equal(false);
      if (finished) return;
    }
  }).timeout(90_000);

  it('touches nothing of a database that is damaged, or whose order it does not know', async () => {
    const folder = await prepared();
    const table = readdirSync(folder).find((name) => name.endsWith('.ldb')) ?? '';
    const bytes = readFileSync(join(folder, table));
    bytes[20] = (bytes[20] ?? 0) ^ 1;
    writeFileSync(join(folder, table), bytes);
    const before = readdirSync(folder);
    expect(await edit(folder)).to.equal(false);
    expect(readdirSync(folder)).to.deep.equal(before);
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
    expect(await edit(folder), 'nothing there').to.equal(false);
  });

  it('frames records of any length as the reader reads them', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(70_000), { maxLength: 6 }), (lengths) => {
        const records = lengths.map((length, index) => new Uint8Array(length).fill(index + 1));
        const read = readLevelLog(makeLevelLog(records));
        expect(read.sound).to.equal(true);
        expect(read.records.map((each) => Buffer.from(each).toString('base64'))).to.deep.equal(
          records.map((each) => Buffer.from(each).toString('base64')),
        );
      }),
      { numRuns: 50 },
    );
  });
});
