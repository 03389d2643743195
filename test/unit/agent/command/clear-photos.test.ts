import { expect } from 'chai';
import { createClearPhotosExecutor } from '../../../../agent/command/clear-photos.ts';
import type { PhotoClearing, PhotoSelection, PhotosThere } from '../../../../agent/platform/actions.ts';
import { refusedActions } from '../../../../agent/platform/not-supported.ts';
import { known, unknown } from '../../../../shared/reading.ts';

const at = '2026-06-01T00:00:00.000Z';
const signal = new AbortController().signal;
const salt = Buffer.alloc(32).toString('base64');

type Files = PhotosThere['files'];

describe('the order to clear photos (DEV3, DEV4)', () => {
  /** One place; each look tells the next of these, the last one again and again. */
  function rig(
    looks: (Files | 'unknown')[],
    settings = { resourceFolder: 'Resources', mediaSalt: salt as string | null },
  ) {
    const heard: { cleared: PhotoSelection[]; reports: number } = { cleared: [], reports: 0 };
    const photoClearing: PhotoClearing = {
      async count() {
        const files = looks.length > 1 ? looks.shift() : looks[0];
        if (files === 'unknown' || files === undefined) return unknown('timed-out', at);
        return known([{ place: 'camera', files, leftInCloudFolders: 2 }], at);
      },
      async clear(selection) {
        heard.cleared.push(selection);
        return { deleted: { photos: 3, videos: 1 }, thumbnailsDeleted: 4 };
      },
    };
    const executor = createClearPhotosExecutor({
      photoClearing,
      settings: () => settings,
      reportPhotos: () => {
        heard.reports += 1;
      },
    });
    return { executor, heard };
  }

  async function run(looks: (Files | 'unknown')[]) {
    const { executor, heard } = rig(looks);
    const task = await executor.prepare({ places: ['camera'] }, signal);
    if ('outcome' in task) return { outcome: task.outcome, heard, plan: '' };
    expect(heard.cleared, 'nothing is deleted before the start').to.deep.equal([]);
    await task.act();
    return { outcome: await task.conclude(signal), heard, plan: task.plan };
  }

  const some = { photos: 3, videos: 1 };
  const none = { photos: 0, videos: 0 };

  it('is verified with the counts before and after, as seen by looking again', async () => {
    const { outcome, heard } = await run([some, none]);
    expect(outcome).to.deep.equal({
      to: 'verified',
      evidence: {
        cleared: [{ place: 'camera', before: some, after: none, leftInCloudFolders: 2 }],
        deleted: { photos: 3, videos: 1 },
        thumbnailsDeleted: 4,
      },
    });
    expect(heard.cleared).to.deep.equal([{ places: ['camera'], resourceFolder: 'Resources' }]);
    expect(heard.reports).to.equal(1);
  });

  it('fails while one is left, and while the place cannot be looked at, whatever was deleted', async () => {
    expect((await run([some, { photos: 0, videos: 1 }])).outcome).to.include({ to: 'failed', reason: 'photos-left' });
    expect((await run([some, null])).outcome).to.include({ to: 'failed', reason: 'cannot-look' });
    expect((await run([some, 'unknown'])).outcome).to.deep.equal({ to: 'failed', reason: 'cannot-look' });
  });

  it('deletes nothing when it could not look before, or has no policy that names the resource folder', async () => {
    const blind = await run(['unknown']);
    expect(blind.outcome).to.deep.equal({ to: 'failed', reason: 'cannot-look' });
    expect(blind.heard.cleared).to.deep.equal([]);
    const { executor, heard } = rig([some], { resourceFolder: 'Resources', mediaSalt: null });
    expect(await executor.prepare({}, signal)).to.deep.equal({ outcome: { to: 'failed', reason: 'cannot-look' } });
    expect(heard.cleared).to.deep.equal([]);
  });

  it('is refused on a system that cannot do it', async () => {
    const executor = createClearPhotosExecutor({
      photoClearing: refusedActions('not-supported', { now: () => 0 }).photoClearing,
      settings: () => ({ resourceFolder: null, mediaSalt: salt }),
      reportPhotos: () => {},
    });
    expect(await executor.prepare({}, signal)).to.deep.equal({ outcome: { to: 'refused', reason: 'not-supported' } });
  });

  it('after an interruption only looks: what is missing counts as deleted, what is left as interrupted', async () => {
    const { plan } = await run([some, none]);
    const whole = rig([none]);
    expect(await whole.executor.lookOnly(plan, signal)).to.deep.include({ to: 'verified' });
    const half = rig([{ photos: 1, videos: 0 }]);
    const outcome = await half.executor.lookOnly(plan, signal);
    expect(outcome).to.deep.include({ to: 'failed', reason: 'interrupted' });
    expect(outcome).to.have.nested.property('evidence.deleted').that.deep.equals({ photos: 2, videos: 1 });
    expect([...whole.heard.cleared, ...half.heard.cleared]).to.deep.equal([]);
  });
});
