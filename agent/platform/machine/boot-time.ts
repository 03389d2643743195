/** Systems work the boot time out from a clock that is being set right: smaller steps are no boot. */
const toleranceMs = 2 * 60 * 1000;

/** Gives the boot time as it was first told, until it moves by more than a clock is ever set right by. Milliseconds since 1970 UTC. */
export function createSteadyBootTime(): (toldMs: number) => number {
  let kept: number | undefined;
  return (toldMs) => {
    if (kept === undefined || Math.abs(kept - toldMs) > toleranceMs) kept = toldMs;
    return kept;
  };
}
