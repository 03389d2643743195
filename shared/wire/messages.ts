import { z } from 'zod';
import { errorBodySchema } from '../api/errors.ts';
import { commandEvidenceSchema, commandKindSchema } from '../command/kinds.ts';
import { commandStateSchema, outcomeReasonSchema } from '../command/life.ts';
import { instantSchema } from '../instant.ts';
import { idSchema, platformNameSchema } from '../names.ts';
import { farewellReasonSchema } from '../policy/farewell.ts';
import { changedSectionsSchema } from '../report/report.ts';

/**
 * The protocol between agent and server.
 * 1 (2026-11-21): hello, report, move; command, capsule. `forbids` may be left out. Several moves may come as one `moves`. An agent that ends may say `farewell`.
 */
export const protocolVersion = 1;

/** The first message of an agent on each connection. */
export const helloSchema = z.strictObject({
  protocol: z.int().positive(),
  agentVersion: z.string().regex(/^[0-9A-Za-z.+-]{1,32}$/),
  platform: platformNameSchema,
  /** Which enrolment of the device the agent holds. */
  epoch: z.int().positive(),
  /** Changes at each start of the device's system; tells a reboot from a reconnect. */
  bootId: z.string().regex(/^[0-9a-f-]{8,40}$/),
  /** The agent reports and refuses every order. */
  observeMode: z.boolean(),
  /** Kinds of command that an administrator of the device itself has forbidden there. Absent: none. */
  forbids: z.array(commandKindSchema).max(20).optional(),
  /** Orders in the agent's journal whose outcome the server has not acknowledged. */
  openCommands: z.array(idSchema).max(500),
});
export type Hello = z.infer<typeof helloSchema>;

export const welcomeSchema = z.strictObject({
  /** The server's clock: the agent corrects its own times by it. */
  time: instantSchema,
  /** The highest report sequence the server holds of this epoch; 0: none. Below what the agent has had acknowledged: send everything again. */
  lastSequence: z.int().nonnegative(),
  /** Wait this long before the first report, so that ten thousand agents that come back at once do not speak at once. */
  reportAfterMs: z.int().nonnegative(),
});
export type Welcome = z.infer<typeof welcomeSchema>;

/** A report: only the sections whose answer changed. Acknowledged after it is committed. */
export const reportMessageSchema = z.strictObject({
  epoch: z.int().positive(),
  /** Rises by at least one with each report of an epoch; a repeated one is acknowledged and not stored twice. */
  sequence: z.int().positive(),
  at: instantSchema,
  sections: changedSectionsSchema,
});
export type ReportMessage = z.infer<typeof reportMessageSchema>;

/** What the device says of an order: it moved, when by its own clock, why, and what it saw. */
export const moveMessageSchema = z.strictObject({
  commandId: idSchema,
  to: commandStateSchema.extract(['received', 'started', 'verified', 'failed', 'refused', 'deferred']),
  at: instantSchema,
  reason: outcomeReasonSchema.optional(),
  evidence: commandEvidenceSchema.optional(),
});
export type MoveMessage = z.infer<typeof moveMessageSchema>;

/** Moves in the order they were made, at most so many at once: they are stored in one commit and answered together. */
export const mostMovesAtOnce = 20;
export const movesMessageSchema = z.strictObject({ moves: z.array(moveMessageSchema).min(1).max(mostMovesAtOnce) });
export type MovesMessage = z.infer<typeof movesMessageSchema>;

/** The last message of an agent that ends in order. The server dates it. Nothing is safer for it: it only tells more than silence does. */
export const farewellMessageSchema = z.strictObject({ epoch: z.int().positive(), why: farewellReasonSchema });
export type FarewellMessage = z.infer<typeof farewellMessageSchema>;

/** Every answer to a message: done, with what was asked for, or the error that says what to do. */
export function answerSchema<Value extends z.ZodType>(value: Value) {
  return z.discriminatedUnion('ok', [
    z.strictObject({ ok: z.literal(true), value }),
    z.strictObject({ ok: z.literal(false), error: errorBodySchema }),
  ]);
}
export type Answer<Value> = { ok: true; value: Value } | { ok: false; error: z.infer<typeof errorBodySchema> };

/** What an acknowledgement without content carries. */
export const doneSchema = z.strictObject({});
export type Done = z.infer<typeof doneSchema>;

/** The moves that will never be taken, by their place in the message; every other one is stored. */
export const movesTakenSchema = z.strictObject({
  refused: z.array(z.strictObject({ index: z.int().nonnegative(), error: errorBodySchema })).max(mostMovesAtOnce),
});
export type MovesTaken = z.infer<typeof movesTakenSchema>;
