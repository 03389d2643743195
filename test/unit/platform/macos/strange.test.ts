import { expect } from 'chai';
import { parseFdesetupStatus } from '../../../../agent/platform/macos/fdesetup-text.ts';
import { parseFirewall, parseScreenLock } from '../../../../agent/platform/macos/rights-text.ts';
import { isTakenOver, parseNetstat } from '../../../../agent/platform/macos/route-text.ts';
import { damaged, exited } from '../recordings.ts';
import { active, apfs, card, diskList, plist, recordedOnMac, verdict } from './mac.ts';

interface PlayedVolume {
  id: string;
  roles?: string[];
  encryption?: boolean;
  fileVault?: boolean;
  migrating?: boolean;
  locked?: boolean;
}

const truth = (key: string, value: boolean | undefined) => (value === undefined ? '' : `<key>${key}</key><${value}/>`);

function volume({
  id,
  roles = [],
  encryption = true,
  fileVault = true,
  migrating = false,
  locked = false,
}: PlayedVolume): string {
  const names = roles.map((role) => `<string>${role}</string>`).join('');
  const flags =
    truth('Encryption', encryption) +
    truth('FileVault', fileVault) +
    truth('CryptoMigrationOn', migrating) +
    truth('Locked', locked);
  return `<dict><key>DeviceIdentifier</key><string>${id}</string>${flags}<key>Name</key><string>&lt;x&gt;</string><key>Roles</key><array>${names}</array></dict>`;
}

function container(stores: string[], ...volumes: PlayedVolume[]): string {
  const lieOn = stores.map((store) => `<dict><key>DeviceIdentifier</key><string>${store}</string></dict>`).join('');
  return `<dict><key>DesignatedPhysicalStore</key><string>${stores[0]}</string><key>PhysicalStores</key><array>${lieOn}</array><key>Volumes</key><array>${volumes.map(volume).join('')}</array></dict>`;
}

const list = (...containers: string[]) =>
  plist(`<dict><key>Containers</key><array>${containers.join('')}</array></dict>`);

const system: PlayedVolume[] = [
  { id: 'disk3s1', roles: ['System'], fileVault: true },
  { id: 'disk3s2', roles: ['Preboot'], encryption: false, fileVault: false },
  { id: 'disk3s3', roles: ['Recovery'], encryption: false, fileVault: false },
  { id: 'disk3s5', roles: ['Data'] },
  { id: 'disk3s6', roles: ['VM'], fileVault: false },
];
const running = container(['disk0s2'], ...system);

