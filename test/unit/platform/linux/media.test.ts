import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { createExec } from '../../../../agent/platform/exec.ts';
import { parseMountinfo } from '../../../../agent/platform/linux/block-uses.ts';
import { createHomeFiles, createSystemFiles, type Files } from '../../../../agent/platform/linux/files.ts';
import { createMediaProbe } from '../../../../agent/platform/linux/media.ts';
import { parseUdevRecord } from '../../../../agent/platform/linux/udev-record.ts';
import { createMediaTracker } from '../../../../agent/platform/media/media-tracker.ts';
import { mediumId } from '../../../../agent/platform/media/medium-id.ts';
import { systemClock } from '../../../../shared/instant.ts';
import { mediaSchema } from '../../../../shared/report/media.ts';
import { playback, recorded } from '../recordings.ts';
import { addBlock, createSystemTree, type SystemTree, type TreeBlock, treeOfLsblk, usbPath } from './system-tree.ts';

const salt = Buffer.alloc(32, 7).toString('base64');
const live = () => new AbortController().signal;
const usbDisk = { ID_BUS: 'usb', ID_SERIAL: 'QEMU_1', ID_SERIAL_SHORT: 'KINGSTON0001' };
const files = (usage: string, type: string) => ({ ID_FS_USAGE: usage, ID_FS_TYPE: type });

const stick: TreeBlock = { path: usbPath, name: 'sda', number: '8:0', bytes: 16e9, diskseq: '37', udev: usbDisk };
const part = (index: number, udev?: Record<string, string>, more: Partial<TreeBlock> = {}) => ({
  name: `sda${index}`,
  number: `8:${index}`,
  bytes: 8e9,
  ...(udev === undefined ? {} : { udev }),
  ...more,
});

