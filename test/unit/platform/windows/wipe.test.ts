import { expect } from 'chai';
import { createWiping as createAndroidWiping } from '../../../../agent/platform/android/wipe.ts';
import type { ExecResult } from '../../../../agent/platform/exec.ts';
import { createWiping as createMacosWiping } from '../../../../agent/platform/macos/wipe.ts';
import type { PowerShellAnswer } from '../../../../agent/platform/windows/powershell.ts';
import {
  createWiping,
  parseRecovery,
  wipeRefusal,
  wipeScript,
  wipeStateScript,
} from '../../../../agent/platform/windows/wipe.ts';

const clock = { now: () => 0 };
const exited = (stdout: string, code = 0): ExecResult => ({ kind: 'exited', code, stdout, stderr: '' });
const id = (text: string) =>
  exited(`Windows RE-Status:         Enabled\r\nBezeichner der Startkonfigurationsdaten (BCD): ${text}\r\n`);
const recovery = id('3f1c2f0a-1d1b-11ee-9f4b-a7b6a6a0c7aa');
const none = id('00000000-0000-0000-0000-000000000000');
const state = (system: number, sku: number, ready: number) => JSON.stringify({ system, sku, ready });
const pro = state(1, 48, 1);

describe('wiping a Windows device', () => {
  function rig(told: { state?: PowerShellAnswer; wipe?: string; recovery?: ExecResult; people?: number | undefined }) {
    const asked: string[] = [];
    const wiping = createWiping({
      clock,
      waitMs: 1,
      people: async () => ('people' in told ? told.people : 3),
      exec: async () => told.recovery ?? recovery,
      powershell: {
        async ask(script) {
          asked.push(script);
          if (script === wipeScript) return { kind: 'answer', text: told.wipe ?? '0', elevated: true };
          return told.state ?? { kind: 'answer', text: pro, elevated: true };
        },
      },
    });
    return { wiping, asked };
  }

  it('has Windows reset itself, which goes on when it is interrupted', async () => {
    const { wiping, asked } = rig({});
    expect(await wiping.prepare('device')).to.deep.equal({
      ready: true,
      receipt: { level: 'device', volumes: 0, people: 3 },
    });
    expect(asked).to.deep.equal([wipeStateScript]);
    expect(await wiping.destroyDevice(), 'who still runs was not wiped').to.deep.equal({
      done: false,
      reason: 'action-failed',
    });
    expect(asked).to.deep.equal([wipeStateScript, wipeStateScript, wipeScript]);
    expect(wipeScript).to.contain('doWipeProtectedMethod');
  });

  const refusals: [string, string, ExecResult, string][] = [
    ['run by anybody but the system itself', state(0, 48, 1), recovery, 'needs-administrator-rights'],
    ['a Home edition', state(1, 101, 1), recovery, 'needs-device-management'],
    ['no such method', state(1, 48, 0), recovery, 'needs-device-management'],
    ['no recovery system', pro, none, 'not-supported'],
    ['a recovery system nobody can tell of', pro, { kind: 'missing' }, 'cannot-look'],
    ['words that are not understood', 'nonsense', recovery, 'cannot-look'],
  ];
  for (const [what, text, re, reason] of refusals) {
    it(`is refused with ${what}, before and at the moment itself`, async () => {
      expect(wipeRefusal(text, re)).to.equal(reason);
      const { wiping, asked } = rig({ state: { kind: 'answer', text, elevated: true }, recovery: re });
      expect(await wiping.prepare('device')).to.deep.equal({ ready: false, reason });
      expect(await wiping.destroyDevice()).to.deep.equal({ done: false, reason });
      expect(asked).to.not.include(wipeScript);
    });
  }

  it('is refused without PowerShell, without rights, for people’s data alone, and when nobody knows whose it is', async () => {
    const ready = async (told: Parameters<typeof rig>[0]) => rig(told).wiping.prepare('device');
    expect(await ready({ state: { kind: 'missing' } })).to.include({ reason: 'not-supported' });
    expect(await ready({ state: { kind: 'fault', code: 5, elevated: false } })).to.include({
      reason: 'needs-administrator-rights',
    });
    expect(await ready({ people: undefined })).to.include({ reason: 'cannot-look' });
    expect(await rig({}).wiping.prepare('people')).to.deep.equal({ ready: false, reason: 'not-supported' });
    expect(await rig({}).wiping.wipePeople()).to.deep.equal({ done: false, reason: 'not-supported' });
  });

  it('reads the recovery system by its identifier, in any language', () => {
    expect(parseRecovery(recovery)).to.equal(true);
    expect(parseRecovery(none)).to.equal(false);
    expect(parseRecovery(exited('', 2))).to.equal(undefined);
    expect(parseRecovery(exited('nothing'))).to.equal(undefined);
  });

  it('uses scripts of one line of ASCII', () => {
    for (const script of [wipeScript, wipeStateScript]) expect(script).to.match(/^[\x20-\x7e]+$/);
  });
});

describe('wiping a Mac or an Android device', () => {
  for (const [name, wiping] of [
    ['Mac', createMacosWiping(clock)],
    ['Android device', createAndroidWiping(clock)],
  ] as const) {
    it(`${name}: is refused with what it would need`, async () => {
      const reason = 'needs-device-management';
      expect(await wiping.prepare('device')).to.deep.equal({ ready: false, reason });
      expect(await wiping.destroyDevice()).to.deep.equal({ done: false, reason });
      expect(await wiping.wipePeople()).to.deep.equal({ done: false, reason });
    });
  }
});
