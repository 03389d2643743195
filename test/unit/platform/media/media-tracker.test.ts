import { expect } from 'chai';
import fc from 'fast-check';
import { createMediaTracker, type SeenMedium } from '../../../../agent/platform/media/media-tracker.ts';
import { wholeEncryption, wholeGigabytes } from '../../../../agent/platform/media/medium-encryption.ts';
import { mediumId } from '../../../../agent/platform/media/medium-id.ts';
import { mediaSchema } from '../../../../shared/report/media.ts';

const salt = Buffer.alloc(32, 7).toString('base64');
const minute = 60_000;

function stick(key: string, serial: string | undefined = key, more: Partial<SeenMedium> = {}): SeenMedium {
  return { key, serial, bus: 'usb', sizeGb: 8, encryption: 'not-encrypted', inUse: false, ...more };
}

function tracker(mediaSalt: string | null = salt) {
  const state = { now: Date.UTC(2026, 8, 1, 9), mediaSalt };
  const { look } = createMediaTracker({ clock: { now: () => state.now }, settings: () => state });
  return { state, look };
}

describe('the register of removable media (DEV10)', () => {
  it('does not say since when a medium is there that was there before the agent', () => {
    const { look } = tracker();
    expect(look([stick('a')])).to.deep.include({ recent: [] });
    expect(look([stick('a')]).attached[0]?.since).to.equal(null);
  });

  it('tells an arrival and a removal, newest first, under the same identifier', () => {
    const { look, state } = tracker();
    look([]);
    state.now += minute;
    const arrived = look([stick('a', 'S1')]);
    const id = mediumId('S1', salt);
    expect(arrived.attached).to.deep.equal([
      { id, bus: 'usb', sizeGb: 8, encryption: 'not-encrypted', inUse: false, since: '2026-09-01T09:01:00.000Z' },
    ]);
    state.now += minute;
    expect(look([])).to.deep.equal({
      attached: [],
      recent: [
        { what: 'removed', at: '2026-09-01T09:02:00.000Z', id, bus: 'usb', sizeGb: 8, encryption: 'not-encrypted' },
        { what: 'arrived', at: '2026-09-01T09:01:00.000Z', id, bus: 'usb', sizeGb: 8, encryption: 'not-encrypted' },
      ],
    });
  });

  it('tells of a medium that is gone what it was when it was seen last', () => {
    const { look, state } = tracker();
    look([]);
    const first = look([stick('a', 'S1', { encryption: 'unknown' })]);
    state.now += minute;
    const second = look([stick('a', 'S1', { encryption: 'encrypted' })]);
    expect(second.attached[0]?.since).to.equal(first.attached[0]?.since);
    expect(look([]).recent.map(({ what, encryption }) => [what, encryption])).to.deep.equal([
      ['removed', 'encrypted'],
      ['arrived', 'unknown'],
    ]);
  });

  it('sees a stick that was pulled out and put in again between two looks', () => {
    const { look } = tracker();
    look([stick('disk 37', 'S1')]);
    const again = look([stick('disk 38', 'S1')]);
    expect(again.recent.map(({ what }) => what)).to.deep.equal(['arrived', 'removed']);
    expect(again.attached[0]?.since).to.not.equal(null);
  });

  it('takes another serial number at the same place for another medium', () => {
    const { look } = tracker();
    look([stick('sda', 'S1')]);
    expect(look([stick('sda', 'S2')]).recent.map(({ what }) => what)).to.deep.equal(['arrived', 'removed']);
  });

  it('gives an identifier once the salt has come, also to what came before it', () => {
    const { look, state } = tracker(null);
    look([]);
    expect(look([stick('a', 'S1')]).attached[0]?.id).to.equal(null);
    state.mediaSalt = salt;
    const { attached, recent } = look([stick('a', 'S1')]);
    expect([attached[0]?.id, recent[0]?.id]).to.deep.equal([mediumId('S1', salt), mediumId('S1', salt)]);
  });

  it('counts a medium that is listed twice once', () => {
    const { look } = tracker();
    look([]);
    const { attached, recent } = look([stick('a'), stick('a')]);
    expect([attached.length, recent.length]).to.deep.equal([1, 1]);
  });

  it('fits the report, holds no serial number and never throws, whatever comes and goes', () => {
    const media = fc.array(
      fc.record({
        key: fc.constantFrom('a', 'b', 'c', 'd').map((name) => `key ${name}`),
        serial: fc.option(fc.string({ minLength: 17 }), { nil: undefined }),
        bus: fc.constantFrom('usb' as const, 'sd' as const, 'camera' as const),
        sizeGb: fc.constantFrom(null, 1, 64),
        encryption: fc.constantFrom('encrypted' as const, 'unknown' as const),
        inUse: fc.constantFrom(true, false, null),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(fc.array(media, { maxLength: 30 }), (looks) => {
        const { look } = tracker();
        for (const each of looks) {
          const report = look(each);
          expect(mediaSchema.safeParse(report).success).to.equal(true);
          const text = JSON.stringify(report);
          expect(each.some(({ key }) => text.includes(key))).to.equal(false);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('the identifier of a medium', () => {
  it('is the same however a system pads or joins the serial number', () => {
    const ids = ['King ston01', 'King_ston01', '  KINGSTON01  ', 'kingston01\0'].map((serial) =>
      mediumId(serial, salt),
    );
    expect(new Set(ids).size).to.equal(1);
    expect(ids[0]).to.match(/^[0-9a-f]{16}$/);
  });

  it('differs from setting to setting and from stick to stick', () => {
    const other = Buffer.alloc(32, 8).toString('base64');
    const ids = [mediumId('S1', salt), mediumId('S1', other), mediumId('S2', salt)];
    expect(new Set(ids).size).to.equal(3);
  });

  it('is none without a salt, and none for the numbers that makers leave in whole batches', () => {
    expect(mediumId('KINGSTON0001', null)).to.equal(null);
    for (const serial of [undefined, '', ' ', '0000000000', '0123456789ABCDEF', 'Not Specified', 'FFFFFFFF']) {
      expect(mediumId(serial, salt), serial).to.equal(null);
    }
  });
});

describe('what a medium is from its parts', () => {
  it('is encrypted only when every part that could hold a file is', () => {
    expect(wholeEncryption(['encrypted', 'blank', 'encrypted'])).to.equal('encrypted');
    expect(wholeEncryption(['encrypted', 'unknown'])).to.equal('unknown');
    expect(wholeEncryption(['encrypted', 'not-encrypted'])).to.equal('partial');
    expect(wholeEncryption(['not-encrypted', 'unknown'])).to.equal('not-encrypted');
    expect(wholeEncryption(['blank'])).to.equal('blank');
    expect(wholeEncryption([])).to.equal('unknown');
  });

  it('has whole gigabytes, at least one, and none when there is no medium', () => {
    expect([314_572_800, 64_000_000_001, 0, Number.NaN, -5].map(wholeGigabytes)).to.deep.equal([
      1,
      64,
      null,
      null,
      null,
    ]);
  });
});
