import { expect } from 'chai';
import fc from 'fast-check';
import { advanced, beginCountdown, leftMs } from '../../../shared/guard/countdown.ts';
import { guardStateSchema } from '../../../shared/guard/standing.ts';
import {
  checkGuardMove,
  type GuardInputs,
  guardMoves,
  IllegalGuardMove,
  nextGuard,
} from '../../../shared/guard/states.ts';
import { blockedText, warningText } from '../../../shared/guard/words.ts';

const minute = 60_000;
const states = guardStateSchema.options;

function inputs(change: Partial<GuardInputs> = {}): GuardInputs {
  return {
    demand: { is: 'cannot-tell' },
    ...{
      leftMs: null,
      wasOff: false,
      warningMs: 10 * minute,
      mayBlock: true,
      releasedBy: null,
      clockTurnedBack: false,
    },
    ...change,
  };
}
const block = { is: 'block', because: 'unprotected-off-site' } as const;
const clear = { is: 'clear', because: 'back-on-site' } as const;

describe('the table of the guard’s moves', () => {
  it('throws for every move that is not in it', () => {
    for (const from of states)
      for (const to of states) {
        if (guardMoves[from].includes(to)) checkGuardMove(from, to);
        else expect(() => checkGuardMove(from, to)).to.throw(IllegalGuardMove);
      }
    for (const state of states) expect(guardMoves[state], 'staying is no move').to.not.include(state);
  });

  it('is kept by whatever comes, from every state', () => {
    const any = fc.record({
      demand: fc.constantFrom<GuardInputs['demand']>(block, clear, { is: 'cannot-tell' }),
      leftMs: fc.constantFrom(null, 0, 1, 5 * minute),
      ...{ wasOff: fc.boolean(), mayBlock: fc.boolean(), clockTurnedBack: fc.boolean() },
      warningMs: fc.constantFrom(0, 10 * minute),
      releasedBy: fc.constantFrom<GuardInputs['releasedBy']>(null, 'server', 'code'),
    });
    fc.assert(
      fc.property(fc.constantFrom(...states), any, (state, given) => {
        const next = nextGuard(state, given);
        if (next !== undefined) expect(guardMoves[state]).to.include(next.to);
        if (next?.to === 'blocked') expect(given.mayBlock, 'never where it may not').to.equal(true);
        if (given.demand.is === 'clear') expect(next?.to ?? state).to.equal('clear');
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the next move of the guard (DEV1)', () => {
  it('warns first, and blocks when the warning is over', () => {
    expect(nextGuard('clear', inputs({ demand: block }))).to.deep.equal({
      to: 'warned',
      because: 'unprotected-off-site',
    });
    expect(nextGuard('warned', inputs({ demand: block, leftMs: 1 }))).to.equal(undefined);
    expect(nextGuard('warned', inputs({ demand: block, leftMs: 0 }))?.because).to.equal('warning-over');
    expect(nextGuard('warned', inputs({ leftMs: 0, wasOff: true }))).to.deep.equal({
      to: 'blocked',
      because: 'grace-over',
    });
    expect(nextGuard('clear', inputs({ demand: block, warningMs: 0 }))?.to).to.equal('blocked');
  });

  it('opens nothing for what cannot be told, and all for evidence', () => {
    expect(nextGuard('blocked', inputs())).to.equal(undefined);
    expect(nextGuard('warned', inputs({ leftMs: 0 }))?.to).to.equal('blocked');
    for (const state of ['warned', 'blocked', 'released'] as const)
      expect(nextGuard(state, inputs({ demand: clear }))).to.deep.equal({ to: 'clear', because: 'back-on-site' });
  });

  it('is released by the server and by a code, for a time, and not by a clock that goes back', () => {
    expect(nextGuard('blocked', inputs({ demand: block, releasedBy: 'code' }))?.because).to.equal('released-by-code');
    expect(nextGuard('warned', inputs({ demand: block, releasedBy: 'server' }))?.to).to.equal('released');
    expect(nextGuard('released', inputs({ demand: block, leftMs: 1 }))).to.equal(undefined);
    expect(nextGuard('released', inputs({ demand: block, leftMs: 0 }))).to.deep.equal({
      to: 'warned',
      because: 'release-over',
    });
    expect(nextGuard('released', inputs({ leftMs: 5, clockTurnedBack: true }))?.because).to.equal('clock-turned-back');
    expect(nextGuard('clear', inputs({ releasedBy: 'server' }))).to.equal(undefined);
  });

  it('never blocks where the rules only warn, and stops blocking when they begin to', () => {
    expect(nextGuard('clear', inputs({ demand: block, warningMs: 0, mayBlock: false }))?.to).to.equal('warned');
    expect(nextGuard('warned', inputs({ demand: block, leftMs: 0, mayBlock: false }))).to.equal(undefined);
    expect(nextGuard('blocked', inputs({ demand: block, mayBlock: false }))).to.deep.equal({
      to: 'warned',
      because: 'rules-changed',
    });
  });
});

describe('a countdown', () => {
  const moment = (bootId: string, uptimeMs: number, trustedMs: number) => ({
    running: { bootId, uptimeMs },
    trustedMs,
  });

  it('goes by how long the computer ran, whatever the clock says', () => {
    const begun = beginCountdown(10 * minute, moment('a', 5 * minute, 1_000 * minute));
    expect(leftMs(begun, moment('a', 9 * minute, 0))).to.equal(6 * minute);
    expect(leftMs(begun, moment('a', 9 * minute, 99_000 * minute))).to.equal(6 * minute);
    expect(leftMs(begun, moment('a', 99 * minute, 1_000 * minute))).to.equal(0);
  });

  it('went on while it was off, and gives nothing back to who starts the computer again and again', () => {
    const begun = beginCountdown(10 * minute, moment('a', 5 * minute, 1_000 * minute));
    expect(leftMs(begun, moment('b', 1 * minute, 1_020 * minute)), 'off for long').to.equal(0);
    const later = advanced(begun, moment('b', 4 * minute, 0));
    expect(leftMs(later, moment('b', 4 * minute, 0)), 'the clock turned back').to.equal(6 * minute);
    expect(leftMs(later, moment('c', 5 * minute, 0))).to.equal(1 * minute);
  });
});

describe('what people read of the guard', () => {
  it('says why, when, and what helps', () => {
    expect(warningText('unprotected-off-site', 10)).to.equal(
      'This device is away from the setting and its disk is not fully encrypted. In 10 minutes it locks itself and signs you out: save your work. Bring it back to the setting, or ask your manager.',
    );
    expect(warningText('unprotected-off-site', 1)).to.include('In 1 minute ');
    expect(warningText('unprotected-off-site', null)).to.not.include('locks itself');
    expect(blockedText('encryption-unknown-off-site')).to.include('nothing shows that its disk is encrypted');
  });
});
