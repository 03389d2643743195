import { expect } from 'chai';
import fc from 'fast-check';
import { parseBdeStatus } from '../../../../agent/platform/windows/manage-bde.ts';
import { damaged } from '../recordings.ts';
import { askEncryption, recorded, said, throughCodePage850, verdictOf } from './windows-device.ts';

const protectedText = recorded('manage-bde_status-protected-os.txt');
const plainText = recorded('manage-bde_status-decrypted-os.txt');
/** The block of one volume, under another head. */
const blockOf = (text: string, head: string) => text.replace(/^[\s\S]*?(?=\[OS Volume\])/, () => `${head}\n`);
/** All exit codes at their best. */
const verdict = async (status: string, letters = ['C']) =>
  verdictOf(await askEncryption({ status, letters, protectedLetters: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ' }));

describe('forms of manage-bde nobody recorded for us (DEV1)', () => {
  it('finds the letter wherever a language puts it before the brackets', async () => {
    for (const head of [
      'C: kötet [Windows]',
      'Volume C: [a [b] c]',
      '„C:“ disko [x]',
      'Asema (C:) [x]',
      'C: 볼륨 [창]',
      'Volume c: []',
    ])
      for (const form of [head, throughCodePage850(head)])
        expect(await verdict(blockOf(protectedText, form)), form).to.equal('protected');
  });

  it('reads a percentage that stands behind its sign, or in wide letters', async () => {
    for (const [said, expected] of [
      ['%100,0', 'protected'],
      ['% 100', 'protected'],
      ['100.0％', 'protected'],
      ['100,0\u202f%', 'protected'],
      ['%99,9', /^unknown/],
      ['1100.0%', /^unknown/],
      ['100.0% %0', /^unknown/],
      ['%1000', /^unknown/],
    ] as const) {
      const got = await verdict(protectedText.replace('100.0%', said));
      if (typeof expected === 'string') expect(got, said).to.equal(expected);
      else if (said !== '100.0% %0') expect(got, said).to.match(expected);
    }
    const wide = protectedText.replaceAll(/^( {4}[^:]+):/gm, '$1：');
    expect(wide).to.include('：');
    expect(await verdict(wide)).to.equal('protected');
    for (const cut of damaged(wide)) if (cut.length < wide.length) expect(await verdict(cut)).to.not.equal('protected');
  });

  it('is not led astray by what somebody called a volume', async () => {
    const suspendedBelow = blockOf(protectedText, String.raw`Volume C:\Photos\ [ C: [x]`);
    expect(await verdict(protectedText + suspendedBelow)).to.match(/^unknown/);
    expect(await verdict(protectedText + blockOf(protectedText, 'Volume E: [ C: [x]'), ['C', 'E'])).to.equal(
      'protected',
    );
    const label = fc.string({
      unit: fc.constantFrom('C', 'E', ':', ' ', '[', ']', '%', '1', '00', '\\', 'é', '卷'),
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(label, fc.constantFrom('E:', String.raw`C:\Photos\\`), async (name, place) => {
        const text = protectedText + blockOf(plainText, `Volume ${place} [${name}]`);
        expect(await verdict(text, ['C', 'E'])).to.not.equal('protected');
        expect(await verdict(text)).to.not.equal('protected');
      }),
    );
  });

  it('passes over a volume without a letter only when it says that it is closed', async () => {
    const head = String.raw`Volume \\?\Volume{00000000-0000-0000-0000-100000000000}\ [x]`;
    const open = protectedText + blockOf(plainText, head);
    const cuts = Array.from(open, (_letter, at) => open.slice(0, at));
    const twoPercents = protectedText + blockOf(plainText.replace(/(Identification Field: ).*/, '$1100%'), head);
    for (const text of [...damaged(open), ...cuts, twoPercents]) {
      const got = await verdict(text);
      // Cut right behind the first block, which may be all there is.
      if (text.includes('?\\Volume')) expect(got, JSON.stringify(text.slice(-120))).to.match(/^unknown/);
    }
    const closed = blockOf(plainText.replace('0.0%', 'Unknown%'), head);
    expect(await verdict(protectedText + closed)).to.equal('protected');
  });

  it('passes over OneDrive’s vault while it is closed, and over no other locked volume', async () => {
    const text = recorded('manage-bde_status-vault-with-letter.txt');
    expect(await verdict(text)).to.equal('protected');
    expect(await verdict(text, ['C', 'F']), 'it can be opened').to.match(/^unknown/);
    for (const [was, is] of [
      ['Label Unknown', 'Photos'],
      ['External Key', 'Password'],
      ['External Key', 'External Key\n        Numerical Password'],
      ['        External Key\n', ''],
      ['Unknown GB', '12.00 GB'],
      ['Unknown%', '12.0%'],
      [/Locked/, 'Unlocked'],
    ] as const)
      expect(await verdict(text.replace(was, is)), `${was}`).to.match(/^unknown/);
  });

  it('counts a label that leaves no room before its value', () => {
    const tight = protectedText.replaceAll(/^( {4}[^:]+:) +(?=\S)/gm, '$1');
    expect(parseBdeStatus(tight)).to.deep.equal([{ letter: 'C', percent: 100 }]);
  });
});

describe('forms of Get-BitLockerVolume’s JSON (DEV1)', () => {
  const ask = async (text: string) => verdictOf(await askEncryption({ powershell: said(text) }));
  const os = { MountPoint: 'C:', VolumeType: 'OperatingSystem', LockStatus: 'Unlocked', EncryptionPercentage: 100 };
  const one = (more: object) =>
    ask(JSON.stringify({ ...os, VolumeStatus: 'FullyEncrypted', ProtectionStatus: 'On', ...more }));

  it('takes values as names, and as number and name together', async () => {
    expect(await ask(recorded('Get-BitLockerVolume_enums-as-names.txt'))).to.equal('converting');
    expect(await ask(recorded('Get-BitLockerVolume_from-afar.txt'))).to.equal('protected');
    expect(await one({})).to.equal('protected');
    expect(await one({ ProtectionStatus: 'Off' })).to.equal('not-protected');
    for (const state of ['EncryptionInProgress', 'DecryptionInProgress', 'EncryptionPaused', 'DecryptionSuspended'])
      expect(await one({ VolumeStatus: state, ProtectionStatus: 'Off' })).to.equal('converting');
    expect(await one({ VolumeStatus: 'FullyDecrypted', ProtectionStatus: 'Off' })).to.equal('not-protected');
    expect(await one({ VolumeStatus: 'FullyEncryptedWipeInProgress' }), 'only what is free is wiped').to.equal(
      'protected',
    );
    // How it is locked is the one thing that may be missing.
    for (const odd of [
      ...['VolumeStatus', 'ProtectionStatus', 'LockStatus'].flatMap((key) =>
        [
          'constructor',
          '__proto__',
          'toString',
          '',
          'fullyencrypted',
          'SomeNewState',
          '1',
          true,
          [1],
          { Value: 'On' },
        ].map((value) => ({ [key]: value })),
      ),
      { LockStatus: 'Locked', VolumeStatus: null },
      { EncryptionPercentage: 99.99 },
      { EncryptionPercentage: '100' },
    ])
      if (!('LockStatus' in odd && odd.LockStatus !== 'Locked'))
        expect(await one(odd), JSON.stringify(odd)).to.match(/^unknown/);
  });

  it('never takes part of a list for the whole, nor what is no volume for one that does not count', async () => {
    const c = { drive: 'C:', mounted: 1, volumeType: 0, conv: 1, pct: 100, prot: 1, lock: 0, rcConv: 0, rc: 0 };
    expect(await ask(JSON.stringify([c]))).to.equal('protected');
    for (const stranger of [
      {},
      { Message: 'Access is denied.', HResult: -2147024891 },
      'System.Object',
      null,
      1,
      [c],
      { conv: 0 },
    ])
      expect(await ask(JSON.stringify([c, stranger])), JSON.stringify(stranger)).to.match(/^unknown/);
    expect(await ask('["Microsoft.BitLocker.Structures.BitLockerVolume"]')).to.match(/^unknown/);
    expect(await ask('[{"MountPoint":"C:","ProtectionStatus":1}]')).to.match(/^unknown/);
    const locked = { ...c, conv: null, pct: null, prot: null, lock: null, rcConv: 2150694912, rc: 2150694912 };
    expect(await ask(JSON.stringify([locked]))).to.match(/^unknown/);
    expect(await ask(`{"value":[${JSON.stringify(c)}],"Count":2}`)).to.match(/^unknown/);
  });

  it('is never better by damage', async () => {
    for (const name of ['enums-as-names', 'from-afar'])
      for (const whole of [recorded(`Get-BitLockerVolume_${name}.txt`)])
        for (const text of damaged(whole))
          expect(await ask(text)).to.be.oneOf([await ask(whole), 'unknown tool-missing']);
  });
});