describe('removable media on Linux (DEV10)', () => {
  let tree: SystemTree;
  beforeEach(() => {
    exec = playback({ cryptsetup: luksDump, dmsetup: finished('dm-6') });
    tree = createSystemTree();
    tree.folder('/sys/block');
    tree.write('/proc/swaps', 'Filename Type Size Used Priority\n');
    tree.write('/proc/1/mountinfo', '22 27 0:21 / /proc rw,relatime - proc proc rw\n');
  });
  afterEach(() => tree.clean());

  const luksDump = recorded('cryptsetup_luksDump-luks2.txt');
  const finished = (name: string) => `${name}: 0 2080768 crypt aes-xts-plain64 :64:logon:cryptsetup:x-d0 0 8:1 32768\n`;
  let exec: ReturnType<typeof playback>;

  function probe(given?: Files, isAdministrator = true) {
    const tracker = createMediaTracker({ clock: systemClock, settings: () => ({ mediaSalt: salt }) });
    const system = given ?? createSystemFiles(tree.root);
    return createMediaProbe({ clock: systemClock, files: system, tracker, exec, isAdministrator });
  }

  async function attached() {
    const reading = await probe()(live());
    if (reading.state !== 'known') throw new Error(reading.reason);
    return mediaSchema.parse(reading.value).attached;
  }

  for (const [name, encryption, inUse] of [
    ['blank', 'unknown', false],
    ['exfat', 'not-encrypted', true],
    ['luks-closed', 'encrypted', false],
    ['luks-open', 'encrypted', true],
  ] as const) {
    it(`sees the stick, and nothing else, on the recorded laptop: ${name}`, async () => {
      treeOfLsblk(tree, recorded(`lsblk-json-usb-${name}.txt`));
      const table = finished('luks-usb');
      exec = playback({ cryptsetup: luksDump, dmsetup: table });
      expect(await attached()).to.deep.equal([
        { id: mediumId('KINGSTON0001', salt), bus: 'usb', sizeGb: 1, encryption, inUse, since: null },
      ]);
    });
  }

  for (const name of ['everything-fullcolumns', 'plain-root-fullcolumns', 'luks2-lvm-fullcolumns']) {
    it(`sees no medium where none is attached: ${name}`, async () => {
      treeOfLsblk(tree, recorded(`lsblk-json-${name}.txt`));
      expect(await attached()).to.deep.equal([]);
    });
  }

  it('reads what udev recorded of a stick', () => {
    const text = recorded('udevadm_info-usb-disk.txt').replaceAll(/^/gm, 'E:');
    const { properties } = parseUdevRecord(`I:441672420\n${text}`);
    expect(properties.get('ID_SERIAL_SHORT')).to.equal('KINGSTON0001');
    const monitored = recorded('udevadm_monitor-usb-add.txt').replaceAll(/^(?=\w+=)/gm, 'E:');
    expect(parseUdevRecord(monitored).properties.get('ID_BUS')).to.equal('usb');
  });

  const encryptions: [string, Partial<TreeBlock>, string][] = [
    ['is unknown without udev’s record', { udev: undefined }, 'unknown'],
    ['is unknown when udev has recorded it and not looked yet', { udev: {} }, 'unknown'],
    [
      'is unknown with BitLocker, whose mark says nothing of its key',
      { udev: { ...usbDisk, ...files('crypto', 'BitLocker') } },
      'unknown',
    ],
    ['is unknown without any signature: so is a container that hides what it is', { udev: usbDisk }, 'unknown'],
    [
      'is unknown with a table of partitions that the kernel cannot read',
      { udev: { ...usbDisk, ID_PART_TABLE_TYPE: 'mac' } },
      'unknown',
    ],
    [
      'is unknown with nothing but the guard of a GPT',
      { partitions: [part(1, { ID_PART_ENTRY_TYPE: '0xee' })] },
      'unknown',
    ],
    [
      'is plain with files in a partition that should hold none',
      { partitions: [part(1, { ID_PART_ENTRY_TYPE: '0xf', ...files('filesystem', 'vfat') })] },
      'not-encrypted',
    ],
    [
      'is unknown when the whole bears files and its parts are encrypted',
      {
        udev: { ...usbDisk, ...files('filesystem', 'iso9660') },
        partitions: [part(1, files('crypto', 'crypto_LUKS'))],
      },
      'unknown',
    ],
    [
      'is plain without a table of partitions',
      { udev: { ...usbDisk, ...files('filesystem', 'vfat') } },
      'not-encrypted',
    ],
    ['is blank with an empty table of partitions', { udev: { ...usbDisk, ID_PART_TABLE_TYPE: 'dos' } }, 'blank'],
    [
      'is unknown where two signatures contradict',
      { udev: { ...usbDisk, ID_FS_AMBIVALENT: 'filesystem:ext4 filesystem:vfat' } },
      'unknown',
    ],
    [
      'is partly encrypted',
      { partitions: [part(1, files('filesystem', 'vfat')), part(2, files('crypto', 'crypto_LUKS'))] },
      'partial',
    ],
    [
      'is encrypted when each part that could hold a file is',
      { partitions: [part(1, { ID_PART_ENTRY_TYPE: '0x5' }), part(2, files('crypto', 'crypto_LUKS'))] },
      'encrypted',
    ],
    [
      'is unknown with a part that nothing is known of',
      { partitions: [part(1, files('crypto', 'crypto_LUKS')), part(2, {})] },
      'unknown',
    ],
    [
      'is judged by its parts, not by a stale signature of the whole',
      { udev: { ...usbDisk, ...files('crypto', 'crypto_LUKS') }, partitions: [part(1, files('filesystem', 'exfat'))] },
      'not-encrypted',
    ],
    [
      'is unknown with a file system that encrypts within',
      { partitions: [part(1, files('filesystem', 'apfs'))] },
      'unknown',
    ],
    ['is unknown as a closed set of volumes', { partitions: [part(1, files('raid', 'LVM2_member'))] }, 'unknown'],
  ];
  for (const [what, more, encryption] of encryptions) {
    it(`says of a stick that it ${what}`, async () => {
      addBlock(tree, { ...stick, ...more });
      expect((await attached())[0]?.encryption).to.equal(encryption);
    });
  }

  it('trusts what the kernel opened over what lies below: a detached header, volumes in a container', async () => {
    addBlock(tree, { ...stick, partitions: [part(1, {}, { holders: ['dm-6'] })] });
    addBlock(tree, { path: 'virtual/block', name: 'dm-6', number: '253:6', bytes: 8e9, mapper: 'CRYPT-PLAIN-x' });
    expect((await attached())[0]?.encryption).to.equal('encrypted');
    tree.write('/sys/devices/virtual/block/dm-6/dm/uuid', 'CRYPT-VERITY-x\n');
    expect((await attached())[0]?.encryption).to.equal('unknown');
  });

  it('takes volumes that hide nothing for plain', async () => {
    addBlock(tree, { ...stick, partitions: [part(1, files('raid', 'LVM2_member'), { holders: ['dm-7'] })] });
    const udev = files('filesystem', 'ext4');
    addBlock(tree, { path: 'virtual/block', name: 'dm-7', number: '253:7', bytes: 8e9, mapper: 'LVM-x', udev });
    expect((await attached())[0]?.encryption).to.equal('not-encrypted');
  });

  it('is not sure of encrypted volumes beside which others may be switched off, nor of a mapping of no known maker', async () => {
    addBlock(tree, { ...stick, partitions: [part(1, files('raid', 'LVM2_member'), { holders: ['dm-7'] })] });
    const volume = { path: 'virtual/block', name: 'dm-7', number: '253:7', bytes: 8e9, mapper: 'LVM-x' };
    addBlock(tree, { ...volume, holders: ['dm-6'] });
    addBlock(tree, { path: 'virtual/block', name: 'dm-6', number: '253:6', bytes: 8e9, mapper: 'CRYPT-LUKS2-x' });
    expect((await attached())[0]?.encryption).to.equal('unknown');
    addBlock(tree, { ...volume, mapper: '', udev: files('filesystem', 'ext4') });
    tree.remove('/sys/devices/virtual/block/dm-7/holders');
    expect((await attached())[0]?.encryption).to.equal('unknown');
  });

  it('gives no card the serial number of a device with several slots', async () => {
    const plain = { ...usbDisk, ...files('filesystem', 'vfat') };
    addBlock(tree, { ...stick, udev: plain });
    expect((await attached())[0]?.id).to.equal(mediumId('KINGSTON0001', salt));
    const second = usbPath.replaceAll('2:0:0:0', '2:0:0:1');
    addBlock(tree, { path: second, name: 'sdb', number: '8:16', bytes: 0, udev: usbDisk });
    expect((await attached()).map(({ id }) => id)).to.deep.equal([null]);
  });

  it('counts a USB disk that calls itself fixed, and not the disk inside', async () => {
    addBlock(tree, { ...stick, removable: false });
    addBlock(tree, { path: 'pci0000:00/0000:00:1f.2/ata1/host0/block', name: 'sdb', number: '8:16', bytes: 256e9 });
    expect((await attached()).map(({ bus }) => bus)).to.deep.equal(['usb']);
  });

  it('leaves out the disk that the running system lies on', async () => {
    addBlock(tree, { ...stick, partitions: [part(1, files('filesystem', 'ext4'))] });
    tree.write('/proc/1/mountinfo', '27 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n');
    expect(await attached()).to.deep.equal([]);
    tree.write('/proc/1/mountinfo', '27 1 8:1 / /home/sam/stick rw shared:1 - ext4 /dev/sda1 rw\n');
    expect(await attached()).to.have.length(1);
  });

  it('sees no medium in an empty card reader or disc drive, and a card or disc in it', async () => {
    addBlock(tree, { ...stick, bytes: 0, udev: { ...usbDisk, ID_MODEL: 'USB3.0_Card_Reader' } });
    const drive = {
      path: 'pci0000:00/0000:00:1f.2/ata2/host1/block',
      name: 'sr0',
      number: '11:0',
      bytes: 1_073_741_312,
    };
    addBlock(tree, drive);
    expect(await attached()).to.deep.equal([]);
    addBlock(tree, { ...drive, udev: { ID_CDROM: '1', ID_CDROM_MEDIA: '1', ...files('filesystem', 'iso9660') } });
    addBlock(tree, { ...stick, udev: { ...usbDisk, ID_MODEL: 'USB3.0_Card_Reader' } });
    const found = await attached();
    expect(found.map(({ bus, id, encryption }) => [bus, id, encryption])).to.deep.equal([
      ['sd', null, 'unknown'],
      ['optical', null, 'not-encrypted'],
    ]);
  });

  it('tells a memory card from the memory soldered in, by the kernel’s word for it', async () => {
    const card = { path: 'platform/soc/mmc_host/mmc0/mmc0:aaaa/block', name: 'mmcblk0', number: '179:0', bytes: 32e9 };
    addBlock(tree, { ...card, udev: { ID_NAME: 'SC32G', ID_SERIAL: '0x1234', ...files('filesystem', 'vfat') } });
    tree.write('/sys/block/mmcblk0/device/type', 'MMC\n');
    expect(await attached()).to.deep.equal([]);
    tree.write('/sys/block/mmcblk0/device/type', 'SD\n');
    tree.write('/sys/block/mmcblk0/device/cid', '0353445343333247801234567800a1b3\n');
    expect(await attached()).to.deep.include({
      id: mediumId('0353445343333247801234567800a1b3', salt),
      bus: 'sd',
      sizeGb: 32,
      encryption: 'not-encrypted',
      inUse: false,
      since: null,
    });
  });

  it('sees a Thunderbolt disk by the port it hangs on, and a FireWire disk', async () => {
    addBlock(tree, {
      path: 'pci0000:00/0000:00:1c.0/0000:05:00.0/nvme/nvme1',
      name: 'nvme1n1',
      number: '259:0',
      bytes: 1e12,
    });
    addBlock(tree, { path: 'pci0000:00/0000:03:00.0/fw1/fw1.0/host4/block', name: 'sdc', number: '8:32', bytes: 5e11 });
    expect((await attached()).map(({ bus }) => bus)).to.deep.equal(['firewire']);
    tree.write('/sys/devices/pci0000:00/0000:00:1c.0/0000:05:00.0/removable', 'removable\n');
    expect((await attached()).map(({ bus }) => bus)).to.have.members(['firewire', 'thunderbolt']);
  });

  it('sees cameras and telephones that hand out pictures, without saying what is on them', async () => {
    const usb = '/sys/bus/usb/devices';
    for (const [name, kind, text] of [
      ['1-2:1.0', '06', ''],
      ['1-3:1.0', 'ff', 'MTP'],
      ['1-4:1.0', '03', ''],
      ['1-3:1.1', '08', ''],
    ] as const) {
      tree.write(`${usb}/${name}/bInterfaceClass`, `${kind}\n`);
      tree.write(`${usb}/${name}/interface`, `${text}\n`);
    }
    tree.write(`${usb}/1-2/serial`, 'PHONE1\n');
    tree.write(`${usb}/1-2/devnum`, '9\n');
    const camera = { bus: 'camera', sizeGb: null, encryption: 'unknown', inUse: null, since: null };
    expect(await attached()).to.deep.equal([
      { id: mediumId('PHONE1', salt), ...camera },
      { id: null, ...camera },
    ]);
  });

  it('takes the USB device’s own serial number where udev has none', async () => {
    const { udev: _none, ...withoutUdev } = stick;
    addBlock(tree, withoutUdev);
    tree.write('/sys/bus/usb/devices/2-1/serial', 'KINGSTON0001\n');
    expect((await attached())[0]?.id).to.equal(mediumId('KINGSTON0001', salt));
  });

  it('sees a stick come, be changed over and go, as it happens', async () => {
    const look = probe();
    await look(live());
    addBlock(tree, stick);
    await look(live());
    addBlock(tree, { ...stick, diskseq: '38' });
    await look(live());
    tree.remove('/sys/block/sda');
    const reading = await look(live());
    if (reading.state !== 'known') throw new Error(reading.reason);
    expect(reading.value.recent.map(({ what }) => what)).to.deep.equal(['removed', 'arrived', 'removed', 'arrived']);
  });

  it('never throws when a medium goes away between any two questions', async () => {
    addBlock(tree, { ...stick, partitions: [part(1, files('filesystem', 'vfat'))] });
    const real = createSystemFiles(tree.root);
    for (let last = 0; last < 25; last += 1) {
      let asked = 0;
      const gone = async <Value>(ask: () => Promise<Value>) => {
        asked += 1;
        return asked > last ? { missing: 'absent' as const } : ask();
      };
      const vanishing: Files = {
        ...real,
        text: (path) => (path.startsWith('/proc') ? real.text(path) : gone(() => real.text(path))),
        link: (path) => gone(() => real.link(path)),
        names: (path) => (path === '/sys/block' ? real.names(path) : gone(() => real.names(path))),
      };
      const reading = await probe(vanishing)(live());
      expect(reading.state).to.equal('known');
      if (reading.state === 'known') expect(reading.value.attached[0]?.encryption).to.not.equal('encrypted');
    }
  });

  it('is unknown, not "none", where the list of disks cannot be read', async () => {
    tree.remove('/sys/block');
    expect(await probe()(live())).to.include({
      state: 'unknown',
      reason: 'disks-not-described',
      detail: 'block-devices',
    });
  });

  it('asks this very machine, in a form that may travel, without a process', async function () {
    if (process.platform !== 'linux') this.skip();
    const reading = await probe(createSystemFiles())(live());
    if (reading.state === 'known') mediaSchema.parse(reading.value);
    expect(reading.state).to.equal('known');
  });
});

