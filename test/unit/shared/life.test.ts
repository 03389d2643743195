import { expect } from 'chai';
import fc from 'fast-check';
import {
  type CommandState,
  commandMoves,
  commandStateSchema,
  inFlightStates,
  isAlreadyPast,
  isFinal,
  mayMove,
  waitingStates,
} from '../../../shared/command/life.ts';

const states = commandStateSchema.options;
const anyState = fc.constantFrom(...states);
/** A walk along the table: each number picks one of the moves that are allowed then. */
const anyWalk = fc.tuple(
  fc.constantFrom<CommandState>('awaiting-approval', 'queued'),
  fc.array(fc.nat(), { maxLength: 40 }),
);

function walk(from: CommandState, choices: readonly number[]): CommandState[] {
  const way = [from];
  for (const choice of choices) {
    const moves = commandMoves[way.at(-1) ?? from];
    const next = moves[choice % Math.max(moves.length, 1)];
    if (next === undefined) break;
    way.push(next);
  }
  return way;
}

describe('the life of a command', () => {
  it('never leaves a final state, but for expired, which a late word of the device may correct', () => {
    for (const state of states.filter(isFinal)) {
      const moves = commandMoves[state];
      expect(moves, state).to.deep.equal(state === 'expired' ? ['verified', 'failed', 'refused'] : []);
    }
  });

  it('always comes to an end, on whatever way: only “not now” is offered again', () => {
    fc.assert(
      fc.property(anyWalk, ([from, choices]) => {
        const way = walk(from, choices);
        const withoutDeferral = way.slice(way.lastIndexOf('deferred') + 1);
        expect(new Set(withoutDeferral).size).to.equal(withoutDeferral.length);
      }),
    );
  });

  it('is verified only after it was started, or after the server gave up waiting', () => {
    const before = states.filter((state) => mayMove(state, 'verified'));
    expect(before).to.deep.equal(['started', 'expired']);
  });

  it('is never cancelled once it has left the server', () => {
    for (const state of inFlightStates) expect(mayMove(state, 'cancelled'), state).to.equal(false);
  });

  it('can be reached in every state, and from every unfinished one an end can be reached', () => {
    const reachable = (from: CommandState): Set<CommandState> => {
      const seen = new Set<CommandState>([from]);
      for (const state of seen) for (const next of commandMoves[state]) seen.add(next);
      return seen;
    };
    expect([...reachable('awaiting-approval')].sort()).to.deep.equal([...states].sort());
    for (const state of states) expect([...reachable(state)].some(isFinal), state).to.equal(true);
  });

  it('sorts every state into waiting, in flight, final or awaiting approval', () => {
    for (const state of states) {
      const sorts = [
        waitingStates.includes(state),
        inFlightStates.includes(state),
        isFinal(state),
        state === 'awaiting-approval',
      ];
      expect(sorts.filter(Boolean), state).to.have.lengthOf(1);
    }
  });

  it('knows a repeated message by what has been passed, and never takes an outcome for one', () => {
    fc.assert(
      fc.property(anyWalk, ([from, choices]) => {
        const way = walk(from, choices);
        const now = way.at(-1) ?? from;
        const passed = way
          .slice(way.lastIndexOf('deferred') + 1)
          .filter((state) => ['queued', 'sent', 'received', 'started'].includes(state));
        for (const state of passed) expect(isAlreadyPast(now, state), `${now} after ${state}`).to.equal(true);
      }),
    );
    for (const now of states) {
      for (const outcome of ['verified', 'failed', 'refused'] as const) {
        expect(isAlreadyPast(now, outcome), `${outcome} when ${now}`).to.equal(now === outcome);
      }
    }
  });

  it('never both allows a move and calls it past, but from an expired order', () => {
    fc.assert(
      fc.property(anyState, anyState, (from, to) => {
        fc.pre(from !== to);
        expect(mayMove(from, to) && isAlreadyPast(from, to) && from !== 'deferred').to.equal(false);
      }),
    );
  });
});
