/** The one question for the password that may be open, and who waits for its answer. */
export interface Confirmation {
  /** Opens the question; every caller that comes while it is open gets the same answer. */
  ask: () => Promise<boolean>;
  /** Closes it: whether the password was given and right. */
  answer: (given: boolean) => void;
  isOpen: () => boolean;
  subscribe: (listener: () => void) => () => void;
}

export function createConfirmation(): Confirmation {
  let open: { answer: Promise<boolean>; resolve: (given: boolean) => void } | undefined;
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of listeners) listener();
  };
  return {
    ask: () => {
      if (open === undefined) {
        const { promise, resolve } = deferred();
        open = { answer: promise, resolve };
        tell();
      }
      return open.answer;
    },
    answer: (given) => {
      const asked = open;
      open = undefined;
      asked?.resolve(given);
      tell();
    },
    isOpen: () => open !== undefined,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function deferred(): { promise: Promise<boolean>; resolve: (given: boolean) => void } {
  let resolve: (given: boolean) => void = () => {};
  const promise = new Promise<boolean>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
