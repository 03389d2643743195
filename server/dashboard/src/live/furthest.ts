import type { CommandView } from '../../../../shared/api/commands.ts';

/** Of two views of an order the one that has moved further: an answer may overtake an event. */
export function furthest(held: CommandView, come: CommandView): CommandView {
  return come.moves.length >= held.moves.length ? come : held;
}
