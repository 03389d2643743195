import { type Dictionary, parseDictionary } from './dictionary-text.ts';

/** A person's graphical session, before it is judged. */
export interface GraphicalSession {
  uid: number;
  name: string;
  /** Whether it has the screen. undefined: it cannot be told. */
  onConsole: boolean | undefined;
  locked: boolean;
}

/** Accounts of the login window, the setup assistant and services: nobody is signed in as one of them. */
export function isNobody(name: string): boolean {
  return name === 'root' || name === 'loginwindow' || name.startsWith('_');
}

/**
 * `show State:/Users/ConsoleUser` of scutil: every graphical session, those in
 * the background of fast user switching too. An empty list is only answered
 * when the text itself says so. undefined: not exactly understood.
 *
 * [P] listings in kolide/launcher; [K] "No such key" when nobody ever signed in.
 * Neither was checked on a Mac by us.
 */
export function parseConsoleUsers(text: string): GraphicalSession[] | undefined {
  if (text.replace('\uFEFF', '').trim() === 'No such key') return [];
  const told = parseDictionary(text);
  const entries = told?.SessionInfo;
  if (told === undefined || entries === undefined || typeof entries === 'string') return undefined;
  const sessions = new Map<number, GraphicalSession>();
  for (const entry of Object.values(entries)) {
    const session = typeof entry === 'string' ? undefined : readEntry(entry);
    if (session === undefined) return undefined;
    if (session !== 'nobody') sessions.set(session.uid, merged(sessions.get(session.uid), session));
  }
  return withNewcomer(told, [...sessions.values()]);
}

function readEntry(entry: Dictionary): GraphicalSession | 'nobody' | undefined {
  const name = entry.kCGSSessionUserNameKey ?? '';
  const uid = toUid(entry.kCGSSessionUserIDKey);
  const isDone = entry.kCGSessionLoginDoneKey === 'TRUE';
  if (typeof name !== 'string') return undefined;
  // The login window before anybody has signed in, run by a service's account [P swiftDialog #502].
  if (name === '') return !isDone && (uid === undefined || uid < firstPerson) ? 'nobody' : undefined;
  // Somebody signed in as root has a session like any other: whether this is one cannot be told.
  if (isNobody(name)) return isDone && name === 'root' ? undefined : 'nobody';
  if (uid === undefined) return undefined;
  const onConsole = entry.kCGSSessionOnConsoleKey;
  return {
    uid,
    name,
    onConsole: onConsole === 'TRUE' ? true : onConsole === 'FALSE' ? false : undefined,
    locked: entry.CGSSessionScreenIsLocked === 'TRUE',
  };
}

/** Accounts of people begin here; below are the system's own, and managed ones that have names. */
const firstPerson = 500;

function toUid(text: string | Dictionary | undefined): number | undefined {
  return typeof text === 'string' && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}

/** One account has one graphical session; of two entries the one on the screen tells more. */
function merged(one: GraphicalSession | undefined, other: GraphicalSession): GraphicalSession {
  return one?.onConsole === true ? one : other;
}

/**
 * At the first sign-in of a new account by fast user switching, only the outer
 * UID tells of it, and the entries still show who had the screen before [P
 * kolide/launcher].
 */
function withNewcomer(told: Dictionary, sessions: GraphicalSession[]): GraphicalSession[] | undefined {
  const { Name: name, UID: uidText } = told;
  if (name === undefined || (typeof name === 'string' && (name === '' || isNobody(name)))) return sessions;
  const uid = toUid(uidText);
  if (typeof name !== 'string' || uid === undefined) return undefined;
  if (sessions.some((session) => session.uid === uid)) return sessions;
  const others = sessions.map((session) => ({
    ...session,
    onConsole: session.onConsole === false ? false : undefined,
  }));
  return [...others, { uid, name, onConsole: true, locked: false }];
}

/** `stat -f '%Su %u' /dev/console`: who owns the screen. undefined: not understood. */
export function parseConsoleOwner(text: string): { name: string; uid: number | undefined } | 'nobody' | undefined {
  const [, name, uid] = /^\uFEFF?([^\s:/]{1,64})(?: (\d{1,10}))?\s*$/.exec(text) ?? [];
  if (name === undefined) return undefined;
  return isNobody(name) ? 'nobody' : { name, uid: uid === undefined ? undefined : Number(uid) };
}
