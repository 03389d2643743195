import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { createHomeFiles, createSystemFiles } from '../../../../agent/platform/linux/files.ts';
import { createNearness, nearFiles, nearLists } from '../../../../agent/platform/linux/near.ts';
import { readKernelNow } from '../../../../agent/platform/linux/proc.ts';
import { realFolders } from '../../../../agent/platform/photos/folders.ts';
import { makeTempFolder } from '../../../support/temp-folder.ts';

/** Homes on a disk, and what of them lies on a server: the kernel's list says which. */
function createHome() {
  const root = makeTempFolder();
  const at = (path: string) => join(root, path);
  for (const folder of ['alice/Pictures', 'alice/server', 'bob', 'elsewhere'])
    mkdirSync(at(folder), { recursive: true });
  writeFileSync(at('alice/Pictures/one'), 'x');
  const state = {
    now: 0,
    reads: 0,
    mounts: `1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 0:50 / ${at('alice/server')} rw - nfs4 server:/alice rw\n`,
  };
  const isNear = createNearness({
    readKernel: () => {
      state.reads += 1;
      return state.mounts;
    },
    steadyMs: () => state.now,
  });
  return { root, at, state, isNear };
}

describe('what lies near on Linux', () => {
  it('is what can be reached on the device’s own disks without a link on the way, also when it is not there', async () => {
    const { at, isNear } = createHome();
    for (const path of ['alice', 'alice/Pictures', 'alice/Pictures/one', 'alice/none', 'alice/none/deeper'])
      expect(await isNear(at(path)), path).to.equal(true);
  });

  it('is never what lies on a server, nor what a link leads to, wherever on the way it is', async () => {
    const { at, isNear } = createHome();
    symlinkSync(at('alice/server/photos'), at('alice/Photos'));
    symlinkSync(at('alice/server'), at('bob/shared'));
    for (const path of [
      'alice/server',
      'alice/server/photos/one',
      'alice/Photos',
      'alice/Photos/one',
      'bob/shared/one',
    ])
      expect(await isNear(at(path)), path).to.equal(false);
  });

  it('is nothing where the kernel’s list cannot be read, or says a type that is not known', async () => {
    const { at, isNear, state } = createHome();
    state.mounts = '1 0 8:1 / / rw - newfs /dev/sda1 rw\n';
    expect(await isNear(at('bob'))).to.equal(false);
    const without = createNearness({ readKernel: () => undefined });
    expect(await without(at('bob'))).to.equal(false);
  });

  it('is looked for anew after half a second: a server may have been mounted, a folder have become a link', async () => {
    const { at, isNear, state } = createHome();
    expect(await isNear(at('bob/x'))).to.equal(true);
    rmSync(at('bob'), { recursive: true });
    symlinkSync(at('alice/server'), at('bob'));
    state.mounts += `3 1 0:51 / ${at('elsewhere')} rw - cifs //server/x rw\n`;
    state.now += 500;
    expect(await isNear(at('bob/x'))).to.equal(false);
    expect(await isNear(at('elsewhere/x'))).to.equal(false);
    expect(state.reads).to.equal(2);
  });

  it('is asked at once, and everything else by the pool of threads; both say the same', async () => {
    const { at, isNear } = createHome();
    symlinkSync(at('alice/Pictures'), at('bob/Pictures'));
    const asked: string[] = [];
    const heard = (name: string) => () => void asked.push(name);
    const files = nearFiles(isNear, createSystemFiles('/', heard('now')), createHomeFiles('/', heard('later')));
    expect(await files.text(at('alice/Pictures/one'))).to.deep.equal({ found: 'x' });
    expect(await files.text(at('bob/Pictures/one'))).to.deep.equal({ found: 'x' });
    expect(asked).to.deep.equal(['now', 'later']);
    expect(await files.mark(at('alice/Pictures/one'))).to.equal(await files.mark(at('bob/Pictures/one')));
    const { list } = nearLists(isNear, realFolders);
    expect(await list(at('alice/Pictures'))).to.deep.equal(await list(at('bob/Pictures')));
  });

  it('names the folders of this very machine', async () => {
    const isNear = createNearness({ readKernel: readKernelNow });
    expect(await isNear('/proc/self/status')).to.equal(false);
    expect(await isNear('/etc/passwd')).to.be.a('boolean');
  });
});
