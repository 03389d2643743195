import type { UnknownReason } from '../../../shared/reading.ts';
import type { SessionOwner } from './wts.ts';

/** Groups that hold whoever sits at the device: everyone, interactive, authenticated, local account, from afar. */
const groupsOfAnybody: ReadonlySet<string> = new Set(['S-1-1-0', 'S-1-5-4', 'S-1-5-11', 'S-1-5-113', 'S-1-5-14']);

/** Accounts of a device or a domain, and those of an organisation in the cloud. */
const account = /^S-1-(5-21|12-1)-/;

/**
 * Whether a person may administer the device: the token of the session says, or the
 * SID stands in the group itself. A device's own account that does not is no
 * administrator, for groups of the device hold no groups of the device; an account of a
 * domain or an organisation may be one by a group in the group: then it cannot be told.
 */
export function isAdministrator(
  owner: SessionOwner,
  administrators: readonly string[] | null,
): boolean | { unknown: UnknownReason } {
  const { sid, admin, isLocal } = owner;
  if (admin === true) return true;
  if (sid !== null && administrators?.includes(sid)) return true;
  if (admin === false) return false;
  if (sid === null || isLocal !== true) return { unknown: 'permission-denied' };
  if (administrators === null) return { unknown: 'tool-failed' };
  if (administrators.some((each) => groupsOfAnybody.has(each))) return true;
  // A group of Windows itself that is not named above, and who is in it.
  const isClear = administrators.length > 0 && administrators.every((each) => account.test(each));
  return isClear ? false : { unknown: 'not-understood' };
}
