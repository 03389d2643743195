import { beginCountdown, leftMs } from '../../shared/guard/countdown.ts';
import { type GuardDemand, type NextGuard, nextGuard, releaseMs } from '../../shared/guard/states.ts';
import type { Log } from '../../shared/log.ts';
import type { GuardMemory } from './guard-memory.ts';
import { withMove } from './guard-note.ts';
import type { InForce } from './in-force.ts';

interface MovingParts {
  memory: GuardMemory;
  inForce: InForce;
  demand(): GuardDemand;
  /** Who let people in again, of the block that began with this move. */
  releasedBy(move: number): Promise<'server' | 'code' | null>;
  /** Sign-ins that the lock refused since it was put in; null: this system does not tell. */
  refusals(): Promise<number | null>;
  /** A move is on the disk. */
  onMoved(to: NextGuard['to']): void;
  log: Log;
}

/** What just happened, beside what was seen. */
interface Happened {
  /** The server releases just now. */
  byServer: boolean;
  /** Nobody could be warned while the time ran: nothing was looked at yet in this run. */
  wasOff: boolean;
}

/** A clock turned back by less ends no release. */
const releaseEndsFromMs = 2 * 60 * 60_000;

/** The moves of the guard's state, each on the disk before anything follows from it. */
export function createMoving(parts: MovingParts) {
  const { memory, inForce, log } = parts;
  const { note, time } = memory;
  let turnedBackMs = 0;

  /** Within the last block, as far as it can be told. */
  async function refusedSince(): Promise<number | null> {
    const { state, refused, refusedBefore } = note();
    if (state !== 'blocked') return refused;
    const counted = await parts.refusals().catch(() => null);
    return counted === null ? refused : Math.max(refused ?? 0, counted - (refusedBefore ?? 0));
  }

  async function move(next: NextGuard): Promise<void> {
    const moment = time().moment();
    const moved = withMove({ ...note(), refused: await refusedSince() }, next, moment.trustedMs);
    const isBlock = next.to === 'blocked';
    const warned = inForce.mayBlock() ? inForce.warningMs() : null;
    const totalMs = { clear: null, warned, blocked: null, released: releaseMs }[next.to];
    const countdown = totalMs === null ? null : beginCountdown(totalMs, moment);
    const counted = isBlock ? { refused: null, refusedBefore: await parts.refusals().catch(() => null) } : {};
    const opens = next.to === 'clear' || next.to === 'released';
    await (opens ? memory.keep : memory.keepAnyway)({ ...moved, ...counted, countdown });
    log.warn('guard-moved', { state: next.to, reason: next.because });
    parts.onMoved(next.to);
  }

  async function inputs({ byServer, wasOff, clockTurnedBack }: Happened & { clockTurnedBack: boolean }) {
    const { state, sequence, countdown } = note();
    const byCode = state === 'blocked' ? await parts.releasedBy(sequence) : null;
    return {
      ...{ demand: parts.demand(), clockTurnedBack, wasOff },
      ...{ warningMs: inForce.warningMs(), mayBlock: inForce.mayBlock() },
      releasedBy: byServer ? ('server' as const) : byCode,
      leftMs: countdown === null ? null : leftMs(countdown, time().moment()),
    };
  }

  return {
    refusedSince,
    /** The clock was turned back by so much since the last moves. */
    clockTurnedBack(backMs: number): void {
      turnedBackMs = backMs;
    },
    /** Makes the moves that follow by now. Rejects where one that opens cannot be noted. */
    async makeMoves({ byServer, wasOff }: Happened): Promise<void> {
      let events = { byServer, clockTurnedBack: turnedBackMs >= releaseEndsFromMs };
      turnedBackMs = 0;
      // More than one may follow from one look, and never more than there are states.
      for (let count = 0; count < 4; count += 1) {
        const next = nextGuard(note().state, await inputs({ ...events, wasOff }));
        if (next === undefined) return;
        await move(next);
        events = { byServer: false, clockTurnedBack: false };
      }
    },
  };
}
