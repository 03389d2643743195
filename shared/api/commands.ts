import { z } from 'zod';
import { type CommandKind, commandEvidenceSchema, commandKindSchema, commandKinds } from '../command/kinds.ts';
import { commandStateSchema, outcomeReasonSchema } from '../command/life.ts';
import { releaseChallengeSchema } from '../command/release-challenge.ts';
import { instantSchema } from '../instant.ts';
import { deviceNameSchema, idSchema, reasonSchema } from '../names.ts';

/** What a person says beside an order: why, and for one that destroys the device, its name once more. */
const stated = {
  reason: reasonSchema,
  /** Typed again by the person, exactly: asked for by `wipe` and `retire`. */
  deviceName: deviceNameSchema.optional(),
};

function newOrderOf<Kind extends CommandKind>(kind: Kind) {
  const args = commandKinds[kind].args as (typeof commandKinds)[Kind]['args'];
  return z.strictObject({ kind: z.literal(kind), args, ...stated });
}

/** Body of `POST /devices/{id}/commands`: `{kind, args, reason}`. */
export const newCommandSchema = z.discriminatedUnion('kind', [
  newOrderOf('logout'),
  newOrderOf('sign-out-app'),
  newOrderOf('lock'),
  newOrderOf('release'),
  newOrderOf('message'),
  newOrderOf('refresh'),
  newOrderOf('clear-photos'),
  newOrderOf('wipe'),
  newOrderOf('retire'),
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
  args: z.union([
    commandKinds.logout.args,
    commandKinds['sign-out-app'].args,
    commandKinds.lock.args,
    commandKinds.release.args,
    commandKinds.message.args,
    commandKinds.refresh.args,
    commandKinds['clear-photos'].args,
    commandKinds.wipe.args,
    commandKinds.retire.args,
  ]),
  /** Why the person asked for it. */
  reason: z.string(),
  askedBy: z.string(),
  /** The asker's id: one who asked cannot approve. */
  askedById: z.string(),
  /** Orders given at once to many devices carry the same. */
  batchId: idSchema.nullable(),
  state: commandStateSchema,
  createdAt: instantSchema,
  /** While `awaiting-approval`: when the time for approval ends. Afterwards: when the order ends unsent or unanswered. */
  expiresAt: instantSchema,
  moves: z.array(commandMoveViewSchema),
});
export type CommandView = z.infer<typeof commandViewSchema>;

/** Body of `POST /commands/{id}/decline` and of clearing a queue. */
export const statedReasonSchema = z.strictObject({ reason: reasonSchema });

/** Answer of clearing a device's queue: what could be cancelled, and what had left and goes on. */
export const clearedQueueSchema = z.strictObject({
  cancelled: z.array(idSchema),
  withDevice: z.array(idSchema),
});

/** Body of `POST /devices/{id}/release-code`. */
export const releaseQuestionSchema = z.strictObject({ challenge: releaseChallengeSchema, reason: reasonSchema });
/** The code to read back over the telephone. It opens this lock of this device once. */
export const releaseAnswerSchema = z.strictObject({ challenge: z.string(), code: z.string() });

/** Body of `POST /devices/{id}/retire`: for a device that will not come back to be told. */
export const retireDeviceSchema = z.strictObject({ reason: reasonSchema, deviceName: deviceNameSchema });
