import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { createSystemFiles } from '../../../../agent/platform/linux/files.ts';
import { photoRoots } from '../../../../agent/platform/linux/photo-folders.ts';
import { createSameFolders } from '../../../../agent/platform/linux/photo-sight.ts';
import { makeTempFolder } from '../../../support/temp-folder.ts';

const home = '/home/alice';

/** One home with a folder of pictures, on a root of its own, looked at long after it was made. */
function createHome() {
  const root = makeTempFolder();
  const at = (path: string) => join(root, path);
  for (const folder of ['etc', 'home/alice/Pictures', 'home/alice/.config']) mkdirSync(at(folder), { recursive: true });
  writeFileSync(at('etc/passwd'), 'alice:x:1000:1000::/home/alice:/bin/sh\n');
  const state = { now: Date.now() + 60_000 };
  const same = createSameFolders({
    clock: { now: () => state.now },
    files: createSystemFiles(root),
    rootsOf: (path) => photoRoots(path, ''),
    disks: () => [],
  });
  const foundTwice = () => {
    same.found([home], 'as it is');
    same.found([home], 'as it is');
  };
  return { at, same, state, foundTwice };
}

describe('the same folders of photos at a glance', () => {
  it('are told only once they were found twice, just so', () => {
    const { same } = createHome();
    expect(same.areSame()).to.equal(false);
    same.found([home], 'as it is');
    expect(same.areSame()).to.equal(false);
    same.found([home], 'otherwise');
    expect(same.areSame()).to.equal(false);
    same.found([home], 'otherwise');
    expect(same.areSame()).to.equal(true);
  });

  it('are not told when an account, a home, a folder that was not there, or what the desktop names them came', () => {
    const comings: ((at: (path: string) => string) => void)[] = [
      (at) => writeFileSync(at('etc/passwd'), 'alice:x:1000:1000::/srv/alice:/bin/sh\n'),
      (at) => mkdirSync(at('home/bob')),
      (at) => mkdirSync(at('home/alice/DCIM')),
      (at) => mkdirSync(at('home/alice/Pictures/Camera')),
      (at) => mkdirSync(at('srv')),
      (at) => writeFileSync(at('home/alice/.config/user-dirs.dirs'), 'XDG_PICTURES_DIR="$HOME/Bilder"\n'),
      (at) => {
        renameSync(at('home/alice/Pictures'), at('home/alice/moved'));
        symlinkSync('moved', at('home/alice/Pictures'));
      },
    ];
    for (const [index, come] of comings.entries()) {
      const { at, same, foundTwice } = createHome();
      foundTwice();
      expect(same.areSame(), `before ${index}`).to.equal(true);
      come(at);
      expect(same.areSame(), `after ${index}`).to.equal(false);
    }
  });

  it('are found anew after five hours, and when the clock was set back', () => {
    const { same, state, foundTwice } = createHome();
    foundTwice();
    state.now += 5 * 3_600_000;
    expect(same.areSame()).to.equal(false);
    state.now -= 5 * 3_600_000 + 1;
    expect(same.areSame()).to.equal(false);
  });
});
