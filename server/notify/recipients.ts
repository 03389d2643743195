import type { Role } from '../../shared/api/people.ts';
import type { Connection } from '../storage/database.ts';

/** Somebody whose role in a setting has not ended. */
export interface Member {
  id: string;
  name: string;
  email: string;
  role: Role;
}

/** The people of a setting; the feature that keeps them gives it. */
export type MembersOf = (connection: Connection, settingId: string) => Promise<Member[]>;

/** Staff see the devices and nothing of how the setting fares. */
export function readsSummaries(role: Role): boolean {
  return role !== 'staff';
}

/** Whom something is told: everyone of a role, and people by their ids. */
export interface Audience {
  roles?: readonly Role[] | undefined;
  people?: readonly string[] | undefined;
}

/** The members an audience means. Who is excluded is never among them, whatever role they have. */
export function meant(members: readonly Member[], audience: Audience, excluded: readonly string[]): Member[] {
  const { roles = [], people = [] } = audience;
  return members.filter(({ id, role }) => !excluded.includes(id) && (roles.includes(role) || people.includes(id)));
}

interface Tier {
  people: Member[];
  asAlternates: boolean;
}

/**
 * Who is told first: those who are meant; where nobody is left of them the alternates at once, and where there are none
 * either the administrators, who at least learn that somebody has to look.
 */
export function firstTier(
  members: readonly Member[],
  { first, alternates, excluded }: { first: Audience; alternates: Audience; excluded: readonly string[] },
): Tier {
  const told = meant(members, first, excluded);
  if (told.length > 0) return { people: told, asAlternates: false };
  const instead = meant(members, alternates, excluded);
  if (instead.length > 0) return { people: instead, asAlternates: true };
  return { people: meant(members, { roles: ['administrator'] }, excluded), asAlternates: true };
}
