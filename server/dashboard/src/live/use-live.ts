import { useSyncExternalStore } from 'react';
import { useBackend } from '../api/backend.ts';
import type { LiveStatus } from './status.ts';

export function useLive(): LiveStatus {
  const { live } = useBackend();
  return useSyncExternalStore(live.status.subscribe, live.status.get);
}

/** Since when the page is not live; undefined while it is. Nothing may look current, or good, while this is set. */
export function useNotLiveSince(): string | undefined {
  const status = useLive();
  return status.state === 'down' ? status.since : undefined;
}
