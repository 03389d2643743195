import type { Handlers } from '../http/handlers.ts';
import { type BoardParts, createBoard } from './board.ts';

/** The board that somebody looks at before they lock the door. */
export function hometimeRoutes(parts: BoardParts) {
  const board = createBoard(parts);
  return {
    showHometime: async ({ asker, query }) => board(asker.settingId, query),
  } satisfies Partial<Handlers>;
}
