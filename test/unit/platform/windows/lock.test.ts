import { expect } from 'chai';
import fc from 'fast-check';
import { createWindowsLocking, noticeText } from '../../../../agent/platform/windows/lock.ts';
import {
  type LockAnswer,
  lockRefusal,
  lockStateOf,
  parseLockAnswer,
  peopleToRefuse,
} from '../../../../agent/platform/windows/lock-answer.ts';
import {
  lockScript,
  lockStateScript,
  noticeCaption,
  releaseScript,
} from '../../../../agent/platform/windows/lock-script.ts';
import type { PowerShellAnswer } from '../../../../agent/platform/windows/powershell.ts';
import { silentLog } from '../../../../shared/log.ts';
import { atNoon, damaged } from '../recordings.ts';
import { recorded, said } from './windows-device.ts';

const locked = recorded('lock-locked.json');
const open = recorded('lock-open.json');
const rescue = 'hometime-rescue';
const notice = { text: 'Off site', challenge: 'AB12-CD34' };
const read = (text: string): LockAnswer => {
  const answer = parseLockAnswer(text);
  if (answer === undefined) throw new Error('not understood');
  return answer;
};
const changed = (text: string, change: (answer: LockAnswer) => void): LockAnswer => {
  const answer = read(text);
  change(answer);
  return answer;
};

describe('what a Windows device tells of its lock', () => {
  it('is locked when signing in is denied to the group in all three ways, with everybody in it (DEV6)', () => {
    expect(lockStateOf(read(locked), rescue)).to.deep.equal({
      locked: true,
      since: '2026-11-21T12:00:00.000Z',
      refused: ['password', 'key', 'switch-user', 'screen', 'automatic'],
    });
    expect(lockStateOf(read(open), rescue)).to.deep.equal({ locked: false, since: null, refused: [] });
  });

  it('refuses every account of the device, switched off or not, but the break-glass account and Windows’ own', () => {
    expect(peopleToRefuse(read(open), 'Hometime-Rescue')).to.deep.equal(
      [500, 501, 1001, 1002].map((last) => `S-1-5-21-1004336348-1177238915-682003330-${last}`),
    );
  });

  const halves: [string, (answer: LockAnswer) => void][] = [
    [
      'an account that came after the lock',
      ({ accounts }) => void accounts.push({ sid: 'S-1-5-21-1-2-3-1009', name: 'new', off: 0 }),
    ],
    ['somebody taken out of the group', ({ members }) => void members?.pop()],
    ['no denial at the device', ({ rights }) => void rights?.local.pop()],
    ['no denial from afar', ({ rights }) => void rights?.remote.pop()],
    ['no denial over the network', ({ rights }) => void rights?.network.pop()],
    ['a domain joined since', (answer) => void Object.assign(answer, { joined: 1 })],
  ];
  for (const [what, change] of halves) {
    it(`is neither locked nor released with ${what}`, () => {
      const state = lockStateOf(changed(locked, change), rescue);
      expect(state).to.include({ locked: false, since: null });
      expect(state.refused).to.not.deep.equal([]);
    });
  }

  it('refuses nobody by an empty group, or by rights that others hold', () => {
    const empty = changed(locked, ({ members }) => void members?.splice(0));
    expect(lockStateOf(empty, rescue)).to.deep.equal({ locked: false, since: null, refused: [] });
    const others = changed(locked, (answer) => void Object.assign(answer, { group: 'S-1-5-21-1-2-3-1099' }));
    expect(lockStateOf(others, rescue).refused).to.deep.equal([]);
  });

  it('never takes damage or noise for an answer', () => {
    for (const text of damaged(locked.trimEnd()).filter((each) => !each.endsWith('}')))
      expect(parseLockAnswer(text)).to.equal(undefined);
    fc.assert(fc.property(fc.string(), (text) => parseLockAnswer(text) === undefined));
    fc.assert(fc.property(fc.jsonValue(), (value) => parseLockAnswer(JSON.stringify(value)) === undefined));
    // Any one part of another kind costs the whole answer.
    const whole: Record<string, unknown> = JSON.parse(locked);
    fc.assert(
      fc.property(
        fc.constantFrom('accounts', 'administrators', 'group', 'members', 'rights', 'joined'),
        fc.anything(),
        (part, value) => {
          fc.pre(
            JSON.stringify(value) !== JSON.stringify(whole[part]) && !(Array.isArray(value) && part !== 'accounts'),
          );
          fc.pre(!(part === 'joined' && (value === 0 || value === 1)));
          expect(parseLockAnswer(JSON.stringify({ ...whole, [part]: value }))).to.equal(undefined);
        },
      ),
    );
  });
});

describe('whether a Windows device can be locked', () => {
  const refusals: [string, (answer: LockAnswer) => void, string | undefined][] = [
    ['can, with the break-glass account ready', () => {}, undefined],
    [
      'a domain or an organisation lets in whom it never saw',
      (answer) => void Object.assign(answer, { joined: 1 }),
      'needs-device-management',
    ],
    ['no break-glass account', ({ accounts }) => void accounts.pop(), 'needs-break-glass-account'],
    [
      'one that is switched off',
      ({ accounts }) => void Object.assign(accounts.at(-1) ?? {}, { off: 1 }),
      'needs-break-glass-account',
    ],
    [
      'one that is no administrator',
      ({ administrators }) => void administrators.splice(0),
      'needs-break-glass-account',
    ],
  ];
  for (const [what, change, reason] of refusals)
    it(`answers ${reason ?? 'that it can'}: ${what}`, () =>
      expect(lockRefusal(changed(open, change), rescue)).to.equal(reason));
});

