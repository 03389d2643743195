import { expect } from 'chai';
import { verificationWords } from '../../../server/dashboard/src/words/audit.ts';
import { actionWords } from '../../../server/dashboard/src/words/audit-actions.ts';
import { batchBarrier, batchSentence, previewGroups } from '../../../server/dashboard/src/words/batch.ts';
import { evidenceLines } from '../../../server/dashboard/src/words/order-evidence.ts';
import { roleMeaning, roleTitle } from '../../../server/dashboard/src/words/role.ts';
import { securityWords } from '../../../server/dashboard/src/words/security.ts';
import { wipeApprovalWords, wipeConsequences } from '../../../server/dashboard/src/words/wipe.ts';
import { roleSchema } from '../../../shared/api/people.ts';
import { securityEventCodeSchema } from '../../../shared/api/safeguards.ts';
import { policySchema } from '../../../shared/policy/document.ts';

describe('what the device saw, in words', () => {
  it('tells counts before and after, and what was left alone and why (DEV3)', () => {
    const evidence = {
      cleared: [
        {
          place: 'camera' as const,
          before: { photos: 12, videos: 1 },
          after: { photos: 0, videos: 0 },
          leftInCloudFolders: 3,
        },
        { place: 'bin' as const, before: { photos: 1, videos: 0 }, after: null, leftInCloudFolders: 0 },
      ],
      deleted: { photos: 12, videos: 1 },
      thumbnailsDeleted: 4,
    };
    const lines = evidenceLines(evidence, { kind: 'clear-photos', args: {} });
    expect(lines[0]).to.equal('Deleted: 12 photos and 1 video, and 4 small previews of them.');
    expect(lines[1]).to.match(/^Camera: before 12 photos and 1 video, now no photos or videos; 3 left alone in cloud/);
    expect(lines[2]).to.include('not known what is left');
  });

  it('says of a wipe that there is no way back, and that silence is silence and not a look', () => {
    const receipt = { level: 'device' as const, volumes: 2, people: 3 };
    const begun = evidenceLines({ receipt }, { kind: 'wipe', args: { level: 'device' } }).join(' ');
    expect(begun)
      .to.include('no way back')
      .and.not.to.match(/wiped|done/i);
    const silent = evidenceLines({ receipt, silentMinutes: 12 }, { kind: 'wipe', args: { level: 'device' } });
    expect(silent.at(-1)).to.equal('Silent since then for 12 minutes.');
  });

  it('takes evidence of another kind for what it is: no proof', () => {
    expect(evidenceLines({ removes: ['identity'] }, { kind: 'lock', args: {} })).to.deep.equal([
      'What the device sent is not about this order and proves nothing.',
    ]);
  });
});

describe('an order to many, in words', () => {
  const row = (deviceName: string, will: 'now' | 'later' | 'refused', why: 'held' | null = null) => ({
    deviceId: '6a9b1c1e-0b1f-4c58-9f0e-3b9f3a4a1c11',
    deviceName,
    will,
    why,
  });
  const preview = {
    now: 1,
    later: 1,
    refused: 1,
    devices: [row('Tablet 1', 'now'), row('Tablet 2', 'later'), row('Tablet 3', 'refused', 'held')],
    fingerprint: 'a'.repeat(32),
    limit: null,
  };

  it('is told by number and name: now, later, refused and why', () => {
    expect(previewGroups(preview).map(({ title, names }) => [title, ...names])).to.deep.equal([
      ['1 device now', 'Tablet 1'],
      ['1 device later, when next seen', 'Tablet 2'],
      ['Nothing at 1 device: they are held by the safeguarding lead', 'Tablet 3'],
    ]);
    expect(previewGroups({ ...preview, now: 700 })[0]).to.include({ title: '700 devices now', more: 699 });
  });

  it('cannot be ordered where nothing would happen, or of more than a handful', () => {
    expect(batchBarrier(preview)).to.equal('');
    expect(batchBarrier({ ...preview, now: 0, later: 0 })).to.include('nothing to order');
    expect(batchBarrier({ ...preview, limit: 1 })).to.include('Choose fewer');
  });

  it('is done on all only when each device verified it', () => {
    const verified = { state: 'verified' as const };
    expect(batchSentence([verified, verified], 2)).to.match(/^Done on all/);
    for (const orders of [[], [verified], [verified, { state: 'refused' as const }]])
      expect(batchSentence(orders, 2)).not.to.match(/done/i);
  });
});

describe('roles, events and the record, in words', () => {
  it('has words for every role, security event and rule of approval', () => {
    for (const role of roleSchema.options) expect(`${roleTitle(role)} ${roleMeaning(role)}`).to.match(/^[A-Z].{20,}/);
    for (const code of securityEventCodeSchema.options) {
      const { title, advice, tone } = securityWords(code);
      expect(title).to.match(/^[A-Z].{15,}/);
      expect(advice).to.match(/\.$/);
      expect(tone).not.to.equal('good');
    }
    for (const rule of policySchema.shape.wipeApproval.options) expect(wipeApprovalWords(rule)).to.match(/\.$/);
    for (const level of ['people', 'device'] as const) expect(wipeConsequences(level).length).to.be.at.least(3);
  });

  it('calls a log intact only when it is', () => {
    expect(actionWords('enrolment-link.made')).to.equal('Link made for a device to join');
    expect(verificationWords({ intact: true, entries: 1, head: 'ab', fault: null }).tone).to.equal('good');
    const broken = verificationWords({
      intact: false,
      entries: 9,
      head: 'ab',
      fault: { number: 4, what: 'was changed' },
    });
    expect(broken).to.include({ tone: 'bad' });
    expect(broken.text).to.include('entry 4');
  });
});
