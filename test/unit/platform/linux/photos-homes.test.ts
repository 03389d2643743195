import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { listAccounts } from '../../../../agent/platform/linux/accounts.ts';
import { type Folders, realFolders } from '../../../../agent/platform/linux/folder-index.ts';
import { createPhotosProbe } from '../../../../agent/platform/linux/photos.ts';

const later = { now: () => Date.now() + 60_000 };
const teacher = 'root:x:0:0::/root:/bin/sh\nteacher:x:1000:1000::/home/staff/teacher:/bin/sh\n';

describe('whose folders are counted on Linux (DEV3, DEV9)', () => {
  let disk: string;
  beforeEach(() => {
    disk = mkdtempSync(join(tmpdir(), 'disk-'));
  });
  afterEach(() => rmSync(disk, { recursive: true, force: true }));

  function put(path: string): void {
    mkdirSync(join(disk, path, '..'), { recursive: true });
    writeFileSync(join(disk, path), '');
  }

  /** What is counted on a disk that the test made; listing some folders may be refused. */
  async function count(passwd: string, ownHome: string, refused: Record<string, string> = {}) {
    const folders: Folders = {
      look: (path, follow) => realFolders.look(join(disk, path), follow),
      list: async (path) => {
        const code = refused[path];
        if (code !== undefined) throw Object.assign(new Error(code), { code });
        return realFolders.list(join(disk, path));
      },
    };
    const read = async (path: string) => (path === '/etc/passwd' ? passwd : undefined);
    const accounts = () => listAccounts(read, folders, ownHome);
    const reading = await createPhotosProbe({ clock: later, read, folders, accounts })(new AbortController().signal);
    if (reading.state !== 'known') throw new Error(reading.reason);
    const reasons = reading.value.places.map(({ count }) => (count.state === 'unknown' ? count.reason : 'known'));
    return { ...reading.value.atLeast, complete: reading.value.complete, reasons: [...new Set(reasons)] };
  }

  it('looks into a folder of homes beside the one that somebody’s account names', async () => {
    put('home/staff/teacher/Pictures/a.jpg');
    put('home/staff/mallory/b.jpg');
    put('home/staff/mallory/.cache/thumbnail.jpg');
    put('home/staff/c.jpg');
    put('home/becca/d.jpg');
    const found = await count(teacher, '/home/staff/teacher');
    expect(found).to.deep.equal({ photos: 4, videos: 0, complete: true, reasons: ['known'] });
    const closed = await count(teacher, '/home/staff/teacher', { '/home/staff': 'EACCES' });
    expect(closed).to.deep.equal({ photos: 2, videos: 0, complete: false, reasons: ['blocked-by-permission'] });
  });

  it('takes homes that cannot be listed for unknown, and only homes that are not there for none', async () => {
    put('var/lib/hometime/a.jpg');
    const own = '/var/lib/hometime';
    const nobody = 'root:x:0:0::/root:/bin/sh\n';
    expect(await count(nobody, own)).to.include({ photos: 1, complete: true });
    put('home/mallory/b.jpg');
    for (const code of ['EACCES', 'EIO']) {
      const closed = await count(nobody, own, { '/home': code });
      expect(closed).to.deep.equal({ photos: 1, videos: 0, complete: false, reasons: ['blocked-by-permission'] });
    }
  });
});
