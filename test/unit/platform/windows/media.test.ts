import { expect } from 'chai';
import fc from 'fast-check';
import { createMediaTracker } from '../../../../agent/platform/media/media-tracker.ts';
import { mediumId } from '../../../../agent/platform/media/medium-id.ts';
import { createMediaProbe } from '../../../../agent/platform/windows/media.ts';
import { parseMediaAnswer } from '../../../../agent/platform/windows/media-answer.ts';
import type { PowerShellAnswer } from '../../../../agent/platform/windows/powershell.ts';
import type { Reading } from '../../../../shared/reading.ts';
import { type Media, mediaSchema } from '../../../../shared/report/media.ts';
import { atNoon, damaged } from '../recordings.ts';
import { recorded, said, speaking } from './windows-device.ts';

const text = recorded('media-three.json');
const mediaSalt = Buffer.alloc(32, 7).toString('base64');

async function ask(answer: PowerShellAnswer): Promise<Reading<Media>> {
  const tracker = createMediaTracker({ clock: atNoon, settings: () => ({ mediaSalt }) });
  const reading = await createMediaProbe({ powershell: speaking(answer), clock: atNoon, tracker })(
    AbortSignal.timeout(5_000),
  );
  if (reading.state === 'known') mediaSchema.parse(reading.value);
  return reading;
}

const system = { number: 0, bus: 17, size: 5e11, system: 1, plugged: 0, style: 2, parts: [] };
const plain = { type: '', reach: 1, conv: 0, prot: 0, lock: 0, rc: 0, rcConv: 0 };
const guarded = { ...plain, conv: 1, prot: 1 };

/** What is said of one stick beside the system's disk. */
function stick(more: object) {
  const one = {
    number: 1,
    bus: 7,
    size: 8e9,
    system: 0,
    plugged: 1,
    offline: 0,
    style: 1,
    path: '',
    serial: '',
    parts: [],
  };
  return parseMediaAnswer(JSON.stringify({ disks: [system, { ...one, ...more }], cameras: [], discs: [] }))?.[0];
}

describe('removable media on Windows (DEV10)', () => {
  it('lists a plain stick, a locked card and a camera, each once, and neither the system’s disk nor an image', async () => {
    const reading = await ask(said(text));
    expect(reading).to.have.deep.nested.property('value.attached', [
      { id: null, bus: 'camera', sizeGb: null, encryption: 'unknown', inUse: null, since: null },
      {
        id: mediumId('4C530001230623117364', mediaSalt),
        bus: 'usb',
        sizeGb: 15,
        encryption: 'not-encrypted',
        inUse: true,
        since: null,
      },
      { id: null, bus: 'sd', sizeGb: 64, encryption: 'encrypted', inUse: false, since: null },
    ]);
    expect(JSON.stringify(reading)).to.not.match(/4c53/i);
  });

  it('calls a medium encrypted only when every part that holds files is', () => {
    const of = (...parts: object[]) => stick({ parts })?.encryption;
    expect(of(guarded)).to.equal('encrypted');
    expect(of(guarded, plain)).to.equal('partial');
    expect(of({ ...guarded, prot: 0 }), 'its key beside it').to.equal('not-encrypted');
    for (const conv of [2, 3, 4, 5]) expect(of({ ...guarded, conv })).to.equal('not-encrypted');
    expect(of({ type: '{E3C9E316-0B5C-4DB8-817D-F92DF00215AE}' }, guarded), 'Windows’ reserve').to.equal('encrypted');
    for (const odd of [
      {},
      { ...guarded, rc: 5 },
      { ...guarded, rcConv: 5 },
      { ...plain, prot: 2 },
      { ...guarded, prot: 2 },
      { ...guarded, lock: null },
    ])
      expect(of(odd), JSON.stringify(odd)).to.equal('unknown');
  });

  it('calls a disk without a table unknown, for it may be a cipher, and one without partitions blank', () => {
    expect(stick({ style: 0 })?.encryption).to.equal('unknown');
    expect(stick({ style: 2 })?.encryption).to.equal('blank');
  });

  it('takes the serial number of the stick itself, and none that Windows made up', () => {
    const path = (address: string) =>
      `\\\\?\\usbstor#disk&ven_x&prod_y#${address}#{53f56307-b6bf-11d0-94f2-00a0c91efb8b}`;
    expect(stick({ path: path('0123ab&0'), serial: 'other' })?.serial).to.equal('0123ab');
    expect(stick({ path: path('7&2a9c3b1&0'), serial: '7&2A' })?.serial).to.equal(undefined);
    expect(stick({ path: '\\\\?\\scsi#disk&ven_x#5&1#{5}', serial: '  MSFT30A1 ' })?.serial).to.equal('MSFT30A1');
  });

  it('tells whether files can be reached', () => {
    expect(stick({ parts: [{ ...plain, reach: 0 }] })?.inUse).to.equal(false);
    expect(stick({ parts: [{ ...plain, lock: 1 }] })?.inUse).to.equal(false);
    expect(stick({ parts: [{ ...plain, reach: null }] })?.inUse).to.equal(null);
    expect(stick({ parts: [plain], offline: 1 })?.inUse).to.equal(false);
  });

  it('lists a disc, and cameras with their serial number where they have one', () => {
    const discs = [{ drive: 'E:', size: 7e8, id: 'SCSI\\CDROM&VEN_HL\\1' }];
    const cameras = ['USB\\VID_04A9&PID_32B4\\0123456A'];
    const found = parseMediaAnswer(JSON.stringify({ disks: [system], cameras, discs }));
    expect(found?.map(({ bus, serial, sizeGb }) => [bus, serial, sizeGb])).to.deep.equal([
      ['camera', '0123456A', null],
      ['optical', undefined, 1],
    ]);
  });

  it('says nothing is attached only when the list holds the disk that Windows runs from', async () => {
    const empty = (disks: object[]) => said(JSON.stringify({ disks, cameras: [], discs: [] }));
    expect(await ask(empty([system]))).to.have.deep.nested.property('value.attached', []);
    for (const disks of [[], [{ ...system, system: 0 }]])
      expect(await ask(empty(disks))).to.include({ state: 'unknown', reason: 'not-understood' });
    expect(await ask({ kind: 'fault', code: 0, elevated: false })).to.include({ reason: 'permission-denied' });
    expect(await ask({ kind: 'missing' })).to.include({ reason: 'tool-missing' });
  });

  it('takes any text without throwing; a damaged one is no answer or the whole, never fewer media', async () => {
    const whole = parseMediaAnswer(text);
    for (const broken of damaged(text.replaceAll(',', ',\n')))
      expect(parseMediaAnswer(broken)).to.be.deep.oneOf([undefined, whole]);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (noise) => {
        expect(parseMediaAnswer(noise)).to.equal(undefined);
      }),
    );
    const key = fc.constantFrom(...Object.keys(plain), 'type');
    await fc.assert(
      fc.asyncProperty(key, fc.jsonValue(), async (part, value) => {
        const medium = stick({ parts: [{ ...guarded, [part]: value }] });
        if (part === 'conv' || part === 'prot') expect(medium?.encryption === 'encrypted').to.equal(value === 1);
      }),
    );
  });
});
