import type { Clock } from '../../../shared/instant.ts';
import type { Look } from '../platform.ts';
import type { WifiEvidence } from './wifi.ts';

/** However little changed, after this long the question is asked again. */
const lastsMs = 5 * 60_000;

/**
 * Keeps what was told of Wi-Fi while the `print` of the network stays the same: it
 * takes a process to ask. What could not be told is asked again each time, and so is
 * everything where a glance is not enough.
 */
export function createKeptWifi(
  clock: Clock,
): (print: string, how: Look, ask: () => Promise<WifiEvidence>) => Promise<WifiEvidence> {
  let kept: { print: string; at: number; evidence: WifiEvidence } | undefined;
  return async (print, how, ask) => {
    const age = clock.now() - (kept?.at ?? 0);
    if (how === 'glance' && kept?.print === print && age >= 0 && age < lastsMs) return kept.evidence;
    const evidence = await ask();
    const isTold = evidence.wifi === null || evidence.wifi.accessPoint !== null;
    kept = isTold ? { print, at: clock.now(), evidence } : undefined;
    return evidence;
  };
}
