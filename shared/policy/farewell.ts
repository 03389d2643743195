import { z } from 'zod';
import { type Instant, instantSchema } from '../instant.ts';

/**
 * Why an agent ends, as far as it truly knows. On the wire and in the database: never renamed.
 * - `system-ends`: its system is shut down or started again;
 * - `stopped`: it was told to end while the system goes on;
 * - `restarts`: the same, to be started again at once;
 * - `unknown`: its system does not say.
 */
export const farewellReasonSchema = z.enum(['system-ends', 'stopped', 'restarts', 'unknown']);
export type FarewellReason = z.infer<typeof farewellReasonSchema>;

/** An agent's last word, by the server's clock. */
export const farewellSchema = z.strictObject({ why: farewellReasonSchema, at: instantSchema });
export type Farewell = z.infer<typeof farewellSchema>;

/** What is kept of a device's farewells. */
export const farewellsSchema = z.strictObject({
  /** Since then it has said no hello; null: it said one, or vanished without a word. */
  last: farewellSchema.nullable(),
  /** The last time it was stopped and stayed away for longer than it may; null: never. */
  stopped: z.strictObject({ at: instantSchema, backAt: instantSchema }).nullable(),
});
export type Farewells = z.infer<typeof farewellsSchema>;

export const noFarewells: Farewells = { last: null, stopped: null };

/** What is judged by. `backBy`: one that was stopped may be back until then; a server that was down meanwhile puts it off. */
export interface KnownFarewells extends Farewells {
  backBy: Instant;
}

/** When an agent that was stopped is to be back; null: it was not stopped, or is back. */
export function awaitedBy(farewells: KnownFarewells | undefined): Instant | null {
  return farewells?.last?.why === 'stopped' ? farewells.backBy : null;
}

/** Since when an agent that was stopped is missing; null: it is not. */
export function missingSince(farewells: KnownFarewells | undefined, now: Instant): Instant | null {
  const by = awaitedBy(farewells);
  return by !== null && now >= by ? (farewells?.last?.at ?? null) : null;
}

/** After its hello. `wasMissed`: it counted as stopped until now. */
export function backAgain({ last, stopped }: Farewells, backAt: Instant, wasMissed: boolean): Farewells {
  return { last: null, stopped: wasMissed && last?.why === 'stopped' ? { at: last.at, backAt } : stopped };
}
