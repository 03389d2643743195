/** Whether what the page shows is live, and since when it is not. */
export type LiveStatus =
  | { state: 'connecting' }
  | { state: 'live' }
  /** `since`: ISO instant by this computer's clock. */
  | { state: 'down'; since: string };

export interface StatusStore {
  get: () => LiveStatus;
  set: (status: LiveStatus) => void;
  subscribe: (listener: () => void) => () => void;
}

export function createStatusStore(): StatusStore {
  let status: LiveStatus = { state: 'connecting' };
  const listeners = new Set<() => void>();
  return {
    get: () => status,
    set: (next) => {
      status = next;
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
