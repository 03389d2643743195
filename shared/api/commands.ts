import { z } from 'zod';
import { commandEvidenceSchema, commandKindSchema, commandOrderSchema } from '../command/kinds.ts';
import { commandStateSchema, outcomeReasonSchema } from '../command/life.ts';
import { instantSchema } from '../instant.ts';
import { idSchema, reasonSchema } from '../names.ts';

/** Body of `POST /devices/{id}/commands`: `{kind, args, reason}`. */
const stated = { reason: reasonSchema };
export const newCommandSchema = z.discriminatedUnion('kind', [
  commandOrderSchema.options[0].extend(stated),
  commandOrderSchema.options[1].extend(stated),
]);
export type NewCommand = z.infer<typeof newCommandSchema>;

/** One move of a command: by whom, when by the server's clock, and what the device saw. */
export const commandMoveViewSchema = z.strictObject({
  to: commandStateSchema,
  /** When the server learnt of it. */
  at: instantSchema,
  /** When it happened by the device's own clock; null for moves of the server. */
  deviceAt: instantSchema.nullable(),
  /** Who moved it: a person's name, "server" or "device". */
  actor: z.string(),
  reason: outcomeReasonSchema.nullable(),
  evidence: commandEvidenceSchema.nullable(),
});
export type CommandMoveView = z.infer<typeof commandMoveViewSchema>;

export const commandViewSchema = z.strictObject({
  id: idSchema,
  deviceId: idSchema,
  deviceName: z.string(),
  kind: commandKindSchema,
  args: z.union([commandOrderSchema.options[0].shape.args, commandOrderSchema.options[1].shape.args]),
  /** Why the person asked for it. */
  reason: z.string(),
  askedBy: z.string(),
  state: commandStateSchema,
  createdAt: instantSchema,
  expiresAt: instantSchema,
  moves: z.array(commandMoveViewSchema),
});
export type CommandView = z.infer<typeof commandViewSchema>;
