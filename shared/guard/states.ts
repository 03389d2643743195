import type { GuardReason, GuardState } from './standing.ts';

/** Every move that a guard may make; what is not here is illegal. A guard that stays as it is makes none. */
export const guardMoves: { readonly [From in GuardState]: readonly GuardState[] } = {
  clear: ['warned', 'blocked'],
  warned: ['clear', 'blocked', 'released'],
  /** To `warned`: the rules block no more, and still warn. */
  blocked: ['clear', 'warned', 'released'],
  released: ['clear', 'warned', 'blocked'],
};

export class IllegalGuardMove extends Error {
  override readonly name = 'IllegalGuardMove';
  readonly code = 'illegal-guard-move';
  constructor(from: GuardState, to: GuardState) {
    super(`a guard that is ${from} cannot become ${to}`);
  }
}

/** Throws IllegalGuardMove outside the table. */
export function checkGuardMove(from: GuardState, to: GuardState): void {
  if (!guardMoves[from].includes(to)) throw new IllegalGuardMove(from, to);
}

/**
 * What the device's own evaluation asks of its guard. `clear` needs evidence: back on site, protected, nothing to
 * protect. `cannot-tell` asks for nothing and lifts nothing: a place that is unknown never opens a blocked device.
 */
export type GuardDemand =
  | { is: 'block'; because: GuardReason }
  | { is: 'clear'; because: GuardReason }
  | { is: 'cannot-tell' };

export interface GuardInputs {
  demand: GuardDemand;
  /** What is left of the warning, or of the release; null: neither counts down. */
  leftMs: number | null;
  /** The time ran out while nobody could be warned: the device was off. */
  wasOff: boolean;
  /** From the first warning to the block; 0: none. */
  warningMs: number;
  /** The rules and the agent let the device block itself; otherwise it only warns. */
  mayBlock: boolean;
  /** Somebody with the right to do so let people in, just now. */
  releasedBy: 'server' | 'code' | null;
  /** The clock went back by so much that a release cannot be counted any more. */
  clockTurnedBack: boolean;
}

export interface NextGuard {
  to: GuardState;
  because: GuardReason;
}

/** How long a release by the server or by a code lasts where the device is not brought back before. */
export const releaseMs = 24 * 60 * 60_000;

/** The move that follows; undefined: it stays as it is. Pure: the same inputs give the same move. */
export function nextGuard(state: GuardState, inputs: GuardInputs): NextGuard | undefined {
  const next = after[state](inputs);
  if (next !== undefined) checkGuardMove(state, next.to);
  return next;
}

const after: { readonly [From in GuardState]: (inputs: GuardInputs) => NextGuard | undefined } = {
  clear: ({ demand, ...inputs }) => (demand.is === 'block' ? begin(inputs, demand.because) : undefined),

  warned(inputs) {
    const { demand, leftMs, mayBlock, wasOff } = inputs;
    if (demand.is === 'clear') return { to: 'clear', because: demand.because };
    if (inputs.releasedBy !== null) return released(inputs.releasedBy);
    const isOver = leftMs !== null && leftMs <= 0;
    return isOver && mayBlock ? { to: 'blocked', because: wasOff ? 'grace-over' : 'warning-over' } : undefined;
  },

  blocked({ demand, releasedBy, mayBlock }) {
    if (demand.is === 'clear') return { to: 'clear', because: demand.because };
    if (releasedBy !== null) return released(releasedBy);
    return mayBlock ? undefined : { to: 'warned', because: 'rules-changed' };
  },

  released(inputs) {
    const { demand, leftMs, clockTurnedBack } = inputs;
    if (demand.is === 'clear') return { to: 'clear', because: demand.because };
    if (clockTurnedBack) return begin(inputs, 'clock-turned-back');
    return leftMs !== null && leftMs <= 0 ? begin(inputs, 'release-over') : undefined;
  },
};

/** Whoever is to be blocked is warned first, where the rules give the time. */
function begin({ warningMs, mayBlock }: Omit<GuardInputs, 'demand'>, because: GuardReason): NextGuard {
  return { to: warningMs === 0 && mayBlock ? 'blocked' : 'warned', because };
}

function released(by: 'server' | 'code'): NextGuard {
  return { to: 'released', because: by === 'server' ? 'released-by-server' : 'released-by-code' };
}
