import { z } from 'zod';
import { accountNameSchema } from '../names.ts';
import { sectionNames } from '../report/report.ts';
import { sessionSchema } from '../report/sessions.ts';

/**
 * One session, named so that no other is meant: systems use session numbers
 * again after a restart, for whoever signs in first.
 */
export const namedSessionSchema = sessionSchema.pick({ id: true, person: true, since: true });
export type NamedSession = z.infer<typeof namedSessionSchema>;

/**
 * Every command by name: its arguments, what the device must show to call it
 * verified, and how long it may wait. The agent's executors, the server's
 * checks and the dashboard's buttons derive from this one map: a command
 * without an executor does not compile.
 */
export const commandKinds = {
  /** Ends sessions of people: those named, or everybody's when nothing is named. */
  logout: {
    args: z.strictObject({
      /** Single sessions as the device reported them; all three must agree. */
      sessions: z.array(namedSessionSchema).min(1).max(50).optional(),
      /** Account names as the device reported them. */
      people: z.array(accountNameSchema).min(1).max(50).optional(),
    }),
    evidence: z.strictObject({
      /** The sessions the order is about, as seen before acting. */
      before: z.array(sessionSchema).max(200),
      /** All that the order is about, as seen by looking again: also a session that began meanwhile, of somebody named or, for everybody, of anybody. */
      after: z.array(sessionSchema).max(200),
    }),
    expiresAfterMs: 12 * 60 * 60 * 1000,
  },
  /** Runs every probe now. */
  refresh: {
    args: z.strictObject({}),
    evidence: z.strictObject({
      /** Sections that were asked again. */
      sections: z.array(z.enum(sectionNames)),
      /** Those of them that gave no answer. */
      unknown: z.array(z.enum(sectionNames)),
    }),
    expiresAfterMs: 10 * 60 * 1000,
  },
} as const;

export type CommandKind = keyof typeof commandKinds;
export type CommandArgs<Kind extends CommandKind> = z.infer<(typeof commandKinds)[Kind]['args']>;

export const commandKindSchema = z.enum(Object.keys(commandKinds) as CommandKind[]);

/** A command's name with its arguments: a union over every kind. */
export const commandOrderSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('logout'), args: commandKinds.logout.args }),
  z.strictObject({ kind: z.literal('refresh'), args: commandKinds.refresh.args }),
]);
export type CommandOrder = z.infer<typeof commandOrderSchema>;

export const commandEvidenceSchema = z.union([commandKinds.logout.evidence, commandKinds.refresh.evidence]);
export type AnyEvidence = z.infer<typeof commandEvidenceSchema>;
