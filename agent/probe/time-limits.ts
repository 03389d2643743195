/** Ends the limit: what it was for is done. */
type Done = () => void;

/** Starts a limit: what must happen when `ms` have gone by and it was not ended. */
export type StartLimit = (ms: number, onOver: () => void) => Done;

interface Limit {
  ms: number;
  onOver: () => void;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Time limits for questions that are nearly all answered at once. A timer of its own for
 * each costs as much as many a question, so only what is still open when the round has
 * had its first turn gets one.
 */
export function createTimeLimits(): StartLimit {
  let fresh = new Set<Limit>();
  let isTurnDue = false;

  function arm(): void {
    isTurnDue = false;
    const open = fresh;
    fresh = new Set();
    for (const limit of open) limit.timer = setTimeout(limit.onOver, limit.ms);
  }

  return (ms, onOver) => {
    const limit: Limit = { ms, onOver, timer: undefined };
    fresh.add(limit);
    if (!isTurnDue) setImmediate(arm);
    isTurnDue = true;
    return () => {
      fresh.delete(limit);
      clearTimeout(limit.timer);
    };
  };
}
