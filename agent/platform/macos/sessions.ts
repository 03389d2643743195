import { type Clock, instant } from '../../../shared/instant.ts';
import { known, type UnknownDetail, type UnknownReason, unknown } from '../../../shared/reading.ts';
import type { Session, Sessions } from '../../../shared/report/sessions.ts';
import type { Exec, ExecResult } from '../exec.ts';
import { accountName } from '../people/account-name.ts';
import type { Probe } from '../platform.ts';
import { outputOf, toolTrouble } from '../tool-trouble.ts';
import { type GraphicalSession, isNobody, parseConsoleOwner, parseConsoleUsers } from './console-users.ts';
import { type Login, parseWho } from './who-text.ts';

interface SessionsParts {
  exec: Exec;
  clock: Clock;
}

interface Trouble {
  reason: UnknownReason;
  detail?: UnknownDetail;
}

const timeoutMs = 5_000;
const maxSessions = 200;

/** The question for scutil's standard input. */
const question = 'show State:/Users/ConsoleUser\n';

/**
 * Who is signed in to a Mac (platforms.md 2.2): graphical sessions from scutil,
 * those in the background too, terminals and remote ones from `who`. "Nobody"
 * needs both lists empty and the screen owned by nobody; the screen's owner
 * alone proves nothing, for after automatic sign-in it may stay root's [P].
 */
export function createSessionsProbe({ exec, clock }: SessionsParts): Probe<Sessions> {
  return async (signal) => {
    const found = await askSignIns({ exec, clock }, signal);
    const at = instant(clock.now());
    if (!Array.isArray(found)) return unknown(found.reason, at, found.detail);
    const sessions = found.map(({ session }) => session).sort(byId);
    // All of them or none: whoever a list that was cut leaves out would pass for signed out.
    return sessions.length > maxSessions ? unknown('not-understood', at, 'scutil') : known({ sessions }, at);
  };
}

/** A session, with the account's name as the system itself writes it. */
export interface SignIn {
  session: Session;
  account: string;
}

/** Everybody who is signed in, or why it cannot be told. */
export async function askSignIns({ exec, clock }: SessionsParts, signal: AbortSignal): Promise<SignIn[] | Trouble> {
  const options = { timeoutMs, signal };
  const [scutil, who, stat] = await Promise.all([
    exec('scutil', [], { ...options, input: question }),
    exec('who', [], options),
    exec('stat', ['-f', '%Su %u', '/dev/console'], options),
  ]);
  return judgeSessions({ scutil, who, stat }, clock.now());
}

function byId(one: Session, other: Session): number {
  return one.id < other.id ? -1 : 1;
}

interface Answers {
  scutil: ExecResult;
  who: ExecResult;
  stat: ExecResult;
}

function judgeSessions({ scutil, who, stat }: Answers, nowMs: number): SignIn[] | Trouble {
  const listed = parseConsoleUsers(outputOf(scutil) ?? '');
  if (listed === undefined) return trouble(scutil, 'scutil');
  const logins = parseWho(outputOf(who) ?? '-', nowMs);
  if (logins === undefined) return trouble(who, 'who');
  const owner = parseConsoleOwner(outputOf(stat) ?? '');
  const graphical = owner === undefined || owner === 'nobody' ? listed : underOwnersName(listed, owner);
  if (graphical === undefined) return { reason: 'not-understood', detail: 'scutil' };

  const sessions = [
    ...graphical.map((session) => fromGraphical(session, logins)),
    ...logins.flatMap((login) => fromLogin(login, graphical)),
  ].map(toSignIn);
  if (sessions.length === 0 && owner !== 'nobody') return trouble(stat);
  return sessions.every((session) => session !== undefined) ? sessions : { reason: 'not-understood', detail: 'scutil' };
}

function trouble(result: ExecResult, detail?: UnknownDetail): Trouble {
  const reason = outputOf(result) === undefined ? toolTrouble(result) : 'not-understood';
  return detail === undefined ? { reason } : { reason, detail };
}

/**
 * The screen's owner must be among the sessions. scutil may know a person by a
 * name for signing in, where the owner's is the account's own [P App-Auto-Patch
 * #264]. undefined: the two do not fit.
 */
function underOwnersName(
  sessions: readonly GraphicalSession[],
  owner: { name: string; uid: number | undefined },
): GraphicalSession[] | undefined {
  if (sessions.some((session) => session.uid === owner.uid))
    return sessions.map((session) => (session.uid === owner.uid ? { ...session, name: owner.name } : session));
  const isListed = owner.uid === undefined && sessions.some((session) => session.name === owner.name);
  return isListed ? [...sessions] : undefined;
}

function fromGraphical(session: GraphicalSession, logins: readonly Login[]): Session {
  const atScreen = logins.filter((login) => login.line === 'console' && login.name === session.name);
  return {
    id: `gui-${session.uid}`,
    person: session.name,
    where: 'graphical',
    since: atScreen.length === 1 ? (atScreen[0]?.since ?? null) : null,
    activity: session.onConsole === undefined ? 'unknown' : session.onConsole ? 'active' : 'disconnected',
    // [K] the key stands there only while the screen is locked by the system itself.
    locked: session.locked ? true : null,
  };
}

/** Remote sign-ins, and whoever has a screen or terminal without a graphical session that is listed. */
function fromLogin(login: Login, graphical: readonly GraphicalSession[]): Session[] {
  const isListed = graphical.some((session) => session.name === login.name);
  if (isNobody(login.name) && login.name !== 'root') return [];
  if (login.line === 'console' && login.name === 'root') return [];
  if (!login.remote && isListed) return [];
  const where = login.remote ? 'remote' : login.line === 'console' ? 'graphical' : 'console';
  return [
    {
      id: login.line,
      person: login.name,
      where,
      since: login.since,
      activity: login.remote ? 'active' : 'unknown',
      locked: null,
    },
  ];
}

/** Of a session under the account's own name. undefined: it cannot be named in a report. */
function toSignIn(session: Session): SignIn | undefined {
  const person = accountName(session.person);
  return person === undefined ? undefined : { session: { ...session, person }, account: session.person };
}
