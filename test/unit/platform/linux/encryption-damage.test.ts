import { readdirSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { parseBlkid } from '../../../../agent/platform/linux/blkid.ts';
import {
  parseCryptStatus,
  parseDmTable,
  parseLuksDump,
  schemeOfUuid,
} from '../../../../agent/platform/linux/dm-text.ts';
import { parseFindmnt, parseSwaps } from '../../../../agent/platform/linux/findmnt.ts';
import { parseLsblk } from '../../../../agent/platform/linux/lsblk.ts';
import { parseZfsEncryption } from '../../../../agent/platform/linux/zfs.ts';
import { damaged, exited, recorded } from '../recordings.ts';
import { ask, device, summary } from './encryption-device.ts';

const folder = new URL('../../../fixtures/platform/linux/', import.meta.url);
const lists = readdirSync(folder).filter((name) => name.startsWith('lsblk-json') && !name.includes('stderr'));

describe('disk encryption from damaged output', () => {
  for (const file of lists) {
    it(`never throws and never says protected for a damaged ${file}`, async () => {
      const whole = recorded(file);
      const intact = summary(await ask(device(whole)));
      for (const text of damaged(whole)) {
        const verdict = summary(await ask(device(text)));
        // Other line ends and a byte-order mark change nothing; everything else is no list at all.
        if (verdict !== intact || intact !== 'protected') expect(verdict).to.not.equal('protected');
        if (verdict === 'protected') expect(parseLsblk(text)).to.deep.equal(parseLsblk(whole));
      }
    });
  }

  it('never says protected when any other list is damaged', async () => {
    const lsblk = recorded('lsblk-json-luks2-lvm-fullcolumns.txt');
    const findmnt = recorded('findmnt-json-luks-lvm.txt');
    for (const text of damaged(findmnt).filter((each) => parseFindmnt(each) === undefined)) {
      expect(summary(await ask(device(lsblk, { findmnt: text })))).to.match(/^unknown/);
    }
    for (const swaps of damaged(recorded('proc_swaps-luks-lvm.txt')).filter((each) => !each.includes('Filename'))) {
      expect(summary(await ask(device(lsblk, { swaps })))).to.match(/^unknown/);
    }
    for (const dmsetup of ['', 'No devices found\n', '\0'.repeat(1000), 'vda3_crypt: 0', 'other: 0 1 crypt aes']) {
      expect(summary(await ask(device(lsblk, { dmsetup })))).to.match(/^unknown/);
    }
    for (const cryptsetup of damaged(recorded('cryptsetup_status-active.txt')).filter((each) => !/mode:/.test(each))) {
      const parts = device(lsblk, { dmsetup: exited('', 1), cryptsetup });
      expect(summary(await ask(parts))).to.match(/^unknown/);
    }
  });

  it('says why for each way the tools can fail', async () => {
    const lsblk = recorded('lsblk-json-luks2-lvm-fullcolumns.txt');
    expect(summary(await ask(device({ kind: 'missing' })))).to.equal('unknown tool-missing');
    expect(summary(await ask(device({ kind: 'timed-out' })))).to.equal('unknown timed-out');
    expect(summary(await ask(device(exited('', 1))))).to.equal('unknown tool-failed');
    expect(summary(await ask(device(exited('', 0, 'lsblk: error'))))).to.equal('unknown not-understood');
    expect(summary(await ask(device(lsblk, { findmnt: { kind: 'missing' } })))).to.equal('unknown tool-missing');
    expect(summary(await ask(device(lsblk, { findmnt: { kind: 'timed-out' } })))).to.equal('unknown timed-out');
  });

  it('parsers take any text and any JSON without throwing', () => {
    const text = fc.oneof(fc.string(), fc.json(), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(text, fc.integer(), (any, code) => {
        parseLsblk(any);
        parseFindmnt(any);
        parseSwaps(any);
        parseDmTable(any);
        parseCryptStatus(any);
        parseLuksDump(any);
        parseZfsEncryption(any);
        parseBlkid({ code, stdout: any });
        schemeOfUuid(any);
      }),
    );
  });

  it('reads every recording of cryptsetup as it is', () => {
    const status = (name: string) => parseCryptStatus(recorded(`cryptsetup_status-${name}.txt`));
    expect(status('active')).to.include({ converting: false, cipher: 'aes-xts-plain64' });
    expect(status('suspended')).to.include({ converting: false });
    expect(status('plain')).to.include({ converting: false });
    expect(status('encrypting')).to.include({ converting: true });
    expect(status('inactive')).to.equal(undefined);
    expect(status('nonroot')).to.equal(undefined);
    const dump = (name: string) => parseLuksDump(recorded(`cryptsetup_luksDump-${name}.txt`));
    expect(dump('luks2')).to.deep.equal({ version: 2, converting: false, open: false });
    expect(dump('after-erase')).to.deep.equal({ version: 2, converting: false, open: false });
    // This one was cut while it was recorded: not understood, rather than "no conversion".
    expect(dump('encrypting')).to.equal(undefined);
    const kinds = recorded('dm_uuid-mixed.txt')
      .split('\n')
      .map((line) => schemeOfUuid(line.split(' ')[2] ?? ''));
    expect(kinds).to.deep.equal(['luks2', 'plain-dm-crypt', undefined]);
    expect(recorded('dm_uuid-luks-lvm.txt').split('\n').map(schemeOfUuid).slice(0, 2)).to.deep.equal([
      'luks2',
      undefined,
    ]);
  });
});
