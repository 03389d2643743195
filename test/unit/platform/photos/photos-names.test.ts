import { expect } from 'chai';
import fc from 'fast-check';
import { kindOfHead } from '../../../../agent/platform/photos/heads.ts';
import { countNames, isWalked, livePhotoFilms, readName } from '../../../../agent/platform/photos/names.ts';

const nothing = { photos: 0, videos: 0, untold: 0 };
const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

describe('what a name says of a file (DEV3)', () => {
  it('counts a Live Photo once, and nothing for names that are no pictures', () => {
    const names = [
      'IMG_1.HEIC',
      'IMG_1.MOV',
      'IMG_2.mov',
      '._IMG_1.HEIC',
      '.jpg',
      'thumbs.db',
      'desktop.ini',
      '$IABC123.jpg',
    ];
    expect(countNames(names)).to.deep.equal({ here: { ...nothing, photos: 1, videos: 1 }, bin: nothing });
    expect([...livePhotoFilms(names)]).to.deep.equal(['IMG_1.MOV']);
    expect(countNames(['a.jpg', 'b.mov', 'ä.heic', 'ä.Mov']).here).to.include({ photos: 2, videos: 1 });
  });

  it('puts what a phone threw away into its bin, wherever it lies', () => {
    const names = [
      '.trashed-1700000000-IMG_1.jpg',
      '.pending-1700000000-VID.mp4',
      '.trashed-1-a.heic',
      '.trashed-1-a.mov',
      'a.mov',
      '.trashed-x.jpg',
    ];
    expect(countNames(names)).to.deep.equal({
      here: { ...nothing, photos: 1, videos: 1 },
      bin: { ...nothing, photos: 2, videos: 1 },
    });
  });

  it('knows names that only stand for a file in the cloud', () => {
    expect(readName('.IMG_1.HEIC.icloud')).to.include({ name: 'IMG_1.HEIC', kind: 'still', elsewhere: true });
    for (const name of ['a.JPG.nextcloud', 'a.jpg.owncloud', 'a.jpg.cloud'])
      expect(readName(name)).to.include({ kind: 'still', elsewhere: true });
    for (const name of ['letter.odt.nextcloud', '.notes.icloud', 'my.cloud'])
      expect(readName(name).kind, name).to.equal('none');
  });

  it('takes what a tool left beside a photo for one, and what has no ending for untold', () => {
    for (const name of ['a.jpg~', 'b.JPG_original', 'c.cr2~', 'x.y.PnG'])
      expect(['photo', 'still']).to.include(readName(name).kind);
    for (const name of ['IMG_0001', 'Trip 3.6.2024', 'Mrs. Brown', 'photo.'])
      expect(readName(name).kind, name).to.equal('untold');
    for (const name of ['a.txt', '.profile', 'a.tar.gz', 'a.jpgx', 'x.exe'])
      expect(readName(name).kind, name).to.equal('none');
  });

  it('says the same of a name in capitals, and behind any stem', () => {
    const endings = fc.constantFrom('jpg', 'heic', 'mov', 'mp4', 'cr3', 'txt', 'db', 'tiff', '3gp');
    const stems = fc.string({ minLength: 1 }).filter((stem) => !/^[.$]/.test(stem));
    fc.assert(
      fc.property(stems, endings, (stem, ending) => {
        const kind = readName(`x.${ending}`).kind;
        expect(readName(`${stem}.${ending}`).kind).to.equal(kind);
        expect(readName(`${stem}.${ending.toUpperCase()}`).kind).to.equal(kind);
      }),
    );
  });

  it('never counts more than there are names, nor less than none, for any names in any order', () => {
    const part = fc.constantFrom(
      'IMG_1',
      'img_1',
      '.trashed-1-',
      '.pending-2-',
      '._',
      '.',
      'jpg',
      '.jpg',
      '.MOV',
      '.heic',
      '.icloud',
      '~',
      'ß',
      '$I',
    );
    // No system allows a slash in a name, nor an empty one.
    const name = fc.oneof(
      fc.string({ minLength: 1 }).filter((text) => !text.includes('/')),
      fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 30 }), (names) => {
        const { here, bin } = countNames(names);
        const all = [...Object.values(here), ...Object.values(bin)];
        expect(Math.min(...all)).to.be.at.least(0);
        expect(all.reduce((sum, each) => sum + each, 0)).to.be.at.most(names.length);
        expect(countNames([...names].reverse())).to.deep.equal({ here, bin });
      }),
    );
  });

  it('counts a whole folder at once as it would name by name', () => {
    const part = fc.constantFrom(
      'IMG',
      '.',
      'jpg',
      '.JPG',
      '.mp4',
      '.MOV',
      '.heic',
      'mkv',
      '\n',
      ' ',
      '.360',
      '~',
      '.trashed-1-',
      '$',
      'ſ',
      '.K',
    );
    const name = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 40 }), (names) => {
        const halves = livePhotoFilms(names);
        const { here, bin } = countNames(names);
        const kinds = names.filter((each) => !halves.has(each)).map((each) => readName(each).kind);
        const count = (...wanted: string[]) => kinds.filter((kind) => wanted.includes(kind)).length;
        expect(here.photos + bin.photos).to.equal(count('photo', 'still'));
        expect(here.videos + bin.videos).to.equal(count('video', 'film'));
        expect(here.untold + bin.untold).to.equal(count('untold'));
      }),
      { numRuns: 300 },
    );
  });

  it('walks past copies, programs and what Apple Photos makes of its originals', () => {
    for (const name of ['.thumbnails', 'node_modules', '.git', 'Preview.app', '@eaDir', '__MACOSX'])
      expect(isWalked(name, 'Pictures'), name).to.equal(false);
    expect(isWalked('resources', 'Photos Library.photoslibrary')).to.equal(false);
    expect(isWalked('originals', 'Photos Library.photoslibrary')).to.equal(true);
    expect(isWalked('resources', 'Pictures')).to.equal(true);
  });
});

