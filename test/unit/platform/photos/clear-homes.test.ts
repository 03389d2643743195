import { chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { createPhotoClearing } from '../../../../agent/platform/linux/clear-photos.ts';
import { readText } from '../../../../agent/platform/linux/proc.ts';

const clock = { now: () => Date.UTC(2026, 5, 1) };
const { signal } = new AbortController();

describe('the homes that photos are cleared in on Linux', () => {
  let base: string;
  before(function () {
    // A folder of the system's is given to a person.
    if (process.getuid?.() !== 0) this.skip();
    base = mkdtempSync('/var/tmp/hometime-test-');
  });
  after(() => rmSync(base, { recursive: true, force: true }));

  function home(name: string, owner: number): { home: string; photo: string } {
    const photo = join(base, name, 'Pictures', 'logo.jpg');
    mkdirSync(join(base, name, 'Pictures'), { recursive: true });
    writeFileSync(photo, 'x');
    chownSync(join(base, name), owner, owner);
    return { home: join(base, name), photo };
  }

  it('are never the system’s own folders, which accounts of websites name: nothing is deleted there, and it is said', async () => {
    const [site, anna] = [home('www', 33), home('anna', 1000)];
    const clearing = createPhotoClearing({
      ...{ clock, read: readText, readHome: readText, shared: [] },
      accounts: async () => [{ home: site.home }, { home: anna.home }],
    });
    const { deleted } = await clearing.clear({ resourceFolder: 'Resources' }, signal);
    expect(deleted).to.deep.equal({ photos: 1, videos: 0 });
    expect([existsSync(site.photo), existsSync(anna.photo)]).to.deep.equal([true, false]);
    const after = await clearing.count({ resourceFolder: 'Resources' }, signal);
    expect(after.state === 'known' && after.value.every(({ files }) => files === null)).to.equal(true);
  });
});
