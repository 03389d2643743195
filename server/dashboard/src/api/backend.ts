import { createContext, useContext } from 'react';
import type { Live } from '../live/live.ts';
import type { Confirmation } from '../session/confirmation.ts';
import type { Call } from './call.ts';

/** What the page asks of the server, and what the server tells unasked. */
export interface Backend {
  call: Call;
  live: Live;
  /** The question for the password. */
  confirmation: Confirmation;
}

export const BackendContext = createContext<Backend | undefined>(undefined);

export function useBackend(): Backend {
  const backend = useContext(BackendContext);
  if (backend === undefined) throw new Error('The page was put together without its backend');
  return backend;
}
