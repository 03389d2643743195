import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { flushFolder, writeThrough } from '../../../server/storage/durable-file.ts';
import { makeTempFolder } from '../../support/temp-folder.ts';

describe('a file that must outlast a power cut', () => {
  it('is its owner’s alone, and readable to them, whatever the umask of the start', async () => {
    for (const umask of [0o000, 0o022, 0o777]) {
      const path = join(makeTempFolder(), 'key.pem');
      const before = process.umask(umask);
      try {
        await writeThrough(path, 'a key');
      } finally {
        process.umask(before);
      }
      expect(statSync(path).mode & 0o777).to.equal(0o600);
      expect(readFileSync(path, 'utf8')).to.equal('a key');
    }
  });

  it('takes the place of none that is there', async () => {
    const path = join(makeTempFolder(), 'key.pem');
    await writeThrough(path, 'the first');
    const refused = await writeThrough(path, 'the second').catch((error: unknown) => error);
    expect(refused).to.include({ code: 'EEXIST' });
    expect(readFileSync(path, 'utf8')).to.equal('the first');
  });

  it('costs no start where a folder cannot be flushed', async () => {
    await flushFolder(join(makeTempFolder(), 'is not there'));
  });
});
