import { expect } from 'chai';
import { writeCase } from '../../../agent/explain/recorded-case.ts';
import { createScrubber } from '../../../agent/explain/scrub.ts';
import type { Testimony } from '../../../agent/platform/witness.ts';

const secrets = {
  people: [
    'anna',
    'amueller',
    'Anna Müller',
    'Siobhan O’Hara',
    "Siobhan O'Brien",
    'Jürgen',
    'KITA\\berta',
    '张伟',
    'Ayşe Yılmaz',
    'İrem',
  ],
  hosts: ['laptop-7'],
  networks: [],
};

/** A text of each kind of private word, and what of it must be gone. */
const texts: Readonly<Record<string, readonly [text: string, ...gone: string[]]>> = {
  'a Wi-Fi name in netsh, of a reading that found none': [
    '    SSID                   : Kita Sonnenschein\n    Profil                 : Kita Sonnenschein\n',
    'Sonnenschein',
  ],
  'a Wi-Fi name and an access point in nmcli': [
    'yes:Kita Sonnenschein:A4\\:91\\:B1\\:0C\\:22\\:3D:90:wlan0',
    'Sonnen',
    'B1',
    '3D',
  ],
  'a Wi-Fi name in escapes': ['ESSID:"Kita \\xc3\\x9cbel"\n\tSSID: Kita \\xc3\\x9cbel', 'Kita', '9cbel'],
  'a Wi-Fi name of Android': ['{"ssid": "Kita Sonne","bssid":"a4:91:b1:0c:22:3d"}', 'Sonne', 'b1:0c'],
  'a serial number in a path of Windows': [
    '{"path":"\\\\\\\\?\\\\usbstor#disk&ven_x&prod_u&rev_1.00#4c530001230623117364&0#{53f56307}","serial":"4C530001230623117364"}',
    '4c530001230623117364',
    '4C530001230623117364',
  ],
  'a serial number in udev': [
    'ID_USB_SERIAL=QEMU_KINGSTON0001-0:0\nID_USB_SERIAL_SHORT=KINGSTON0001\nDEVLINKS=/dev/disk/by-id/usb-QEMU_KINGSTON0001-0:0',
    'KINGSTON',
  ],
  'a serial number of which only the link tells': [
    'S:disk/by-id/usb-SanDisk_Ultra_4C530001230523115184-0:0',
    '4C53000',
  ],
  'serial numbers of a Mac': [
    '"serial_num" : "C02AAAAABG5H", "IOPlatformSerialNumber" = "C02BBBBBBG5H"\n<key>serial_num</key>\n<string>C02CCCCCBG5H</string>\nSerial Number (system): C02DDDDDBG5H',
    'C02',
  ],
  'a serial number of WMI': ['{"SerialNumber":"4C5300012305"}', '4C53'],
  'a security identifier': ['S-1-5-21-3623811015-3361044348-30300820-1013', '3623811015', '30300820'],
  'a domain before a person': ['{"person":"KITA-SONNE\\\\anna"} KITA\\berta', 'KITA', 'anna', 'berta'],
  'a name in escapes of JSON': ['{"x":"Siobhan O\\u0027Brien"}', 'Brien', 'Siobhan'],
  'a name with combining marks': ['/Users/Ju\u0308rgen/x', 'rgen'],
  'a surname alone, and as it is spelled in an account': ['Müller; mueller', 'ller'],
  'the computer of a person': ['Annas MacBook; The-MacBook-of-Anna-M', 'Anna'],
  'the domain after a computer': ['laptop-7.kita-sonne.de\nsearch kita-sonne.de', 'kita', 'sonne'],
  'what a stick is called': [
    'S:disk/by-uuid/6A3C-91F2\nS:disk/by-label/FAMILIE_M\n{"label":"FAMILIE M","mountpoint":"/run/media/x/FAMILIE M"} "uuid":"6A3C-91F2"',
    '6A3C',
    'FAMILIE',
  ],
  'a mountpoint alone': ['/dev/sdb1 /run/media/x/FOTOS-TOM vfat\n/Volumes/Toms Stick', 'TOM', 'Toms'],
  'what a volume of Windows is called': ['Volume D: [Fotos Tom]\n[Data Volume]', 'Fotos'],
  'an account that nobody named, with its telephone': [
    'tom:x:1000:1000:Tom Bell,,030-1234567,:/home/tom:/bin/bash',
    'tom',
    'Bell',
    '1234567',
  ],
  'a hardware address, however it is written': [
    '"MacAddress":"A491B10C223D" A4-91-B1-0C-22-3D a491.b10c.223d at a4:91:b1:c:22:3d on en0; enxa491b10c223d',
    'b1',
    'B1',
    '223d',
  ],
  'what a stick is called, and which it is, in blkid': [
    'DEVNAME=/dev/sdb1\nLABEL=Fotos\\ Tom\nUUID=6A3C-91F2\nPARTUUID=1234abcd-01\nPARTLABEL=Familie\\ Huber TYPE=vfat',
    'Fotos',
    'Tom',
    '6A3C',
    '1234abcd',
    'Huber',
  ],
  'a serial number that is called so': ['serial: 4C53000123\nS/N = C02EEEEEBG5H', '4C53', 'C02'],
  'a person whose letters stand beside others with no space': ['用户张伟已登录 /home/张伟/x', '张伟'],
  'a person in the capitals of Turkish, or in none': ['AYŞE YILMAZ İREM, ayse yilmaz IREM', 'YILMAZ', 'yilmaz', 'REM'],
  'a person in the folder of a directory': ['/home/KITA/leonie/.config/user-dirs.dirs', 'KITA', 'leonie'],
  'a person whose folder has a space': ['C:\\Users\\Leo Maier\\AppData', 'Leo', 'Maier'],
  'a mail address in letters of any country': ['möller@bücher.de info@kita-bär.de', 'ller', 'cher', 'kita'],
  'what lies below the home of a person, in any text': [
    '/dev/sdb1 on /home/tom/Kinderfotos/Leo type ext4\nn/Users/tom/Pictures/Leo.jpg\n{"x":"C:\\\\Users\\\\tom\\\\Kinderfotos"}',
    'Kinderfotos',
    'Leo',
  ],
  'what the folders of a person are called': ['XDG_PICTURES_DIR="$HOME/Fotos Leo"\n/x/Fotos Leo/y', 'Leo'],
  'a recovery key of a Mac, or of systemd': [
    'ABCD-EFGH-IJKL-MNOP-QRST-UVWX cbdefghi-jklnrtuv-cbdefghi-jklnrtuv-cbdefghi-jklnrtuv-cbdefghi-jklnrtuv',
    'EFGH',
    'jklnrtuv',
  ],
  'a public gateway in the kernel’s hex': ['eth0\t00000000\t0117C354\t0003\t0\t0\t0\t00000000', '17C354'],
};