describe('locking a Windows device', () => {
  function rig(answers: { state?: PowerShellAnswer; lock?: PowerShellAnswer; release?: PowerShellAnswer } = {}) {
    const asked: string[] = [];
    const locking = createWindowsLocking({
      ...{ clock: atNoon, log: silentLog },
      words: { breakGlass: rescue, codeCommand: [] },
      powershell: {
        async ask(script) {
          if (script === lockStateScript) return answers.state ?? said(open);
          asked.push(script === releaseScript ? 'release' : script);
          return script === releaseScript ? (answers.release ?? said('done')) : (answers.lock ?? said('done'));
        },
      },
    });
    return { locking, asked };
  }
  const look = (state: PowerShellAnswer) => rig({ state }).locking.look(AbortSignal.timeout(1_000));

  it('denies it to exactly the people, by their identifiers, with the notice and its challenge', async () => {
    const { locking, asked } = rig();
    expect(await locking.lock(notice)).to.deep.equal({ done: true });
    const words = noticeText(notice, rescue);
    expect(asked).to.deep.equal([lockScript(peopleToRefuse(read(open), rescue), words, '2026-11-21T12:00:00.000Z')]);
    expect(words).to.contain('Off site').and.to.contain('AB12-CD34').and.to.contain(rescue);
    expect(noticeText({ ...notice, challenge: null }, rescue)).to.equal('Off site');
    expect(locking.spares?.('HOMETIME-RESCUE')).to.equal(true);
    expect(locking.spares?.('sam')).to.equal(false);
  });

  it('does nothing where it is refused, and says why before anything is begun', async () => {
    const told: [PowerShellAnswer, string][] = [
      [
        said(JSON.stringify(changed(open, (answer) => void Object.assign(answer, { joined: 1 })))),
        'needs-device-management',
      ],
      [said(open, false), 'needs-administrator-rights'],
      [said('noise'), 'cannot-look'],
      [{ kind: 'missing' }, 'not-supported'],
      [{ kind: 'constrained' }, 'not-supported'],
      [{ kind: 'timed-out' }, 'no-answer'],
      [{ kind: 'failed' }, 'action-failed'],
      [{ kind: 'fault', code: -2147024891, elevated: true }, 'needs-administrator-rights'],
    ];
    for (const [state, reason] of told) {
      const { locking, asked } = rig({ state });
      expect(await locking.refusal(), reason).to.equal(reason);
      expect(await locking.lock(notice), reason).to.deep.equal({ done: false, reason });
      expect(asked).to.deep.equal([]);
    }
    expect(await rig().locking.refusal()).to.equal(undefined);
  });

  it('takes out what could not be put in whole, and leaves a lock that was there before', async () => {
    for (const lock of [{ kind: 'timed-out' }, { kind: 'failed' }, said(''), said('done?')] as const) {
      const { locking, asked } = rig({ lock });
      expect(await locking.lock(notice)).to.have.property('done', false);
      expect(asked.slice(1)).to.deep.equal(['release']);
      const again = rig({ lock, state: said(locked) });
      expect(await again.locking.lock(notice)).to.have.property('done', false);
      expect(again.asked).to.not.include('release');
    }
  });

  it('releases without asking whether it could be locked, and says when Windows did not', async () => {
    const { locking, asked } = rig({ state: { kind: 'failed' } });
    expect(await locking.release()).to.deep.equal({ done: true });
    expect(asked).to.deep.equal(['release']);
    expect(await rig({ release: { kind: 'timed-out' } }).locking.release()).to.deep.equal({
      done: false,
      reason: 'no-answer',
    });
  });

  it('looks at the system itself, and cannot tell without rights, an answer, or one that is understood', async () => {
    expect(await look(said(locked))).to.have.nested.property('value.locked', true);
    expect(await look(said(locked, false))).to.include({ state: 'unknown', reason: 'permission-denied' });
    expect(await look(said('{}'))).to.include({ reason: 'not-understood' });
    expect(await look({ kind: 'missing' })).to.include({ reason: 'tool-missing' });
    expect(await look({ kind: 'timed-out' })).to.include({ reason: 'timed-out' });
  });
});

describe('the scripts of the lock', () => {
  const script = lockScript(
    ['S-1-5-21-1-2-3-1001'],
    `it's "$off" \u{1F512}\r\n'; Remove-Item`,
    '2026-11-21T12:00:00.000Z',
  );

  it('are one line of ASCII in which every bracket and quote is closed, whatever the notice says', () => {
    for (const each of [script, releaseScript, lockStateScript, lockScript([], '', '')]) {
      expect(each).to.match(/^[\x20-\x7e]+$/);
      const bare = each.replaceAll(/'[^']*'/g, '').replaceAll(/"[^"]*"/g, '');
      expect(bare).to.not.match(/['"]/);
      for (const [one, other] of ['()', '{}', '[]'])
        expect(bare.split(one ?? '').length, one).to.equal(bare.split(other ?? '').length);
    }
    expect(script).to.not.contain('Remove-Item').and.to.not.contain('$off');
  });

  it('put down what was there before they change it, and take their own notice back by it last', () => {
    const inOrder = (text: string, words: string[]) => {
      const places = words.map((word) => text.lastIndexOf(word));
      expect(places, words.join(', '))
        .to.deep.equal([...places].sort((one, other) => one - other))
        .and.to.not.include(-1);
    };
    inOrder(script, [
      "SetValue('since'",
      '::Deny(',
      `SetValue('legalnoticecaption','${noticeCaption}'`,
      "SetValue('legalnoticetext'",
      "'done'",
    ]);
    inOrder(releaseScript, [
      '::Allow(',
      noticeCaption,
      "'legalnoticetext','legalnoticecaption'",
      'DeleteSubKeyTree',
      "'done'",
    ]);
  });
});