/** A second round of Macs from elsewhere: what could pass for safe and is not, and the other way round. */
describe('macOS, strange disks and answers', () => {
  const disks: [string, string, Parameters<typeof verdict>[0]][] = [
    ['one container', 'protected', { apfs: list(running) }],
    [
      'a second system beside it, encrypted',
      'protected',
      {
        apfs: list(
          running,
          container(['disk0s4'], { id: 'disk4s1', roles: ['System'] }, { id: 'disk4s2', roles: ['Data'] }),
        ),
        disks: diskList({ disk0s2: 'Apple_APFS', disk0s4: 'Apple_APFS' }),
      },
    ],
    [
      'a second system beside it, at rest only',
      'partial',
      {
        apfs: list(
          running,
          container(
            ['disk0s4'],
            { id: 'disk4s1', roles: ['System'], fileVault: false },
            { id: 'disk4s2', roles: ['Data'], fileVault: false },
          ),
        ),
        disks: diskList({ disk0s2: 'Apple_APFS', disk0s4: 'Apple_APFS' }),
      },
    ],
    [
      'a volume for backups, plain, on the disk inside',
      'partial',
      {
        apfs: list(
          container(['disk0s2'], ...system, { id: 'disk3s9', roles: ['Backup'], encryption: false, fileVault: false }),
        ),
      },
    ],
    [
      'a volume without a role beside Data, plain',
      'partial',
      { apfs: list(container(['disk0s2'], ...system, { id: 'disk3s9', encryption: false, fileVault: false })) },
    ],
    [
      'a volume of two roles of which one counts',
      'partial',
      {
        apfs: list(
          container(['disk0s2'], ...system, {
            id: 'disk3s9',
            roles: ['VM', 'User'],
            encryption: false,
            fileVault: false,
          }),
        ),
      },
    ],
    [
      'Fusion, of two partitions inside',
      'protected',
      { apfs: list(container(['disk0s2', 'disk1s2'], ...system)), disks: diskList({ disk0s2: 'Apple_APFS' }) },
    ],
    [
      'an image in a file, plain',
      'protected',
      { apfs: list(running, container(['disk8s1'], { id: 'disk9s1', encryption: false, fileVault: false })) },
    ],
    [
      'data that is being decrypted',
      'converting',
      {
        apfs: list(container(['disk0s2'], ...system.slice(0, 3), { id: 'disk3s5', roles: ['Data'], migrating: true })),
      },
    ],
    [
      'only the System volume encrypted',
      'not-protected',
      {
        apfs: list(
          container(['disk0s2'], ...system.slice(0, 3), {
            id: 'disk3s5',
            roles: ['Data'],
            encryption: false,
            fileVault: false,
          }),
        ),
        status: 'FileVault is Off.\n',
        active: active.off,
      },
    ],
    [
      'HFS+ on a second disk inside',
      'partial',
      { apfs: list(running), disks: diskList({ disk0s2: 'Apple_APFS', disk0s3: 'Apple_HFS' }) },
    ],
    [
      'CoreStorage on a second disk inside',
      'unknown disks-not-described',
      { apfs: list(running), disks: diskList({ disk0s2: 'Apple_APFS', disk0s3: 'Apple_CoreStorage' }) },
    ],
    [
      'Windows beside it',
      'unknown disks-not-described',
      { apfs: list(running), disks: diskList({ disk0s2: 'Apple_APFS', disk0s3: 'Microsoft Basic Data' }) },
    ],
    [
      'a list without any volume of a system',
      'unknown disks-not-described',
      { apfs: list(container(['disk0s2'], { id: 'disk3s9' })) },
    ],
    [
      'a list that names one volume’s key twice',
      'unknown not-understood',
      { apfs: list(running).replace('<key>Encryption</key>', '<key>Encryption</key><true/><key>Encryption</key>') },
    ],
  ];
  for (const [name, expected, given] of disks) {
    it(`says ${expected} of a Mac with ${name} (DEV1)`, async () => {
      const said = await verdict({ info: card(false), ...given });
      if (expected.startsWith('unknown')) expect(said).to.match(/^unknown /);
      else expect(said).to.equal(expected);
      const text = given?.apfs;
      if (typeof text !== 'string') return;
      for (const hurt of damaged(text.replaceAll('><', '>\n<'))) {
        const verdictOfHurt = await verdict({ info: card(false), ...given, apfs: hurt });
        if (expected !== 'protected') expect(verdictOfHurt).to.not.equal('protected');
      }
    });
  }

  const statuses: [string, string | undefined][] = [
    ['FileVault is On.', 'on'],
    ['FileVault is Off.', 'off'],
    ['FileVault is Off, but will be enabled after the next restart.', 'off'],
    ["FileVault is Off.\nDeferred enablement appears to be active for user 'on'.", 'off'],
    ['FileVault is Off.\nDeferred enablement appears to be active.', 'off'],
    ['FileVault is On.\nDeferred enablement appears to be active.', 'on'],
    ['FileVault is On.\nEncryption in progress: Percent completed = 42', 'converting'],
    ['FileVault is On.\nEncryption in progress: Percent completed = 100', 'converting'],
    ['FileVault is On.\nEncryption in progress: Pending (on battery)', 'converting'],
    ['FileVault is Off.\nDecryption in progress: Percent completed = 5', 'converting'],
    ['FileVault is Off.\nDecryption is paused. Plug in your Mac.', 'converting'],
    ['FileVault is On.\nFileVault is Off.', undefined],
    ['FileVault is On, but needs to be restarted to finish.', undefined],
    ['Error: FileVault is unavailable.', undefined],
    ['Filevault is on.', undefined],
    ['', undefined],
  ];
  for (const [text, expected] of statuses) {
    it(`reads “${text.replace('\n', ' / ')}” as ${expected} (DEV1)`, () => {
      expect(parseFdesetupStatus(`${text}\n`)).to.equal(expected);
      expect(parseFdesetupStatus(`\uFEFF${text.replace('\n', '\r\n')}\r\n`)).to.equal(expected);
    });
  }

  it('sees a VPN on the link that ZeroTier makes, and in two halves on any link (DEV5)', () => {
    const netstat = recordedOnMac('netstat_rn-zerotier');
    const taken = (text: string) => {
      const routes = parseNetstat(text);
      return routes === undefined ? 'not understood' : isTakenOver(routes);
    };
    expect(taken(netstat)).to.equal(true);
    const off = netstat.replace(/^default .*feth.*\n/m, '');
    expect(taken(off)).to.equal(false);
    const half = (destination: string, link: string) => `${destination}  10.147.20.1  UGSc  ${link}\n10.147.20/24`;
    expect(
      taken(off.replace('10.147.20/24', half('0/1', 'en7')).replace('10.147.20/24', half('128.0/1', 'en7'))),
    ).to.equal(true);
    expect(
      taken(off.replace('10.147.20/24', half('0/1', 'lo0')).replace('10.147.20/24', half('128.0/1', 'lo0'))),
    ).to.equal(false);
    for (const hurt of damaged(netstat)) expect(() => taken(hurt)).to.not.throw();
  });

  it('takes only an answer about the firewall itself (DEV8)', () => {
    expect(parseFirewall('Firewall is blocking all non-essential incoming connections. (State = 2)\n')).to.equal(true);
    expect(parseFirewall('Firewall is disabled. (State = 0)\n')).to.equal(false);
    for (const text of [
      'Firewall stealth mode is on',
      'Firewall has block all state set to enabled.',
      'The Firewall is off',
      '',
    ])
      expect(parseFirewall(text), text).to.equal(undefined);
  });

  it('takes only one answer about the lock (DEV7)', () => {
    const said = (text: string) => `2026-11-21 09:15:01.316 sysadminctl[812:4410] ${text}\n`;
    expect(parseScreenLock(said('screenLock delay is 14400 seconds'))).to.equal(14400);
    expect(parseScreenLock(said('screenLock is off'))).to.equal('off');
    for (const text of [
      'screenLock is on',
      'Operation is not permitted without secure token unlock.',
      'screenLock delay is immediate\nscreenLock is off',
    ])
      expect(parseScreenLock(said(text)), text).to.equal(undefined);
  });

  it('does not believe a tool that ended without a word', async () => {
    expect(await verdict({ status: exited('') })).to.match(/^unknown/);
    expect(await verdict({ active: exited('true\n', 1) })).to.match(/^unknown/);
    expect(await verdict({ apfs: apfs('empty') })).to.match(/^unknown/);
  });
});
