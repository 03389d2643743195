import { z } from 'zod';

/** Strings in the database and on the wire: never renamed. */
export const caseStateSchema = z.enum(['open', 'in-hand', 'closed', 'purged']);
export type CaseState = z.infer<typeof caseStateSchema>;

/**
 * The moves of a case. `open`: nobody has taken it yet. A closed one is never opened again: what happens
 * afterwards is a new case with a link to it (`follows`). `purged`: its words are gone when their time to be
 * kept was over, and what is left says that there was a case.
 */
export const caseMoves: { readonly [State in CaseState]: readonly CaseState[] } = {
  open: ['in-hand', 'closed'],
  'in-hand': ['closed'],
  closed: ['purged'],
  purged: [],
};

export const isOver = (state: CaseState): boolean => state === 'closed' || state === 'purged';

/** @throws Error when the table does not allow the move. */
export function moveCase(from: CaseState, to: CaseState): CaseState {
  if (!caseMoves[from].includes(to)) throw new Error(`a case does not go from ${from} to ${to}`);
  return to;
}
