import { expect } from 'chai';
import { everyPage } from '../../../server/dashboard/src/api/pages.ts';
import { factsOf } from '../../../server/dashboard/src/fleet/device-facts.ts';
import { searchDevices, sortDevices } from '../../../server/dashboard/src/fleet/sort.ts';
import { createLatest, lay } from '../../../server/dashboard/src/live/latest.ts';
import { safeNext } from '../../../server/dashboard/src/session/safe-next.ts';
import { protectionWords, volumeWords } from '../../../server/dashboard/src/words/encryption.ts';
import { filteringWords } from '../../../server/dashboard/src/words/filtering.ts';
import { devicePhotosWords, photosWords } from '../../../server/dashboard/src/words/photos.ts';
import { sessionsWords } from '../../../server/dashboard/src/words/sessions.ts';
import { ago, atTime } from '../../../server/dashboard/src/words/time.ts';
import { known, unknown, unknownReasonSchema } from '../../../shared/reading.ts';
import { aDevice, now } from './devices.ts';

const at = new Date(now).toISOString();

describe('facts in words', () => {
  it('says of every unknown reading that it is not known, and why, and never looks good', () => {
    for (const reason of unknownReasonSchema.options) {
      const reading = unknown(reason, at);
      for (const said of [
        protectionWords(reading),
        sessionsWords(reading, null),
        photosWords(reading),
        filteringWords(reading, true),
      ]) {
        expect(said.text).to.match(/^Not known: .{10}/);
        expect(said.tone).to.equal('unknown');
      }
    }
  });

  it('never says "None" of photos that could not all be counted (DEV3)', () => {
    const none = { photos: 0, videos: 0 };
    expect(photosWords(known({ places: [], atLeast: none, complete: true }, at)).text).to.equal('None');
    const unsure = photosWords(known({ places: [], atLeast: none, complete: false }, at));
    expect(unsure.text).to.match(/^Not known/);
    expect(photosWords(known({ places: [], atLeast: { photos: 3, videos: 1 }, complete: false }, at)).text).to.equal(
      'At least 3 photos and 1 video',
    );
  });

  it('marks photos over the limit with the tone of their finding, certain or not (DEV4)', () => {
    const { sections } = aDevice({});
    const over = {
      code: 'photos-over-limit',
      severity: 'act',
      misuse: false,
      text: '',
      remedy: '',
      graceUntil: null,
      since: at,
    } as const;
    for (const complete of [true, false]) {
      const photos = known({ places: [], atLeast: { photos: 300, videos: 0 }, complete }, at);
      const given = { sections: { ...sections, photos } };
      const device = aDevice({ ...given, findings: [{ ...over, requirements: ['DEV4'] }] });
      expect(devicePhotosWords(device).tone).to.equal('warn');
      expect(factsOf(device, now, undefined).photos.tone).to.equal('warn');
      expect(devicePhotosWords(aDevice(given)).tone).to.equal(complete ? 'plain' : 'unknown');
    }
  });

  it('shows an unencrypted boot volume without alarm, and unencrypted swap with it (DEV1)', () => {
    expect(volumeWords({ id: 'sda1', holds: 'boot', state: 'not-protected' }).state.tone).to.equal('plain');
    expect(volumeWords({ id: 'sda2', holds: 'swap', state: 'not-protected' }).state.tone).to.equal('bad');
  });

  it('shows a filter that is off as bad only where children use the device (DEV5)', () => {
    const off = known({ state: 'off', provider: null, tests: [], safeSearch: 'unknown', bypasses: [] } as const, at);
    const reading = { ...off, value: { ...off.value, tests: [], bypasses: [] } };
    expect(filteringWords(reading, true).tone).to.equal('bad');
    expect(filteringWords(reading, false).tone).to.equal('plain');
  });

  it('says times as people do', () => {
    expect(ago(new Date(now - 2 * 60_000).toISOString(), now)).to.equal('2 minutes ago');
    expect(ago(new Date(now - 61 * 60_000).toISOString(), now)).to.equal('1 hour ago');
    expect(ago(new Date(now + 5_000).toISOString(), now)).to.equal('just now');
    expect(atTime(new Date(now).toISOString(), now)).to.match(/^at \d\d:\d\d$/);
  });
});

describe('a case of misuse', () => {});

describe('the list of devices', () => {
  it('puts the most urgent first, then goes by name with 2 before 10', () => {
    const named = (name: string, standing: 'clear' | 'urgent') => aDevice({ name, standing });
    const list = sortDevices([named('Tablet 10', 'clear'), named('Tablet 2', 'clear'), named('Laptop', 'urgent')]);
    expect(list.map((device) => device.name)).to.deep.equal(['Laptop', 'Tablet 2', 'Tablet 10']);
  });

  it('finds a device by parts of its name in any order', () => {
    const list = [aDevice({ name: 'Tablet 10' }), aDevice({ name: 'Office laptop' })];
    expect(searchDevices(list, 'LAPTOP off').map((device) => device.name)).to.deep.equal(['Office laptop']);
  });

  it('is loaded to the last page, and each page once', async () => {
    const pages = [
      { items: [1, 2], nextCursor: 'b' },
      { items: [3], nextCursor: null },
    ];
    const asked: (string | undefined)[] = [];
    const load = async (cursor: string | undefined) => {
      asked.push(cursor);
      return pages[asked.length - 1] ?? { items: [], nextCursor: null };
    };
    expect(await everyPage(load)).to.deep.equal([1, 2, 3]);
    expect(asked).to.deep.equal([undefined, 'b']);
  });

  it('keeps what the socket told while the list was on its way', () => {
    const latest = createLatest<{ id: string; state: string }>();
    latest.note({ id: 'a', state: 'old' });
    const mark = latest.mark();
    latest.note({ id: 'b', state: 'new' });
    const answer = [
      { id: 'a', state: 'fetched' },
      { id: 'b', state: 'fetched' },
    ];
    expect(lay(answer, latest.since(mark)).map((item) => item.state)).to.deep.equal(['fetched', 'new']);
  });
});

describe('the page to return to after signing in', () => {
  it('is never another site', () => {
    expect(safeNext('/incidents')).to.equal('/incidents');
    for (const next of ['//evil.example', 'https://evil.example', '/\\evil.example', null])
      expect(safeNext(next)).to.equal('/');
  });
});
