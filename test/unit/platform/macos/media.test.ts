import { expect } from 'chai';
import fc from 'fast-check';
import type { ExecResult } from '../../../../agent/platform/exec.ts';
import { createMediaProbe } from '../../../../agent/platform/macos/media.ts';
import { parseDiskInfo, parseUsbSerials, parseWholeDisks } from '../../../../agent/platform/macos/media-lists.ts';
import { createMediaTracker } from '../../../../agent/platform/media/media-tracker.ts';
import { mediumId } from '../../../../agent/platform/media/medium-id.ts';
import { mediaSchema } from '../../../../shared/report/media.ts';
import { atNoon, damaged, exited, playback } from '../recordings.ts';
import { plist } from './mac.ts';

const mediaSalt = Buffer.alloc(32, 7).toString('base64');

/** Keys as public readers of these lists name them; no recording is at hand. */
const part = (device: string, content: string, more = '') =>
  `<dict><key>Content</key><string>${content}</string><key>DeviceIdentifier</key><string>${device}</string>${more}</dict>`;
const at = (path: string) => `<key>MountPoint</key><string>${path}</string>`;
const disk = (device: string, parts: string, more = '<key>Content</key><string>FDisk_partition_scheme</string>') =>
  `<dict>${more}<key>DeviceIdentifier</key><string>${device}</string><key>Partitions</key><array>${parts}</array></dict>`;
const list = (...disks: string[]) =>
  plist(`<dict><key>AllDisksAndPartitions</key><array>${disks.join('')}</array></dict>`);
const info = (internal: boolean, bus: string, more = '') =>
  plist(
    `<dict><key>BusProtocol</key><string>${bus}</string><key>Internal</key><${internal}/><key>TotalSize</key><integer>31915507712</integer>${more}</dict>`,
  );
const own = disk('disk0', part('disk0s2', 'Apple_APFS'));
const stick = disk('disk4', part('disk4s1', 'DOS_FAT_32', at('/Volumes/SAM')));
const container = (volume: string) =>
  plist(
    `<dict><key>Containers</key><array><dict><key>PhysicalStores</key><array><dict><key>DeviceIdentifier</key><string>disk4s1</string></dict></array><key>Volumes</key><array>${volume}</array></dict></array></dict>`,
  );
const volume = (encryption: boolean, fileVault: boolean, more = '<key>CryptoMigrationOn</key><false/>') =>
  `<dict><key>DeviceIdentifier</key><string>disk5s1</string><key>Encryption</key><${encryption}/><key>FileVault</key><${fileVault}/>${more}</dict>`;
const usb = JSON.stringify({
  SPUSBDataType: [{ _items: [{ _items: [{ serial_num: '4C530001', Media: [{ bsd_name: 'disk4' }] }] }] }],
});

interface Given {
  list?: string | ExecResult;
  infos?: Record<string, string>;
  apfs?: string;
  usb?: string | ExecResult;
}

function mac(given: Given = {}) {
  const said: Given = { ...given };
  const exec = playback({
    diskutil: ([word, , device = '']) => {
      if (word === 'list') return said.list ?? list(own, stick);
      if (word === 'apfs') return said.apfs ?? exited('', 1);
      return { disk0: info(true, 'Apple Fabric'), disk4: info(false, 'USB'), ...said.infos }[device] ?? exited('', 1);
    },
    system_profiler: () => said.usb ?? usb,
  });
  const tracker = createMediaTracker({ clock: atNoon, settings: () => ({ mediaSalt }) });
  const probe = createMediaProbe({ exec, clock: atNoon, tracker });
  return {
    said,
    calls: exec.calls,
    async look() {
      const reading = await probe(AbortSignal.timeout(5_000));
      if (reading.state === 'known') mediaSchema.parse(reading.value);
      return reading;
    },
  };
}

async function encryptionOf(given: Given): Promise<string | undefined> {
  const reading = await mac(given).look();
  return reading.state === 'known' ? reading.value.attached[0]?.encryption : reading.reason;
}

