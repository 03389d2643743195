import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { createAttachmentFiles } from '../../server/incidents/attachment-files.ts';
import { StatedError } from '../../shared/api/errors.ts';
import { must } from '../support/processes.ts';
import { skipUnless } from '../support/skip.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

describe('a full disk under the attachments', function () {
  this.timeout(30_000);
  const disk = makeTempFolder();

  before(async function () {
    skipUnless(this, 'linux', 'root');
    await must(['mount', '-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk]);
  });
  after(async () => {
    await must(['umount', disk]).catch(() => {});
  });

  async function* photo(kilobytes: number): AsyncGenerator<Buffer> {
    yield Buffer.from([0xff, 0xd8, 0xff, 0xe0]);
    for (let count = 0; count < kilobytes; count += 64) yield Buffer.alloc(64 * 1024, 7);
  }
  const codeOf = async (promise: Promise<unknown>) => {
    const error: unknown = await promise.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    return error instanceof StatedError ? error.code : error;
  };

  it('says so, leaves nothing half-written, keeps what was there, and goes on when there is room', async () => {
    const files = createAttachmentFiles(join(disk, 'attachments'));
    const first = await files.keep('case', photo(256));
    expect(await codeOf(files.keep('case', photo(4_096)))).to.equal('storage-failed');
    expect(readdirSync(join(disk, 'attachments', 'case'))).to.deep.equal([first.digest]);
    expect(await files.digestOf('case', first.digest)).to.deep.include({ digest: first.digest });
    writeFileSync(join(disk, 'attachments', 'case', 'unfinished-1'), 'half a photo');
    await files.removeUnfinished(Date.now());
    expect(readdirSync(join(disk, 'attachments', 'case')), 'it may be coming in').to.have.length(2);
    await files.removeUnfinished(Date.now() + 3_600_000);
    expect(readdirSync(join(disk, 'attachments', 'case'))).to.deep.equal([first.digest]);
    const filler = join(disk, 'filler');
    try {
      writeFileSync(filler, Buffer.alloc(2 << 20));
    } catch {
      // Full: that is what is wanted.
    }
    expect(await codeOf(files.keep('another case', photo(64)))).to.equal('storage-failed');
    rmSync(filler);
    expect(await files.keep('another case', photo(64))).to.include({ type: 'image/jpeg' });
  });
});
