import { useSyncExternalStore } from 'react';
import { useBackend } from '../api/backend.ts';

/** Whether the question for the password is open, over whatever else is. */
export function useIsConfirming(): boolean {
  const { confirmation } = useBackend();
  return useSyncExternalStore(confirmation.subscribe, confirmation.isOpen);
}
