import { z } from 'zod';
import type { LockState } from '../../../shared/command/kind/lock.ts';
import type { OutcomeReason } from '../../../shared/command/life.ts';
import { instantSchema } from '../../../shared/instant.ts';
import { readJson } from './powershell-json.ts';

const sidSchema = z.string().regex(/^S-1(-\d{1,15}){1,20}$/);
const sidsSchema = z.array(sidSchema);
const flagSchema = z.union([z.literal(0), z.literal(1)]);
const accountSchema = z.strictObject({ sid: sidSchema, name: z.string().min(1), off: flagSchema });

const commonParts = {
  /** 1: a domain or an organisation in the cloud lets people in whom this device does not know yet. */
  joined: flagSchema,
  /** Windows always has accounts of its own: an empty list is none. */
  accounts: z.array(accountSchema).min(1),
  administrators: sidsSchema,
};

const answerSchema = z.union([
  z.strictObject({ ...commonParts, group: z.null(), members: z.null(), rights: z.null(), since: z.null() }),
  z.strictObject({
    ...commonParts,
    group: sidSchema,
    members: sidsSchema,
    rights: z.strictObject({ local: sidsSchema, remote: sidsSchema, network: sidsSchema }),
    since: z.string().nullable(),
  }),
]);
export type LockAnswer = z.infer<typeof answerSchema>;

/** Reads the script's JSON; undefined: not exactly understood. */
export function parseLockAnswer(json: string): LockAnswer | undefined {
  return answerSchema.safeParse(readJson(json)).data;
}

/** Windows' own accounts for programs, by the last number of their SIDs: nobody signs in with them. */
const nobodys = /-50[34]$/;

/**
 * Accounts of this device that a lock refuses: all but the break-glass account. The built-in administrator too, for
 * it may have no password; what must never be refused is the system's own account, which signs in nowhere.
 */
export function peopleToRefuse({ accounts }: LockAnswer, breakGlass: string): string[] {
  return accounts.filter(({ sid, name }) => !nobodys.test(sid) && !isNamed(name, breakGlass)).map(({ sid }) => sid);
}

/** Windows does not tell capitals from small letters in names. */
export function isNamed(name: string, other: string): boolean {
  return name.toLowerCase() === other.toLowerCase();
}

/** Why this device cannot be locked; undefined: it can. */
export function lockRefusal(answer: LockAnswer, breakGlass: string): OutcomeReason | undefined {
  if (answer.joined === 1) return 'needs-device-management';
  const kept = answer.accounts.find(({ name }) => isNamed(name, breakGlass));
  // The sign-in screen takes no offline code: without an administrator to sign in, a device with no network would stay locked.
  const isUsable = kept !== undefined && kept.off === 0 && answer.administrators.includes(kept.sid);
  return isUsable ? undefined : 'needs-break-glass-account';
}

/**
 * What holds. `locked` needs each right to be denied to the group, and everybody in it. Half of it is told by what is
 * refused: it is neither a lock nor a release.
 */
export function lockStateOf(answer: LockAnswer, breakGlass: string): LockState {
  const { group, members, rights } = answer;
  if (group === null || members === null || rights === null) return { locked: false, since: null, refused: [] };
  const people = peopleToRefuse(answer, breakGlass);
  const isAnybodyIn = members.length > 0 || people.length === 0;
  const local = isAnybodyIn && rights.local.includes(group);
  const remote = isAnybodyIn && rights.remote.includes(group);
  const network = isAnybodyIn && rights.network.includes(group);
  const refused: LockState['refused'] = [];
  if (local && remote) refused.push('password');
  // Keys of ssh, and passwords too, come by the network's right.
  if (network) refused.push('key');
  if (local) refused.push('switch-user', 'screen', 'automatic');
  const isWhole = local && remote && network && people.every((sid) => members.includes(sid));
  const locked = isWhole && answer.joined === 0;
  return { locked, since: locked ? (instantSchema.safeParse(answer.since).data ?? null) : null, refused };
}
