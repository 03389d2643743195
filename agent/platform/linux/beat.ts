import type { Probe } from '../platform.ts';

/** Lets what must be looked at now and then come along with a probe, and not wake the processor by itself. */
export function createBeat() {
  const listeners = new Set<() => void>();
  return {
    /** Called at each look of the probe. Returns how to stop. */
    listen(listener: () => void): () => void {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    /** The probe, whose looks are the beat. */
    of<Value>(probe: Probe<Value>): Probe<Value> {
      return (signal, look) => {
        for (const listener of listeners) listener();
        return probe(signal, look);
      };
    },
  };
}