describe('private words in a recorded case (privacy rule)', () => {
  for (const [title, [text, ...gone]] of Object.entries(texts)) {
    it(`does not keep ${title}`, () => {
      for (const word of gone) expect(text).to.include(word);
      const out = createScrubber(secrets)(text);
      for (const word of gone) expect(out).not.to.include(word);
      expect(out.split('\n')).to.have.length(text.split('\n').length);
    });
  }

  it('does not keep a serial number that is all a file says, nor what one text of the case gives away in another', () => {
    const testimony: Testimony[] = [
      { asked: 'file', path: '/x', gave: 'C0FFEE-SERIAL and Sonnenblume and KITA-NETZ' },
      { asked: 'file', path: '/sys/bus/usb/devices/1-1/serial', gave: 'C0FFEE-SERIAL\n' },
      { asked: 'file', path: '/y', gave: '\tSSID: Sonnenblume\n' },
      { asked: 'file', path: '/etc/hostname', gave: 'KITA-NETZ\n' },
    ];
    const recorded = { hometime: '0', platform: 'linux', section: 'media' as const, testimony, reading: undefined };
    expect(writeCase(recorded, {}, secrets)).not.to.match(/C0FFEE-SERIAL|Sonnenblume|KITA-NETZ/);
  });

  it('does not keep a name of what lies in the folders of people, only how much there is and of what kind', () => {
    const names = ['Arztbericht Mia.pdf', 'IMG_Leo.jpg', 'Tagebuch', 'Downloads', '.mia', 'x.AppImage'];
    const homes = [
      '/home/tom',
      '/home/tom/Desktop',
      '/root',
      '/Users/tom',
      'C:\\Users\\tom\\Desktop',
      '/data/people/eva',
    ];
    const testimony: Testimony[] = [
      { asked: 'file', path: '/etc/passwd', gave: 'eva:x:1001:1001::/data/people/eva:/bin/sh\n' },
      ...homes.map((path): Testimony => ({ asked: 'folder', path, gave: names })),
      { asked: 'folder', path: '/sys/block', gave: ['sda', 'dm-0'] },
    ];
    const recorded = { hometime: '0', platform: 'linux', section: 'programs' as const, testimony, reading: undefined };
    const text = writeCase(recorded, {}, secrets);
    expect(text).not.to.match(/Arzt|Mia|Leo|Tagebuch|mia/);
    expect(text.match(/\.AppImage/g)).to.have.length(homes.length);
    expect(text).to.include('"Downloads"').and.include('"dm-0"');
  });

  it('keeps one stand-in for one address, in text and in the kernel’s hex', () => {
    const out = createScrubber(secrets);
    const [text, hex] = [out('84.195.23.1'), out('eth0\t00000000\t0117C354\t0003\t0')];
    const bytes = Buffer.from(hex.split('\t')[2] ?? '', 'hex').reverse();
    expect(bytes.join('.'))
      .to.equal(text)
      .and.match(/^198\.1[89]\./);
    const six = out('2a02:8108:1234:5678:abcd:ef12:3456:7890');
    const digits = out('2a02810812345678abcdef1234567890 02 40 00 00 eth0').slice(0, 32);
    expect(six).to.match(/^2001:db8:/);
    expect(digits).to.equal('20010db8000000010000000000000001');
    expect(out('A4:91:B1:0C:22:3D')).to.equal(
      out('a4-91-b1-c-22-3d')
        .split('-')
        .map((one) => one.padStart(2, '0'))
        .join(':'),
    );
  });

  it('keeps what tells nothing of anybody and verdicts go by', () => {
    const kept = [
      '192.168.1.1 10.0.2.2 255.255.255.0 169.254.1.1 146.112.61.106',
      'Version 6.1.0.25 "version":"9.1.0.25" linux 6.1.0.25-amd64',
      'fe800000000000000000000000000000 40 00000000000000000000000000000000 00 x fe80::1 2000::/3 ff02::1 ::/0',
      'eth0\t00000000\t0101A8C0\t0003\t0',
      'user@1000.service getty@tty1.service',
      '/home/.ecryptfs /home /Users/Shared /home/user/.config/user-dirs.dirs /home/user/Pictures /home/user/snap/firefox',
      '{"size":256060514304}',
    ].join('\n');
    expect(createScrubber(secrets)(kept)).to.equal(kept);
  });

  it('keeps the system’s own words, also where a person or a computer has the same name', () => {
    const text = 'ID=debian\n"type":"crypt"\nsudo:x:27:admin\nadmin:x:110:\nLOCAL';
    const named = { people: ['admin', 'crypt'], hosts: ['debian', 'local'], networks: [] };
    expect(createScrubber(named)(text)).to.equal(text);
  });
});
