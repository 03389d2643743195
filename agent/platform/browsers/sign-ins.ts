import type { ListedApp } from '../../../shared/policy/app-list.ts';
import type { CookieMark, Marks } from './marks.ts';

/**
 * What becomes of cookies that are not kept when the browser ends, and of which a
 * browser on disk cannot tell otherwise. `live`: it is open, or will take them up
 * again at its next start; `ended`: it was closed, and forgets them.
 */
export type SessionLife = 'live' | 'ended' | 'uncertain';

/** What one profile says of one app. Times in ms since 1970. */
export interface ProfileSignIn {
  app: string;
  state: 'signed-in' | 'possible';
  sinceMs: number | null;
  untilMs: number | null;
}

/** Everything found in one profile. */
export interface ProfileMarks extends Omit<Marks, 'trouble'> {
  sessionLife: SessionLife;
}

/** What a profile says of an app; undefined: nothing of it is there. */
export function judgeProfile(app: ListedApp, found: ProfileMarks, nowMs: number): ProfileSignIn | undefined {
  const storage = found.storage.filter(({ host }) => app.hosts.includes(host));
  const keyed = storage.filter(({ keys }) => keys.some((key) => app.localStorage.includes(key)));
  if (keyed.some(({ certain }) => certain)) return nameless(app, 'signed-in');
  const cookies = found.cookies.filter(({ host }) => app.hosts.includes(host));
  const alive = cookies.filter((cookie) => isAlive(cookie, found.sessionLife, nowMs));
  const byCookies = app.cookies.length > 0 ? judgeNamed(app, alive, found.sessionLife) : undefined;
  if (byCookies?.state === 'signed-in') return byCookies;
  if (keyed.length > 0) return nameless(app, 'possible');
  if (app.cookies.length > 0 || app.localStorage.length > 0) return byCookies;
  return judgeUnnamed(app, alive, storage.length > 0);
}

function nameless(app: ListedApp, state: ProfileSignIn['state']): ProfileSignIn {
  return { app: app.app, state, sinceMs: null, untilMs: null };
}

function isAlive({ lasting, expiresMs }: CookieMark, life: SessionLife, nowMs: number): boolean {
  if (!lasting) return life !== 'ended';
  return expiresMs === null || expiresMs > nowMs;
}

/** All the named cookies, of one host and in one jar: only then are they sent together. */
function judgeNamed(app: ListedApp, alive: readonly CookieMark[], life: SessionLife): ProfileSignIn | undefined {
  const jars = new Map<string, CookieMark[]>();
  for (const cookie of alive.filter(({ name }) => app.cookies.includes(name))) {
    const jar = `${cookie.host}\n${cookie.jar}`;
    jars.set(jar, [...(jars.get(jar) ?? []), cookie]);
  }
  const whole = [...jars.values()].filter((jar) => app.cookies.every((name) => jar.some((each) => each.name === name)));
  const certain = whole.filter((jar) => life === 'live' || jar.every(({ lasting }) => lasting));
  const [first] = certain.length > 0 ? certain : whole;
  if (first === undefined) return undefined;
  return {
    app: app.app,
    state: certain.length > 0 ? 'signed-in' : 'possible',
    // The last of them completed the sign-in; the first of them that ends, ends it.
    sinceMs: latest(first.map(({ createdMs }) => createdMs)),
    untilMs: earliest(first.map(({ expiresMs }) => expiresMs)),
  };
}

/** Nothing is known of how this app keeps a sign-in: whatever of its hosts is there may be one. */
function judgeUnnamed(app: ListedApp, alive: readonly CookieMark[], isStored: boolean): ProfileSignIn | undefined {
  if (alive.length === 0) return isStored ? nameless(app, 'possible') : undefined;
  const created = alive.map(({ createdMs }) => createdMs);
  const expiries = alive.map(({ expiresMs }) => expiresMs);
  return {
    app: app.app,
    state: 'possible',
    sinceMs: earliest(created),
    untilMs: isStored || expiries.includes(null) ? null : latest(expiries),
  };
}

function latest(times: readonly (number | null)[]): number | null {
  const told = times.filter((time) => time !== null);
  return told.length === 0 ? null : Math.max(...told);
}

function earliest(times: readonly (number | null)[]): number | null {
  const told = times.filter((time) => time !== null);
  return told.length === 0 ? null : Math.min(...told);
}