describe('removable media on macOS (DEV10)', () => {
  it('lists a plain stick with its own identifier, and not the disk that is built in', async () => {
    expect(await mac().look()).to.have.deep.property('value', {
      attached: [
        {
          id: mediumId('4C530001', mediaSalt),
          bus: 'usb',
          sizeGb: 32,
          encryption: 'not-encrypted',
          inUse: true,
          since: null,
        },
      ],
      recent: [],
    });
  });

  it('asks one question while the same disks are there, and again when another lies in the same place', async () => {
    const device = mac();
    await device.look();
    const asked = device.calls.length;
    await device.look();
    expect(device.calls.slice(asked)).to.deep.equal(['diskutil list -plist']);
    const other = disk(
      'disk4',
      part('disk4s1', 'DOS_FAT_32', `${at('/Volumes/SAM')}<key>Size</key><integer>7</integer>`),
    );
    device.said.list = list(own, other);
    device.said.usb = usb.replace('4C530001', '99');
    const reading = await device.look();
    expect(reading.state === 'known' && reading.value.recent.map(({ what }) => what)).to.deep.equal([
      'arrived',
      'removed',
    ]);
  });

  it('knows cards in a built-in reader, and leaves out images of disks', async () => {
    const image = disk('disk6', part('disk6s1', 'Apple_HFS', at('/Volumes/Install')));
    const infos = {
      disk4: info(true, 'Secure Digital', '<key>RemovableMedia</key><true/>'),
      disk6: info(false, 'Disk Image', '<key>VirtualOrPhysical</key><string>Virtual</string>'),
    };
    const reading = await mac({ list: list(own, stick, image), infos }).look();
    expect(reading.state === 'known' && reading.value.attached.map(({ bus, id }) => [bus, id])).to.deep.equal([
      ['sd', null],
    ]);
  });

  it('calls APFS encrypted only where both keys say so, and not while it is converted', async () => {
    const apfs = { list: list(own, disk('disk4', `${part('disk4s9', 'EFI')}${part('disk4s1', 'Apple_APFS')}`)) };
    const of = (...volumes: string[]) => encryptionOf({ ...apfs, apfs: container(volumes.join('')) });
    expect(await of(volume(true, true))).to.equal('encrypted');
    expect(await of(volume(true, false, '<key>Locked</key><true/>'))).to.equal('encrypted');
    expect(await of(volume(false, false))).to.equal('not-encrypted');
    expect(await of(volume(true, true), volume(false, false))).to.equal('partial');
    expect(await of(volume(true, true, '<key>CryptoMigrationOn</key><true/>'))).to.equal('not-encrypted');
    expect(await of(volume(true, false)), 'by hardware alone').to.equal('unknown');
    expect(await encryptionOf(apfs), 'APFS cannot be listed').to.equal('unknown');
  });

  it('calls what it has not mounted unknown, for it may be a cipher of another system, and an empty table blank', async () => {
    const of = (parts: string, more?: string) => encryptionOf({ list: list(own, disk('disk4', parts, more)) });
    for (const content of ['Microsoft Basic Data', 'Windows_NTFS', 'Linux', 'Apple_CoreStorage'])
      expect(await of(part('disk4s1', content)), content).to.equal('unknown');
    expect(await of(part('disk4s1', 'Apple_HFS'))).to.equal('not-encrypted');
    expect(await of('')).to.equal('blank');
    expect(await of('', '<key>Content</key><string></string>')).to.equal('unknown');
    expect(await of('', at('/Volumes/X'))).to.equal('not-encrypted');
  });

  it('never makes a stick look pulled out by a list or a description it does not understand', async () => {
    const device = mac();
    await device.look();
    for (const spoilt of ['', list(), exited('', 1), { kind: 'timed-out' } as const]) {
      device.said.list = spoilt;
      expect((await device.look()).state).to.equal('unknown');
    }
    device.said.list = list(own, stick.replace('FAT_32', 'FAT_16'));
    device.said.infos = { disk4: '' };
    expect(await device.look()).to.include({ reason: 'not-understood', detail: 'diskutil' });
    device.said.list = list(own, stick);
    expect(await device.look()).to.have.deep.nested.property('value.recent', []);
  });

  it('lists a medium whose serial number is not told', async () => {
    for (const said of ['', '{', '{"SPUSBDataType":[{"serial_num":5}]}', { kind: 'missing' } as const])
      expect(await mac({ usb: said }).look()).to.have.nested.property('value.attached[0].id', null);
  });

  it('parsers take any text without throwing; a damaged list is none or the whole', () => {
    const whole = list(own, stick).replaceAll('><', '>\n<');
    for (const text of damaged(whole))
      expect(parseWholeDisks(text)).to.be.deep.oneOf([undefined, parseWholeDisks(whole)]);
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.json()), (noise) => {
        expect(parseWholeDisks(noise)).to.equal(undefined);
        expect(parseDiskInfo(noise)).to.equal(undefined);
        parseUsbSerials(noise);
      }),
    );
    expect(parseUsbSerials(`{"SPUSBDataType":${'[{"_items":'.repeat(100_000)}`).size).to.equal(0);
    expect(parseUsbSerials(`{"SPUSBDataType":[${'{"_items":['.repeat(3_000)}${']}'.repeat(3_000)}]}`).size).to.equal(0);
  });
});
