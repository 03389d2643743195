import { mkdirSync, renameSync, rmSync, statfsSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { realDisk } from '../../../../agent/platform/browsers/disk.ts';
import { quickWhereLocal } from '../../../../agent/platform/browsers/local-disk.ts';
import { makeTempFolder } from '../../../support/temp-folder.ts';
import { refusal, watchedDisk } from './browser-home.ts';

describe('how a file looks, asked the quick way where it lies on the device itself', () => {
  it('is what the long way says: of files, folders, links and what is not there, before and after each change', async () => {
    const folder = makeTempFolder();
    const quick = quickWhereLocal(realDisk);
    const paths = ['file', 'folder', 'link', 'lost', 'absent', 'file/below'].map((name) => join(folder, name));
    const changes = [
      () => writeFileSync(join(folder, 'file'), 'a'),
      () => mkdirSync(join(folder, 'folder')),
      () => symlinkSync(join(folder, 'file'), join(folder, 'link')),
      () => symlinkSync('/not/there', join(folder, 'lost')),
      () => writeFileSync(join(folder, 'file'), 'b'),
      () => writeFileSync(join(folder, 'absent'), 'no more'),
      () => renameSync(join(folder, 'file'), join(folder, 'folder', 'file')),
      () => rmSync(join(folder, 'absent')),
      () => symlinkSync('/proc/version', join(folder, 'file')),
      () => {},
    ];
    await quick.look(folder);
    for (const change of changes) {
      change();
      for (const path of paths) expect(await quick.look(path), path).to.deep.equal(await realDisk.look(path));
    }
  });

  it('asks the long way only until it knows where a path lies', async function () {
    const folder = makeTempFolder();
    if (![0xef53, 0x01021994, 0x794c7630, 0x58465342, 0x9123683e].includes(statfsSync(folder).type >>> 0)) this.skip();
    const disk = watchedDisk();
    const quick = quickWhereLocal(disk);
    for (let round = 0; round < 5; round += 1) for (const name of ['', 'a', 'b']) await quick.look(join(folder, name));
    expect(disk.asked.look).to.equal(3);
  });

  it('goes on asking the long way on a file system that is not one of the device: here that of the kernel', async () => {
    const disk = watchedDisk();
    const quick = quickWhereLocal(disk);
    for (let round = 0; round < 3; round += 1) await quick.look('/proc/self');
    expect(disk.asked.look).to.equal(3);
  });

  it('passes a refusal on', async () => {
    const quick = quickWhereLocal(
      watchedDisk({
        look: async () => {
          throw refusal('EACCES');
        },
      }),
    );
    expect(await quick.look('/anything').catch((error: NodeJS.ErrnoException) => error.code)).to.equal('EACCES');
  });
});