describe('texts of the system about its disks', () => {
  it('reads mount points with spaces, and any text without throwing', () => {
    const line = '36 35 8:1 / /media/sam/MY\\040STICK rw,nosuid shared:1 master:2 - vfat /dev/sda1 rw';
    expect(parseMountinfo(line)).to.deep.equal(
      new Map([
        ['8:1', ['/media/sam/MY STICK']],
        ['/dev/sda1', ['/media/sam/MY STICK']],
      ]),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (text) => {
        parseMountinfo(`${line}\r\n${text}`);
        parseUdevRecord(`E:ID_BUS=usb\r\n${text}`);
      }),
    );
    const noise = 'E:\xff=\u0000 - '.repeat(800_000);
    parseUdevRecord(noise);
    parseMountinfo(noise);
  });

  it('tells what is not there from what may not be read', async () => {
    const tree = createSystemTree();
    tree.write('/etc/group', 'sudo:x:27:sam\n');
    tree.folder('/etc/group.d');
    await createExec()('mkfifo', [`${tree.root}/etc/pipe`]);
    for (const each of [createSystemFiles(tree.root), createHomeFiles(tree.root)]) {
      expect(await each.text('/etc/group')).to.deep.equal({ found: readFileSync(`${tree.root}/etc/group`, 'utf8') });
      expect(await each.text('/etc/shadow')).to.deep.equal({ missing: 'absent' });
      expect(await each.text('/etc/group/inner')).to.deep.equal({ missing: 'absent' });
      expect(await each.text('/etc/group.d')).to.deep.equal({ missing: 'blocked' });
      // Whoever opens a pipe waits for its other end: it must not be opened at all.
      expect(await each.text('/etc/pipe')).to.deep.equal({ missing: 'blocked' });
      expect(await each.head('/etc/pipe', 4)).to.deep.equal({ missing: 'blocked' });
      expect(await each.parts('/etc/pipe', () => {})).to.deep.equal({ missing: 'blocked' });
      expect(await each.names('/etc/none')).to.deep.equal({ missing: 'absent' });
      expect(await each.mark('/etc/none')).to.equal('absent');
    }
    tree.clean();
  });
});
