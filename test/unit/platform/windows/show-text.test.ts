import { expect } from 'chai';
import fc from 'fast-check';
import type { PowerShellAnswer } from '../../../../agent/platform/windows/powershell.ts';
import { createShowText, parseShown, showScript } from '../../../../agent/platform/windows/show-text.ts';
import { listSessionsScript, parseWtsRows } from '../../../../agent/platform/windows/wts.ts';
import type { Session } from '../../../../shared/report/sessions.ts';
import { recorded, said } from './windows-device.ts';

const nobody: Session = { id: '0', person: 'nobody', where: 'unknown', since: null, activity: 'unknown', locked: null };
const rows = recorded('wts-fast-switching.json');
const sessions = parseWtsRows(rows);
if (typeof sessions === 'string') throw new Error(sessions);
/** Disconnected, locked at the device, from afar. */
const [sam = nobody, jo = nobody, agency = nobody] = sessions;

function rig(took: PowerShellAnswer, listed: PowerShellAnswer = said(rows)) {
  const asked: string[] = [];
  const show = createShowText({
    async ask(script) {
      if (script === listSessionsScript) return listed;
      asked.push(script);
      return took;
    },
  });
  return { show, asked };
}

describe('a text on the screens of a Windows device', () => {
  it('is put into each session, and told of each; one without a screen has not been shown it', async () => {
    const { show, asked } = rig(said('[0,0,0]'));
    expect(await show('Tea is ready', [agency, sam, jo])).to.deep.equal([true, false, true]);
    expect(asked).to.deep.equal([showScript('Tea is ready', [4, 1, 3])]);
    expect(await rig(said('[0,5]')).show('Tea', [jo, agency])).to.deep.equal([true, false]);
  });

  it('is never put into a session that is gone, or another person’s by now', async () => {
    const { show, asked } = rig(said('[0]'));
    expect(
      await show('Tea', [
        { ...jo, person: 'kim' },
        { ...jo, id: '9' },
      ]),
    ).to.deep.equal([false, false]);
    expect(asked).to.deep.equal([]);
    expect(await show('Tea', [{ ...jo, person: 'kim' }, jo])).to.deep.equal([false, true]);
  });

  it('is not shown where Windows gives no answer, or one that is not understood', async () => {
    for (const answer of [
      { kind: 'missing' },
      { kind: 'timed-out' },
      said(''),
      said('[0,0]'),
      said('["0"]'),
      said('0 0'),
    ] as const)
      expect(await rig(answer).show('Tea', [jo])).to.deep.equal([false]);
    for (const listed of [{ kind: 'failed' }, said('noise'), said('[]')] as const)
      expect(await rig(said('[0]'), listed).show('Tea', [jo])).to.deep.equal([false]);
    fc.assert(fc.property(fc.string(), (text) => parseShown(text, 2).every((shown) => !shown)));
  });

  it('can be no order to PowerShell, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const script = showScript(text, [3]);
        expect(script).to.match(/^[\x20-\x7e]+$/);
        const kept = /FromBase64String\('([A-Za-z0-9+/=]*)'\)/.exec(script)?.[1] ?? '';
        // Half a letter, which no screen shows, becomes the sign for one that is missing.
        expect(Buffer.from(kept, 'base64').toString()).to.equal(Buffer.from(text).toString());
      }),
    );
  });
});
