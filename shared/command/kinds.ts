import { z } from 'zod';
import { clearPhotos } from './kind/clear-photos.ts';
import { lock, release } from './kind/lock.ts';
import { logout } from './kind/logout.ts';
import { message, refresh } from './kind/message.ts';
import { signOutApp } from './kind/sign-out-app.ts';
import { retire, wipe } from './kind/wipe.ts';

/**
 * Every command by name. The agent's executors, the server's checks, the
 * dashboard's buttons and the documentation derive from this one map: a command
 * without an executor does not compile. Names are on the wire and in the database: never renamed.
 */
export const commandKinds = {
  logout,
  'sign-out-app': signOutApp,
  lock,
  release,
  message,
  refresh,
  'clear-photos': clearPhotos,
  wipe,
  retire,
} as const;

export type CommandKind = keyof typeof commandKinds;
export type CommandArgs<Kind extends CommandKind> = z.infer<(typeof commandKinds)[Kind]['args']>;
export type EvidenceOf<Kind extends CommandKind> = z.infer<(typeof commandKinds)[Kind]['evidence']>;

export const commandKindSchema = z.enum(Object.keys(commandKinds) as [CommandKind, ...CommandKind[]]);

/** One command's name with its arguments. */
function orderOf<Kind extends CommandKind>(kind: Kind) {
  return z.strictObject({
    kind: z.literal(kind),
    args: commandKinds[kind].args as (typeof commandKinds)[Kind]['args'],
  });
}

/** A command's name with its arguments: a union over every kind. */
export const commandOrderSchema = z.discriminatedUnion('kind', [
  orderOf('logout'),
  orderOf('sign-out-app'),
  orderOf('lock'),
  orderOf('release'),
  orderOf('message'),
  orderOf('refresh'),
  orderOf('clear-photos'),
  orderOf('wipe'),
  orderOf('retire'),
]);
export type CommandOrder = z.infer<typeof commandOrderSchema>;

/** Kinds have no evidence in common: each shape is one kind's, or two kinds' alike. */
export const commandEvidenceSchema = z.union([
  logout.evidence,
  signOutApp.evidence,
  lock.evidence,
  release.evidence,
  message.evidence,
  refresh.evidence,
  clearPhotos.evidence,
  wipe.evidence,
  retire.evidence,
]);
export type AnyEvidence = z.infer<typeof commandEvidenceSchema>;

/**
 * Whether the evidence is of this kind and shows that the order was carried out.
 * Evidence of another kind proves nothing.
 */
export function proves(kind: CommandKind, evidence: AnyEvidence): boolean {
  const own: { evidence: z.ZodType; proves(evidence: never): boolean } = commandKinds[kind];
  return own.evidence.safeParse(evidence).success && own.proves(evidence as never);
}

/** Kinds that destroy something: a hold set by the safeguarding lead refuses them. */
export function isDestructive(kind: CommandKind): boolean {
  return commandKinds[kind].loss !== 'nothing';
}

/**
 * Kinds that a hold refuses: they would destroy what may be evidence. A device that left the fleet would come
 * back as another one, which nothing holds.
 */
export const heldKinds = ['clear-photos', 'wipe', 'retire'] as const satisfies readonly CommandKind[];

/**
 * Which waiting orders of a device a new one takes the place of. What is already
 * with the device goes on: nobody can call it back.
 */
export const supersededBy: { readonly [Kind in CommandKind]: readonly CommandKind[] } = {
  logout: [],
  'sign-out-app': [],
  lock: ['lock', 'release'],
  release: ['lock', 'release'],
  message: [],
  refresh: ['refresh'],
  'clear-photos': [],
  wipe: [],
  retire: [],
};