describe('what the first bytes say of a file without an ending (DEV3)', () => {
  it('knows pictures and films by their marks, and takes nothing else for one', () => {
    const marks: [string, 'photo' | 'video' | undefined][] = [
      ['\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01', 'photo'],
      ['\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR', 'photo'],
      ['GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00', 'photo'],
      ['RIFF\x24\x00\x00\x00WEBPVP8 ', 'photo'],
      ['RIFF\x24\x00\x00\x00WAVEfmt ', undefined],
      ['RIFF\x24\x00\x00\x00AVI LIST', 'video'],
      ['\x00\x00\x00\x18ftypheic\x00\x00\x00\x00', 'photo'],
      ['\x00\x00\x00\x18ftypcrx \x00\x00\x00\x01', 'photo'],
      ['\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00', 'video'],
      ['\x00\x00\x00\x18ftypisom\x00\x00\x02\x00', 'video'],
      ['\x00\x00\x00\x18ftyp3gp5\x00\x00\x00\x00', 'video'],
      ['\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00', undefined],
      ['II*\x00\x10\x00\x00\x00CR\x02\x00', 'photo'],
      ['MM\x00*\x00\x00\x00\x08', 'photo'],
      ['FUJIFILMCCD-RAW ', 'photo'],
      ['IIRO\x08\x00\x00\x00', 'photo'],
      ['IIU\x00\x18\x00\x00\x00', 'photo'],
      ['\x1a\x45\xdf\xa3\x93\x42\x82\x88', 'video'],
      ['%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', undefined],
      ['', undefined],
      ['\xff\xd8', undefined],
    ];
    for (const [head, kind] of marks) expect(kindOfHead(bytes(head)), JSON.stringify(head)).to.equal(kind);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (head) => void kindOfHead(head)));
  });
});
