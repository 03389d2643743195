import { readdirSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { parseEncryptableVolumes } from '../../../../agent/platform/windows/encryptable-volumes.ts';
import { isBdeDenied, parseBdeStatus } from '../../../../agent/platform/windows/manage-bde.ts';
import { startCpuTime } from '../../../support/cpu-time.ts';
import { damaged, exited } from '../recordings.ts';
import { texts } from './bde-verdicts.ts';
import {
  askEncryption,
  type BdeMachine,
  folder,
  recorded,
  said,
  throughCodePage850,
  verdictOf,
} from './windows-device.ts';

function machineOf(name: string, status = recorded(`manage-bde_status-${name}.txt`)): BdeMachine {
  const whole = parseBdeStatus(recorded(`manage-bde_status-${name}.txt`)) ?? [];
  const letters = whole.flatMap(({ letter }) => letter ?? []);
  return { status, letters, protectedLetters: texts[name]?.protectedLetters ?? '' };
}

const one = { drive: 'C:', mounted: 1, volumeType: 0, conv: 1, pct: 100, prot: 1, lock: 0, rcConv: 0, rc: 0 };
const json = (...entries: object[]) => askEncryption({ powershell: said(JSON.stringify(entries)) }).then(verdictOf);

describe('disk encryption on Windows (DEV1), from recordings', () => {
  it('has a verdict for every recording of manage-bde', () => {
    const names = readdirSync(folder).flatMap((name) => /^manage-bde_status-(.*)\.txt$/.exec(name)?.[1] ?? []);
    expect(names.sort()).to.deep.equal([...Object.keys(texts), 'not-elevated'].sort());
  });

  for (const [name, { verdict }] of Object.entries(texts)) {
    it(`judges manage-bde ${name} ${verdict}, whatever its line ends and code page`, async () => {
      const { status } = machineOf(name);
      for (const text of [String(status), throughCodePage850(String(status)), `\uFEFF${status}`])
        expect(verdictOf(await askEncryption(machineOf(name, text)))).to.equal(verdict);
      const crlf = String(status).replaceAll(/\r?\n/g, '\r\n');
      expect(verdictOf(await askEncryption(machineOf(name, crlf)))).to.equal(verdict);
    });

    it(`never throws and never says protected for a damaged ${name}`, async () => {
      const whole = recorded(`manage-bde_status-${name}.txt`);
      for (const text of [...damaged(whole), ...damaged(throughCodePage850(whole))]) {
        // All exit codes at their best: only the text is in the way.
        const got = verdictOf(await askEncryption({ ...machineOf(name, text), protectedLetters: 'CDEM' }));
        const isWhole = text.replaceAll(/[\uFEFF\r]/g, '').length === whole.replaceAll('\r', '').length;
        if (!isWhole) expect(got, JSON.stringify(text.slice(-80))).to.not.equal('protected');
      }
    });
  }

  it('says suspended, never protected, of a volume whose protection is off', async () => {
    const reading = await askEncryption(machineOf('suspended-one-reboot'));
    expect(reading).to.have.nested.property('value.volumes[0].state', 'suspended');
    expect(await json({ ...one, prot: 0 })).to.equal('not-protected');
  });

  it('does not believe a text that says protected where the exit code does not, or the reverse', async () => {
    const text = recorded('manage-bde_status-protected-os.txt');
    expect(verdictOf(await askEncryption({ status: text }))).to.equal('not-protected');
    expect(verdictOf(await askEncryption({ status: text, code: -1 }))).to.equal('unknown disks-not-described');
    const plain = recorded('manage-bde_status-decrypted-os.txt');
    expect(verdictOf(await askEncryption({ status: plain, protectedLetters: 'C' }))).to.match(/^unknown/);
  });

  it('says unknown when a drive can be opened of which the text tells nothing', async () => {
    const machine = { ...machineOf('protected-os'), letters: ['C', 'D'] };
    expect(verdictOf(await askEncryption(machine))).to.equal('unknown disks-not-described');
  });

  it('does not understand a block whose last field has nothing in it', async () => {
    const text = recorded('manage-bde_status-protected-os.txt').replace(/(Key Protectors:)[\s\S]*$/, '$1\n\n');
    expect(verdictOf(await askEncryption(machineOf('protected-os', text)))).to.equal('unknown not-understood');
  });

  it('doubts an open volume without a letter: it may lie in a folder', async () => {
    const text = recorded('manage-bde_status-protected-os.txt');
    const machine = { protectedLetters: 'C', letters: ['C'] };
    for (const [percent, head] of [
      ['0.0%', String.raw`Volume \\?\Volume{00000000-0000-0000-0000-100000000000}\ [Photos]`],
      ['0.0%', String.raw`Volume C:\Photos\ [Photos]`],
      ['100.0%', String.raw`Volume C:\Photos\ [Photos]`],
    ] as const) {
      const block = recorded('manage-bde_status-decrypted-os.txt')
        .replace(/^[\s\S]*?(?=\[OS Volume\])/, `${head}\n`)
        .replace('0.0%', percent);
      expect(block.startsWith(`${head}\n[OS Volume]`)).to.equal(true);
      expect(verdictOf(await askEncryption({ ...machine, status: text + block }))).to.equal(
        'unknown disks-not-described',
      );
    }
  });

  it('passes over a closed volume without a letter, and doubts one whose percentage is not told', async () => {
    const vault = [
      String.raw`Volume \\?\Volume{00000000-0000-0000-0000-100000000000}\ [Label Unknown]`,
      '[Data Volume]',
      '',
      '    Size:                 Unknown GB',
      '    Percentage Encrypted: Unknown%',
      '    Key Protectors:',
      '        External Key',
      '',
      '',
    ].join('\n');
    const text = recorded('manage-bde_status-protected-os.txt');
    const machine = { protectedLetters: 'C', letters: ['C'] };
    expect(verdictOf(await askEncryption({ ...machine, status: text + vault }))).to.equal('protected');
    const locked = text.replaceAll('C:', 'D:').replace('100.0%', 'Unknown%');
    expect(verdictOf(await askEncryption({ ...machine, status: text + locked }))).to.match(/^unknown/);
  });

  it('says why when nobody may ask, or nothing answers', async () => {
    const refused = recorded('manage-bde_status-not-elevated.txt');
    // Windows hands the code on without a sign.
    for (const code of [-2147217405, 2147749891])
      expect(verdictOf(await askEncryption({ status: exited(refused, code) }))).to.equal('unknown permission-denied');
    expect(isBdeDenied(1)).to.equal(false);
    expect(verdictOf(await askEncryption({ status: exited(refused, 1) }))).to.equal('unknown tool-failed');
    expect(verdictOf(await askEncryption({ status: exited(refused, 0) }))).to.equal('unknown not-understood');
    expect(verdictOf(await askEncryption({ status: '' }))).to.equal('unknown not-understood');
    expect(verdictOf(await askEncryption({ status: { kind: 'timed-out' } }))).to.equal('unknown timed-out');
    expect(verdictOf(await askEncryption({}))).to.equal('unknown tool-missing');
  });
});

describe('disk encryption on Windows (DEV1), from BitLocker’s methods', () => {
  const recording = recorded('Win32_EncryptableVolume_methods-json.txt');
  const single = recorded('Get-BitLockerVolume_ConvertTo-Json-single-object.txt');
  const several = recorded('Get-BitLockerVolume_ConvertTo-Json-array.txt');

  it('judges the recordings: recovery and sticks do not count, one object is a list of one', async () => {
    expect(verdictOf(await askEncryption({ powershell: said(recording) }))).to.equal('protected');
    expect(verdictOf(await askEncryption({ powershell: said(single) }))).to.equal('protected');
    const reading = await askEncryption({ powershell: said(several) });
    expect(verdictOf(reading)).to.equal('partial');
    expect(reading.state === 'known' && reading.value.volumes.map(({ id, state }) => `${id} ${state}`)).to.deep.equal([
      'C protected',
      'D suspended',
      'E not-protected',
      'F locked',
    ]);
  });

  it('says protected only of volumes whose encryption is finished, guarded and at 100 percent', async () => {
    expect(await json(one)).to.equal('protected');
    expect(await json({ ...one, conv: 0, prot: 0, pct: 0 })).to.equal('not-protected');
    for (const conv of [2, 3, 4, 5]) expect(await json({ ...one, conv })).to.equal('converting');
    for (const odd of [
      { pct: 99 },
      { prot: 2 },
      { conv: 6 },
      { rc: 2150694912 },
      { rcConv: 1 },
      { lock: 2 },
      { pct: null },
    ])
      expect(await json({ ...one, ...odd }), JSON.stringify(odd)).to.match(/^unknown/);
    for (const key of ['conv', 'pct', 'prot', 'rc', 'volumeType'] as const) {
      const { [key]: _gone, ...less } = one;
      expect(await json(less), key).to.match(/^unknown/);
      expect(await json({ ...one, [key]: 'yes' }), key).to.match(/^unknown/);
    }
  });

  it('counts every volume people can reach, and no other', async () => {
    const plain = { ...one, drive: null, volumeType: 1, conv: 0, pct: 0, prot: 0 };
    expect(await json(one, { ...plain, drive: 'D:' })).to.equal('partial');
    expect(await json(one, { ...plain, mounted: 1 })).to.equal('partial');
    expect(await json(one, { ...plain, mounted: null })).to.equal('partial');
    expect(await json(one, { ...plain, mounted: 0 })).to.equal('protected');
    expect(await json(one, { ...plain, drive: 'D:', volumeType: 2 })).to.equal('protected');
    // A drive told in words, a locked one, one of which BitLocker says nothing: doubts.
    expect(await json(one, { ...plain, drive: 'weird', conv: 9 })).to.match(/^unknown/);
    expect(await json(one, { ...one, drive: 'D:', volumeType: 1, lock: 1, prot: 2, conv: null })).to.match(/^unknown/);
    expect(await json(one, { drive: 'D:', mounted: 1, volumeType: 1 })).to.match(/^unknown/);
    // A closed vault of OneDrive, and no system volume at all.
    expect(await json(one, { ...one, drive: null, mounted: null, volumeType: 1, lock: 1 })).to.equal('protected');
    expect(await json({ ...one, drive: 'D:', volumeType: 1 })).to.match(/^unknown/);
  });

  it('says permission-denied without the administrator’s rights, whatever the list holds', async () => {
    const ask = (text: string) => askEncryption({ powershell: said(text, false) }).then(verdictOf);
    for (const text of [recording, '[]', '', recorded('Get-BitLockerVolume-not-elevated.txt')])
      expect(await ask(text)).to.equal('unknown permission-denied');
    const fault = await askEncryption({ powershell: { kind: 'fault', code: -2147217405, elevated: true } });
    expect(verdictOf(fault)).to.equal('unknown permission-denied');
  });

  it('asks manage-bde where PowerShell cannot be used, answers nothing, or is not understood', async () => {
    const bde = machineOf('protected-os');
    for (const powershell of [
      { kind: 'missing' } as const,
      { kind: 'constrained' } as const,
      { kind: 'timed-out' } as const,
      { kind: 'failed' } as const,
      { kind: 'fault', code: 5, elevated: true } as const,
      said(''),
      said('[]'),
      said('nonsense'),
    ]) {
      expect(verdictOf(await askEncryption({ ...bde, powershell }))).to.equal('protected');
      expect(verdictOf(await askEncryption({ powershell }))).to.equal('unknown tool-missing');
    }
  });

  it('never throws and never says protected for damaged JSON', async () => {
    for (const whole of [recording, single, several]) {
      const cuts = Array.from(whole, (_letter, at) => whole.slice(0, at));
      for (const text of [...damaged(whole), ...cuts]) {
        const isWhole = text.replaceAll(/[\uFEFF\r]/g, '') === whole;
        if (!isWhole) expect(parseEncryptableVolumes(text), text.slice(-40)).to.equal(undefined);
      }
    }
  });

  it('keeps nothing of a recovery password, wherever a tool may have put it', async () => {
    const password = '111111-222222-333333-444444-555555-666666-777777-888888';
    const withKey = [
      said(JSON.stringify([{ ...one, KeyProtector: [{ RecoveryPassword: password }], RecoveryPassword: password }])),
      said(JSON.stringify({ ...JSON.parse(single), KeyProtector: [{ RecoveryPassword: password }] })),
    ];
    for (const powershell of withKey) {
      const reading = await askEncryption({ powershell });
      expect(verdictOf(reading)).to.equal('protected');
      expect(JSON.stringify(reading)).to.not.match(/(\d)\1{5}/);
    }
    const text = recorded('manage-bde_status-protected-os.txt').replace(
      'Numerical Password',
      `Password:\n      ${password}`,
    );
    const reading = await askEncryption({ ...machineOf('protected-os', text) });
    expect(JSON.stringify(reading)).to.not.match(/(\d)\1{5}/);
    expect(JSON.stringify(parseBdeStatus(text))).to.not.match(/(\d)\1{5}/);
  });

  it('parsers take any text and any JSON', () => {
    const entry = fc.record(
      Object.fromEntries(
        Object.keys(one).map((key) => [key, fc.oneof(fc.integer(), fc.constantFrom(0, 1, 2, 100, null), fc.string())]),
      ),
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.string({ unit: 'binary' }),
          fc.array(entry).map((list) => JSON.stringify(list)),
        ),
        (text) => {
          parseBdeStatus(text);
          for (const volume of parseEncryptableVolumes(text)?.volumes ?? []) {
            if (volume.state === 'protected')
              expect(text).to.include('"pct":100').and.include('"conv":1').and.include('"prot":1');
          }
        },
      ),
    );
  });

  it('is not held up by megabytes of noise', () => {
    for (const noise of ['[ ', ' ', 'x [', '100% ', '>', 'a  1  b', '\0']) {
      const text = `${noise.repeat(200_000)}\n\n`;
      const usedMs = startCpuTime();
      expect(parseBdeStatus(text)).to.equal(undefined);
      expect(parseEncryptableVolumes(text)).to.equal(undefined);
      expect(usedMs()).to.be.below(1_000);
    }
  });
});
