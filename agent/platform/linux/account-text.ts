/** One account of `/etc/passwd`. */
export interface PasswdEntry {
  name: string;
  uid: string;
  gid: string;
  home: string;
}

/** `/etc/passwd` (passwd(5)). Lines that are not understood are passed over; the first of two with one name counts. */
export function parsePasswd(text: string): PasswdEntry[] {
  const entries = new Map<string, PasswdEntry>();
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const [name, , uid, gid, , home] = line.split(':');
    if (!name || !/^\d+$/.test(uid ?? '') || !/^\d+$/.test(gid ?? '') || home === undefined) continue;
    if (!entries.has(name)) entries.set(name, { name, uid: uid ?? '', gid: gid ?? '', home });
  }
  return [...entries.values()];
}

/** One group of `/etc/group`, with the accounts that are named in it. */
export interface GroupEntry {
  name: string;
  gid: string;
  members: string[];
}

/** `/etc/group` (group(5)). Lines that are not understood are passed over. */
export function parseGroups(text: string): GroupEntry[] {
  const groups: GroupEntry[] = [];
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const [name, , gid, members] = line.split(':');
    if (!name || !/^\d+$/.test(gid ?? '') || members === undefined) continue;
    groups.push({ name, gid: gid ?? '', members: members.split(',').map((each) => each.trim()) });
  }
  return groups;
}

/** Names of the groups an account is in: its own, and those that name it. */
export function groupsOf({ name, gid }: PasswdEntry, groups: readonly GroupEntry[]): Set<string> {
  return new Set(
    groups.filter((group) => group.gid === gid || group.members.includes(name)).map((group) => group.name),
  );
}
