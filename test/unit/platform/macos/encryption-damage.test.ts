import { readdirSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { parseApfsList } from '../../../../agent/platform/macos/apfs-list.ts';
import { judgeDisks } from '../../../../agent/platform/macos/apfs-volumes.ts';
import { parseDiskList, parseRemovable } from '../../../../agent/platform/macos/disk-list.ts';
import {
  agreeOnFileVault,
  parseFdesetupActive,
  parseFdesetupStatus,
} from '../../../../agent/platform/macos/fdesetup-text.ts';
import { type PlistValue, parsePlist } from '../../../../agent/platform/macos/plist.ts';
import { judgeProtection } from '../../../../agent/platform/protection.ts';
import { damaged } from '../recordings.ts';
import { active, apfs, builtIn, diskList, plist, recordedOnMac, verdict } from './mac.ts';

const folder = new URL('../../../fixtures/platform/macos/', import.meta.url);
const names = readdirSync(folder).map((name) => name.replace(/\.txt$/, ''));
const lists = names.filter((name) => name.startsWith('diskutil_apfs_list_plist-'));
const statuses = names.filter((name) => name.startsWith('fdesetup_status-'));

describe('disk encryption on macOS from damaged output', () => {
  for (const name of lists) {
    it(`takes a damaged ${name} for nothing less than the whole list`, async () => {
      const whole = recordedOnMac(name);
      const intact = parseApfsList(whole);
      expect(intact).to.not.equal(undefined);
      for (const text of damaged(whole)) {
        const parsed = parseApfsList(text);
        if (parsed !== undefined) expect(parsed).to.deep.equal(intact);
      }
      const cut = whole.trimEnd().split('\n').length - 1;
      expect(parseApfsList(whole.split('\n').slice(0, cut).join('\n'))).to.equal(undefined);
      const crlf = whole.replaceAll('\n', '\r\n');
      expect(parseApfsList(`\uFEFF${crlf}`)).to.deep.equal(intact);
    });
  }

  it('never says protected for a damaged list of volumes or of disks', async () => {
    const whole = apfs('applesilicon-filevault-on');
    for (const [at, text] of damaged(whole).entries()) {
      // Every tenth cut through the whole probe; the parser above saw them all.
      if (parseApfsList(text) === undefined && at % 10 === 0)
        expect(await verdict({ apfs: text })).to.match(/^unknown/);
    }
    for (const disks of damaged(builtIn).filter((text) => parseDiskList(text) === undefined))
      expect(await verdict({ disks })).to.match(/^unknown/);
    expect(await verdict({ disks: plist('<dict><key>AllDisksAndPartitions</key><array/></dict>') })).to.match(
      /^unknown/,
    );
  });

  const elsewhere = { on: active.on, off: active.off, converting: active.busy };

  for (const name of statuses) {
    const whole = recordedOnMac(name);
    const intact = parseFdesetupStatus(whole);
    if (intact === undefined) throw new Error(`${name} is not understood`);

    it(`never says protected for a damaged ${name}`, async () => {
      for (const text of damaged(whole)) {
        if (intact === 'off') expect(parseFdesetupStatus(text)).to.be.oneOf(['off', undefined]);
        // A cut loses the line of the conversion: the second question still sees it.
        if (intact !== 'on')
          expect(await verdict({ status: text, active: elsewhere[intact] })).to.not.equal('protected');
      }
    });

    it(`reads ${name} with other line ends, a byte-order mark, and empty lines`, () => {
      for (const text of [whole.replaceAll('\n', '\r\n'), `\uFEFF${whole}`, whole.trimEnd(), `\n\n${whole}`])
        expect(parseFdesetupStatus(text)).to.equal(intact);
    });
  }

  it('knows an answer of isactive by its code, and believes none that contradicts itself', () => {
    const told = recordedOnMac('fdesetup_isactive-true');
    expect(parseFdesetupActive({ code: 0, stdout: told })).to.equal('on');
    expect(parseFdesetupActive({ code: 0, stdout: told.replace('\n', '\r\n') })).to.equal('on');
    expect(parseFdesetupActive({ code: 2, stdout: told })).to.equal('converting');
    expect(parseFdesetupActive({ code: 1, stdout: 'false\n' })).to.equal('off');
    for (const [code, stdout] of [
      [0, ''],
      [0, 'false'],
      [1, told],
      [1, ''],
      [3, told],
      [-1, ''],
    ] as const)
      expect(parseFdesetupActive({ code, stdout })).to.equal(undefined);
  });

  it('agrees on FileVault only when both questions do', () => {
    const said = fc.constantFrom('on', 'off', 'converting', undefined);
    fc.assert(
      fc.property(said, said, (one, other) => {
        const agreed = agreeOnFileVault(one, other);
        if (agreed === 'on' || agreed === 'off') expect([one, other]).to.deep.equal([agreed, agreed]);
        expect(agreeOnFileVault(other, one)).to.equal(agreed);
      }),
    );
  });

  it('never says protected of a Mac unless each volume that counts is proved', () => {
    const flag = fc.option(fc.boolean(), { nil: undefined });
    const role = fc.constantFrom('Data', 'System', 'User', 'Preboot', 'VM', 'Backup', 'Later');
    const volume = fc.record({
      DeviceIdentifier: fc.constantFrom('disk3s1', 'disk3s5'),
      Roles: fc.array(role, { maxLength: 2 }),
      Encryption: fc.boolean(),
      FileVault: flag,
      CryptoMigrationOn: flag,
      Locked: flag,
    });
    const container = fc.record({
      stores: fc.subarray(['disk0s2', 'disk4s2']),
      volumes: fc.array(volume, { maxLength: 4 }),
    });
    const partitions = parseDiskList(builtIn);
    const vault = fc.constantFrom('on', 'off', 'converting', undefined);
    fc.assert(
      fc.property(fc.array(container, { maxLength: 3 }), fc.boolean(), vault, (containers, listed, fileVault) => {
        const { volumes, doubts } = judgeDisks({ containers, builtIn: listed ? partitions : undefined, fileVault });
        const judged = judgeProtection(volumes, doubts);
        if (!('protection' in judged) || judged.protection !== 'protected') return;
        expect(fileVault).to.equal('on');
        expect(listed).to.equal(true);
        const near = containers.filter((each) => each.stores.length === 0 || each.stores.includes('disk0s2'));
        for (const each of near.flatMap(({ volumes }) => volumes)) {
          const mayBePlain = each.Roles.some((name) => ['System', 'Preboot', 'VM'].includes(name));
          if (!mayBePlain)
            expect(each.Encryption && each.FileVault !== false && each.CryptoMigrationOn === false).to.equal(true);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('parsers take any text without throwing, and read back any property list', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.string().map(plist));
    fc.assert(
      fc.property(text, fc.integer(), (any, code) => {
        parseApfsList(any);
        parseDiskList(any);
        parseRemovable(any);
        expect(parseFdesetupStatus(any)).to.not.equal('on');
        parseFdesetupActive({ code, stdout: any });
      }),
    );
    fc.assert(
      fc.property(anyPlist, fc.nat(), (value, at) => {
        const written = plist(xml(value));
        expect(parsePlist(written)).to.deep.equal(value);
        const cut = written.slice(0, at % (written.trimEnd().length || 1));
        expect(parsePlist(cut)).to.equal(undefined);
      }),
    );
  });

  it('refuses what is no list of Apple’s: nesting without end, doubled keys, tags that do not match', () => {
    const deep = '<array>'.repeat(100_000);
    for (const inside of [
      deep,
      '<dict><key>a</key><true/><key>a</key><false/></dict>',
      '<dict><key>a</key></dict>',
      '<dict><true/></dict>',
      '<array><string>a</array></string>',
      '<string>&lol;</string>',
      '<integer>x</integer>',
      '<set/>',
      '<true/><true/>',
      '',
    ])
      expect(parsePlist(plist(inside))).to.equal(undefined);
    const bomb = plist('<string>&a;</string>').replace('.dtd">', '.dtd" [<!ENTITY a "b">]>');
    expect(parsePlist(bomb)).to.equal(undefined);
    expect(parsePlist('<'.repeat(8 * 1024 * 1024))).to.equal(undefined);
    expect(parsePlist(plist(' '.repeat(8 * 1024 * 1024)))).to.equal(undefined);
    expect(parseDiskList(diskList({ '../disk0': 'EFI' }))).to.equal(undefined);
  });
});

const { anyPlist } = fc.letrec<{ anyPlist: PlistValue }>((tie) => ({
  anyPlist: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.array(tie('anyPlist'), { maxLength: 3 }),
    fc.dictionary(fc.string(), tie('anyPlist'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));

function xml(value: PlistValue): string {
  if (typeof value === 'boolean') return `<${value}/>`;
  if (typeof value === 'number') return `<integer>${value}</integer>`;
  if (typeof value === 'string') return `<string>${escaped(value)}</string>`;
  if (Array.isArray(value)) return `<array>\n${value.map(xml).join('\n')}\n</array>`;
  const entries = Object.entries(value).map(([key, each]) => `<key>${escaped(key)}</key>\n\t${xml(each)}`);
  return `<dict>\n${entries.join('\n')}\n</dict>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
