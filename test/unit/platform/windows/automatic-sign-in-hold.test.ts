import { expect } from 'chai';
import fc from 'fast-check';
import {
  createAutomaticSignInHold,
  holdScript,
  parseHold,
  readHoldScript,
  restoreHoldScript,
} from '../../../../agent/platform/windows/automatic-sign-in-hold.ts';
import { busyScript, createIsBusy } from '../../../../agent/platform/windows/busy.ts';
import type { PowerShellAnswer } from '../../../../agent/platform/windows/powershell.ts';
import { said, speaking } from './windows-device.ts';

function rig(read: PowerShellAnswer, held: PowerShellAnswer = said('0')) {
  const asked: string[] = [];
  const hold = createAutomaticSignInHold({
    async ask(script) {
      asked.push(script);
      return script === readHoldScript ? read : held;
    },
  });
  return { hold, asked };
}
const values = (on: string | null, force: string | null) => said(JSON.stringify({ on, force }));

describe('automatic sign-in on Windows, before somebody is signed out', () => {
  it('changes nothing where Windows asks after a sign-out by itself, or signs nobody in', async () => {
    for (const [on, force, word] of [
      [null, null, 'not-set'],
      ['0', '1', 'not-set'],
      ['1', null, 'held-back'],
      [' 1 ', '0', 'held-back'],
    ] as const) {
      const { hold, asked } = rig(values(on, force));
      expect(await hold.hold(), `${on} ${force}`).to.equal(word);
      expect(asked).to.deep.equal([readHoldScript]);
    }
  });

  it('is switched off where it would come again after each sign-out, and believed only when that stands there', async () => {
    const { hold, asked } = rig(values('1', '1'));
    expect(await hold.hold()).to.equal('held-back');
    expect(asked).to.deep.equal([readHoldScript, holdScript]);
    for (const held of [
      said('1'),
      said(''),
      { kind: 'timed-out' },
      { kind: 'fault', code: 5, elevated: false },
    ] as const)
      expect(await rig(values('1', '1'), held).hold.hold()).to.equal(undefined);
  });

  it('cannot be told where Windows says nothing, or nothing that is understood', async () => {
    for (const read of [
      { kind: 'missing' },
      { kind: 'failed' },
      said(''),
      said('{}'),
      values('yes', null),
      values('1', '2'),
    ] as const)
      expect(await rig(read).hold.hold()).to.equal(undefined);
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => parseHold(text) === undefined));
  });

  it('puts the old value down before it changes it, and forgets at a start of Windows that it is of this one', () => {
    expect(holdScript.indexOf('Volatile')).to.be.below(holdScript.indexOf("$j.SetValue('ForceAutoLogon'"));
    expect(holdScript.indexOf("$j.SetValue('ForceAutoLogon'")).to.be.below(
      holdScript.indexOf("$w.SetValue('ForceAutoLogon'"),
    );
    expect(restoreHoldScript).to.contain("-notcontains 'ThisStart'");
    for (const script of [readHoldScript, holdScript, restoreHoldScript, busyScript]) {
      expect(script).to.match(/^[\x20-\x7e]+$/);
      const bare = script.replaceAll(/'[^']*'/g, '').replaceAll(/"[^"]*"/g, '');
      for (const [one = '', other = ''] of ['()', '{}', '[]'])
        expect(bare.split(one).length).to.equal(bare.split(other).length);
    }
  });
});

describe('whether a Windows device had better not be disturbed', () => {
  it('is said only when Windows says it', async () => {
    expect(await createIsBusy(speaking(said('1')))()).to.equal(true);
    for (const answer of [said('0'), said(''), said('11'), { kind: 'missing' }, { kind: 'timed-out' }] as const)
      expect(await createIsBusy(speaking(answer))()).to.equal(false);
  });
});
