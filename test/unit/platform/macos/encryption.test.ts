import { expect } from 'chai';
import { active, apfs, ask, builtIn, card, diskList, mac, recordedOnMac, verdict } from './mac.ts';

const status = (name: string) => recordedOnMac(`fdesetup_status-${name}`);
const off = { status: status('off'), active: active.off };
const on = apfs('applesilicon-filevault-on');

/** A list in which one key of one volume says something else. */
function edited(list: string, device: string, key: string, value: string): string {
  const blocks = list.split('<dict>');
  return blocks
    .map((block) =>
      block.includes(`<string>${device}</string>`) && block.includes('APFSVolumeUUID')
        ? block.replace(new RegExp(`(<key>${key}</key>\\s*)<(true|false)/>`), value === '' ? '' : `$1${value}`)
        : block,
    )
    .join('<dict>');
}

describe('disk encryption on macOS (DEV1)', () => {
  it('is protected when FileVault’s own tool and the Data volume both say so; helpers may be plain', async () => {
    const exec = mac();
    expect(await ask(exec)).to.have.deep.property('value', {
      protection: 'protected',
      volumes: [
        { id: 'disk3s1', holds: 'boot', state: 'protected', scheme: 'filevault' },
        { id: 'disk3s5', holds: 'system', state: 'protected', scheme: 'filevault' },
      ],
    });
    expect(exec.calls).to.have.members([
      'fdesetup status',
      'fdesetup isactive',
      'diskutil apfs list -plist',
      'diskutil list -plist internal physical',
    ]);
    expect(await verdict({ status: status('on-master-keychain') })).to.equal('protected');
    const lines = status('on-master-keychain').trim().split('\n').reverse().join('\n');
    expect(await verdict({ status: lines })).to.equal('protected');
  });

  it('takes “encrypted at rest” for not protected: the key is bound to no password', async () => {
    const reading = await ask(mac({ ...off, apfs: apfs('applesilicon-filevault-off') }));
    expect(reading).to.have.nested.property('value.protection', 'not-protected');
    expect(reading).to.have.deep.nested.property('value.volumes[1]', {
      id: 'disk3s5',
      holds: 'system',
      state: 'not-protected',
      scheme: 'none',
    });
    expect(
      await verdict({ ...off, status: status('off-deferred-user'), apfs: apfs('applesilicon-filevault-off') }),
    ).to.equal('not-protected');
  });

  it('is converting while either tool sees a conversion', async () => {
    expect(await verdict({ status: status('on-encrypting'), active: active.busy })).to.equal('converting');
    expect(await verdict({ status: status('on-encrypting') })).to.equal('converting');
    expect(await verdict({ active: active.busy })).to.equal('converting');
    for (const busy of [
      'FileVault is Off.\nDecryption in progress: Percent completed = 3.5\n',
      'FileVault is On. Encryption in progress: Pending',
    ])
      expect(await verdict({ status: busy, active: active.busy })).to.equal('converting');
    const migrating = edited(on, 'disk3s5', 'CryptoMigrationOn', '<true/>');
    expect(await verdict({ apfs: migrating })).to.equal('converting');
    expect(await verdict({ ...off, apfs: migrating })).to.equal('converting');
  });

  it('judges the volume without a role on macOS 10.13, where only FileVault’s tool tells the key’s guard', async () => {
    const disks = diskList({ disk0s1: 'EFI', disk0s2: 'Apple_APFS' });
    const old = apfs('intel-1013-no-filevault-key-encrypted');
    expect(await verdict({ apfs: old, disks })).to.equal('protected');
    expect(await verdict({ ...off, apfs: old, disks })).to.equal('not-protected');
    expect(await verdict({ status: '', apfs: old, disks })).to.equal('unknown not-understood');
    const plain = apfs('intel-1013-no-filevault-key-plain');
    expect(await verdict({ ...off, apfs: plain, disks })).to.equal('not-protected');
    // The tools contradict each other: the worse answer.
    expect(await verdict({ apfs: plain, disks })).to.equal('not-protected');
  });

  it('leaves out an external disk only when the built-in disks are known', async () => {
    const list = apfs('filevault-on-with-plain-external');
    const known = await ask(mac({ apfs: list }));
    expect(known).to.have.nested.property('value.protection', 'protected');
    expect(known.state === 'known' && known.value.volumes.map((volume) => volume.id)).to.deep.equal([
      'disk3s1',
      'disk3s5',
    ]);
    expect(await verdict({ apfs: list, disks: { kind: 'missing' } })).to.equal('unknown tool-missing');
    const second = builtIn.replace(
      '</array></dict></array>',
      '</array></dict><dict><key>DeviceIdentifier</key><string>disk4</string><key>Partitions</key><array><dict><key>Content</key><string>Apple_APFS</string><key>DeviceIdentifier</key><string>disk4s2</string></dict></array></dict></array>',
    );
    // The same container on a built-in disk counts; on a card in the built-in reader it does not.
    expect(await verdict({ apfs: list, disks: second })).to.equal('partial');
    expect(await verdict({ apfs: list, disks: second, info: card(false) })).to.equal('partial');
    expect(await verdict({ apfs: list, disks: second, info: card(true) })).to.equal('protected');
  });

  it('does not call a Mac protected for what lies beside APFS', async () => {
    const with3 = (content: string) => diskList({ disk0s1: 'EFI', disk0s2: 'Apple_APFS', disk0s4: content });
    expect(await verdict({ disks: with3('Apple_KernelCoreDump') })).to.equal('protected');
    expect(await verdict({ disks: with3('Apple_HFS') })).to.equal('partial');
    for (const content of ['Microsoft Basic Data', 'Apple_CoreStorage', 'Linux Filesystem', ''])
      expect(await verdict({ disks: with3(content) })).to.equal('unknown not-understood');
  });

  it('is never protected when the tools contradict each other', async () => {
    expect(await verdict(off)).to.equal('unknown not-understood');
    expect(await verdict({ status: status('off') })).to.equal('unknown not-understood');
    expect(await verdict({ active: active.off })).to.equal('unknown not-understood');
    expect(await verdict({ apfs: apfs('applesilicon-filevault-off') })).to.equal('not-protected');
    expect(await verdict({ status: 'FileVault is On.\nFileVault is Off.\n' })).to.equal('unknown not-understood');
    expect(await verdict({ status: 'FileVault is On, but needs to be restarted to finish.\n' })).to.equal(
      'unknown not-understood',
    );
    expect(await verdict({ apfs: edited(on, 'disk3s5', 'Encryption', '<false/>') })).to.equal('unknown not-understood');
    expect(await verdict({ apfs: edited(on, 'disk3s5', 'CryptoMigrationOn', '') })).to.match(/^unknown/);
  });

  it('needs an open system volume; another that is locked counts as encrypted', async () => {
    expect(await verdict({ apfs: edited(on, 'disk3s5', 'Locked', '<true/>') })).to.match(/^unknown/);
    const extra = on.replace(/(<string>disk3s4<\/string>[\s\S]*?<array>\s*<string>)Update/, '$1Backup');
    expect(await verdict({ apfs: extra })).to.equal('partial');
    const lockedExtra = ['Encryption', 'FileVault', 'Locked'].reduce(
      (list, key) => edited(list, 'disk3s4', key, '<true/>'),
      extra,
    );
    expect(await verdict({ apfs: lockedExtra })).to.equal('protected');
  });

  it('says not protected by FileVault’s tool alone, and never protected by it alone', async () => {
    const none = apfs('empty');
    const disks = diskList({ disk0s1: 'EFI', disk0s2: 'Apple_HFS' });
    expect(await verdict({ ...off, apfs: none, disks })).to.equal('not-protected');
    expect(await verdict({ ...off, apfs: { kind: 'missing' }, disks: { kind: 'timed-out' } })).to.equal(
      'not-protected',
    );
    const coreStorage = diskList({ disk0s1: 'EFI', disk0s2: 'Apple_CoreStorage', disk0s3: 'Apple_Boot' });
    expect(await verdict({ apfs: none, disks: coreStorage })).to.equal('unknown disks-not-described');
    expect(await verdict({ apfs: none })).to.equal('unknown disks-not-described');
  });

  it('says why for each way the tools can fail', async () => {
    expect(await verdict({ status: { kind: 'missing' } })).to.equal('unknown tool-missing');
    expect(await verdict({ active: { kind: 'timed-out' } })).to.equal('unknown timed-out');
    expect(await verdict({ apfs: { kind: 'failed', why: 'killed' } })).to.equal('unknown tool-failed');
    expect(await verdict({ apfs: { kind: 'exited', code: 1, stdout: on, stderr: '' } })).to.equal(
      'unknown tool-failed',
    );
    expect(await verdict({ active: { kind: 'exited', code: 0, stdout: '', stderr: 'error' } })).to.equal(
      'unknown not-understood',
    );
  });
});
