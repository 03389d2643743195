/** Somebody whose data a wipe of people's data is about. All of it stays on the device. */
export interface Person {
  /** Names the person among those that something is left of. */
  key: string;
  name: string;
  uid: number;
  home: string;
}

export interface People {
  people: Person[];
  /** Homes that stay: root's, and those of spared accounts. */
  sparedHomes: string[];
  /** Whether what belongs to this number is a person's and to go; also of accounts that are in no local list. */
  isTarget(uid: number): boolean;
}

const firstPerson = 1000;
const nobody = [65_534, 65_535, 4_294_967_295];
/** systemd gives these to services for as long as they run. */
const dynamic = { first: 61_184, last: 65_519 };

/**
 * People by Debian's, Fedora's and systemd's conventions: from 1000, without nobody and
 * without services. Accounts of a domain have high numbers and are in no local list.
 */
export function peopleIn(passwd: string, spares: (person: string) => boolean): People {
  const people: Person[] = [];
  const sparedHomes: string[] = ['/root'];
  const sparedIds = new Set<number>();
  for (const line of passwd.split('\n')) {
    const [name = '', , uidText = '', , , home = ''] = line.split(':');
    const uid = Number(uidText);
    if (name === '' || !/^\d+$/.test(uidText)) continue;
    if (uid !== 0 && !spares(name)) continue;
    sparedIds.add(uid);
    if (home.startsWith('/') && home !== '/') sparedHomes.push(home);
  }
  const isTarget = (uid: number) =>
    uid >= firstPerson &&
    !nobody.includes(uid) &&
    !(uid >= dynamic.first && uid <= dynamic.last) &&
    !sparedIds.has(uid);
  for (const line of passwd.split('\n')) {
    const [name = '', , uidText = '', , , home = ''] = line.split(':');
    const uid = Number(uidText);
    if (name !== '' && /^\d+$/.test(uidText) && isTarget(uid)) people.push({ key: `${uid}`, name, uid, home });
  }
  return { people, sparedHomes, isTarget };
}
