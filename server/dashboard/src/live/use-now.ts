import { useSyncExternalStore } from 'react';

const everyMs = 15_000;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let now = Date.now();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, everyMs);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** This computer's time in milliseconds; moves every fifteen seconds for all who look at once. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}
