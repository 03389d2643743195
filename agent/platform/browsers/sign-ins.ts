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
  if (app.cookies.length === 0 && app.localStorage.length === 0) return judgeUnnamed(app, alive, storage.length > 0);
  const sure = found.sessionLife === 'live' ? alive : alive.filter(({ lasting }) => lasting);
  const byCookies = judgeNamed(app, sure, 'signed-in');
  if (byCookies !== undefined) return byCookies;
  return keyed.length > 0 ? nameless(app, 'possible') : judgeNamed(app, alive, 'possible');
}

function nameless(app: ListedApp, state: ProfileSignIn['state']): ProfileSignIn {
  return { app: app.app, state, sinceMs: null, untilMs: null };
}

function isAlive({ lasting, expiresMs }: CookieMark, life: SessionLife, nowMs: number): boolean {
  if (!lasting) return life !== 'ended';
  return expiresMs === null || expiresMs > nowMs;
}

/** All the named cookies, of one host and in one jar: only then are they sent together. */
function judgeNamed(
  app: ListedApp,
  alive: readonly CookieMark[],
  state: ProfileSignIn['state'],
): ProfileSignIn | undefined {
  if (app.cookies.length === 0) return undefined;
  const jars = new Map<string, CookieMark[]>();
  for (const cookie of alive) {
    const jar = `${cookie.host}\n${cookie.jar}`;
    jars.set(jar, [...(jars.get(jar) ?? []), cookie]);
  }
  for (const jar of jars.values()) {
    const named = app.cookies.map((name) => jar.filter((cookie) => cookie.name === name));
    if (named.some((each) => each.length === 0)) continue;
    return {
      app: app.app,
      state,
      // The last name to come completed the sign-in; the first that goes ends it. One name may be there more than once.
      sinceMs: latest(named.map((each) => earliest(each.map(({ createdMs }) => createdMs)))),
      untilMs: earliest(named.map((each) => lastEnd(each))),
    };
  }
  return undefined;
}

/** When the last of these ends; null: one of them never does. */
function lastEnd(cookies: readonly CookieMark[]): number | null {
  const ends = cookies.map(({ expiresMs }) => expiresMs);
  return ends.includes(null) ? null : latest(ends);
}

/** Nothing is known of how this app keeps a sign-in: whatever of its hosts is there may be one. */
function judgeUnnamed(app: ListedApp, alive: readonly CookieMark[], isStored: boolean): ProfileSignIn | undefined {
  if (alive.length === 0) return isStored ? nameless(app, 'possible') : undefined;
  return {
    app: app.app,
    state: 'possible',
    sinceMs: earliest(alive.map(({ createdMs }) => createdMs)),
    untilMs: isStored ? null : lastEnd(alive),
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
