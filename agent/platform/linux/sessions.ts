import { type Clock, type Instant, instant } from '../../../shared/instant.ts';
import { known, type Reading, type UnknownDetail, type UnknownReason, unknown } from '../../../shared/reading.ts';
import type { Session, Sessions } from '../../../shared/report/sessions.ts';
import type { Exec, ExecResult } from '../exec.ts';
import type { Probe } from '../platform.ts';
import { outputOf, toolTrouble } from '../tool-trouble.ts';
import { sessionsByLoginUid } from './login-uid.ts';
import {
  type LogindSession,
  parseListSessions,
  parseSessionTable,
  parseShowSession,
  sessionProperties,
} from './logind-text.ts';
import type { ListNames, ReadText } from './proc.ts';
import { sessionsWithProcesses } from './processes.ts';
import { isClosing, isPerson, toSession } from './session-verdict.ts';

export interface SessionsParts {
  exec: Exec;
  clock: Clock;
  read: ReadText;
  list: ListNames;
}

type Trouble = { reason: UnknownReason; detail: UnknownDetail };
type Answer<Value> = { value: Value } | Trouble;

const timeoutMs = 5_000;
const maxSessions = 200;

/**
 * Who is signed in, from logind (platforms.md 2.3). "Nobody" is only said when
 * logind itself answered with an empty list.
 */
export function createSessionsProbe(parts: SessionsParts): Probe<Sessions> {
  return async (signal) => {
    const answer = await askLogind(parts, signal);
    const at = instant(parts.clock.now());
    if ('reason' in answer) {
      return answer.reason === 'no-session-service' ? withoutLogind(parts) : unknown(answer.reason, at, answer.detail);
    }
    const people = await withoutEmptyRemains(answer.value.filter(isPerson), parts);
    const sessions: Session[] = [];
    for (const session of people) {
      const reported = toSession(session);
      if (reported === undefined) return unknown('not-understood', at, 'loginctl');
      sessions.push(reported);
    }
    return toReading(sessions, at);
  };
}

/** All of them or none: whoever a list that was cut leaves out would pass for signed out. */
function toReading(sessions: Session[], at: Instant): Reading<Sessions> {
  return sessions.length > maxSessions
    ? unknown('not-understood', at, 'loginctl')
    : known({ sessions: sessions.sort(byId) }, at);
}

/** logind lists in no order: unsorted, every report would be a change. */
function byId(one: Session, other: Session): number {
  return one.id < other.id ? -1 : 1;
}

/** The ids of all sessions that logind has now, of people and of machines. */
export async function listSessionIds(exec: Exec, signal?: AbortSignal): Promise<Answer<string[]>> {
  const options = signal === undefined ? { timeoutMs } : { timeoutMs, signal };
  const bus = await exec('busctl', listSessionsCall, options);
  if (bus.kind === 'timed-out') return { reason: 'timed-out', detail: 'busctl' };
  const listed = outputOf(bus);
  if (listed !== undefined) return understood(parseListSessions(listed), 'busctl');
  const table = await exec('loginctl', ['list-sessions', '--no-legend', '--no-pager'], options);
  const rows = outputOf(table);
  if (rows !== undefined) return understood(parseSessionTable(rows), 'loginctl');
  if (table.kind === 'timed-out') return { reason: 'timed-out', detail: 'loginctl' };
  return { reason: 'no-session-service', detail: 'loginctl' };
}

const listSessionsCall = [
  '--json=short',
  'call',
  'org.freedesktop.login1',
  '/org/freedesktop/login1',
  'org.freedesktop.login1.Manager',
  'ListSessions',
] as const;

function understood(ids: string[] | undefined, detail: UnknownDetail): Answer<string[]> {
  return ids === undefined ? { reason: 'not-understood', detail } : { value: ids };
}

/**
 * Describes every session in the list. A session may end between the list and
 * the question, and the tool then stops at it: what is missing is compared with
 * a new list and asked one by one, and only a session that is still listed and
 * yet not described leaves the whole unknown.
 */
async function askLogind(parts: SessionsParts, signal: AbortSignal): Promise<Answer<LogindSession[]>> {
  const first = await listSessionIds(parts.exec, signal);
  if ('reason' in first) return first;
  const described = new Map<string, LogindSession>();
  await describe(first.value, described, parts.exec, signal);
  if (first.value.every((id) => described.has(id))) return { value: [...described.values()] };
  const again = await listSessionIds(parts.exec, signal);
  if ('reason' in again) return again;
  let last: ExecResult | undefined;
  for (const id of again.value) {
    if (!described.has(id)) last = await describe([id], described, parts.exec, signal);
  }
  const third = await listSessionIds(parts.exec, signal);
  if ('reason' in third) return third;
  if (third.value.some((id) => !described.has(id))) {
    const understoodNothing = last === undefined || outputOf(last) !== undefined;
    return {
      reason: understoodNothing ? 'not-understood' : toolTrouble(last ?? { kind: 'missing' }),
      detail: 'loginctl',
    };
  }
  return { value: [...described.values()].filter((session) => third.value.includes(session.id)) };
}

async function describe(
  ids: readonly string[],
  into: Map<string, LogindSession>,
  exec: Exec,
  signal: AbortSignal,
): Promise<ExecResult | undefined> {
  if (ids.length === 0) return undefined;
  const result = await exec(
    'loginctl',
    ['show-session', ...ids, ...sessionProperties.flatMap((name) => ['-p', name]), '--no-pager'],
    {
      timeoutMs,
      signal,
    },
  );
  if (result.kind === 'exited') for (const session of parseShowSession(result.stdout)) into.set(session.id, session);
  return result;
}

/**
 * Leaves out sessions that are closing and have no process left. One whose
 * programs still run is somebody still signed in; so is one where the processes
 * cannot be seen.
 */
async function withoutEmptyRemains(sessions: LogindSession[], parts: SessionsParts): Promise<LogindSession[]> {
  if (!sessions.some(isClosing)) return sessions;
  const alive = await sessionsWithProcesses(parts.list, parts.read);
  return sessions.filter((session) => !isClosing(session) || alive === undefined || alive.has(session.id));
}

/**
 * Without logind, who is there can be proved; that nobody is cannot. Where
 * systemd runs the machine, logind is there and merely failed: the weaker
 * evidence must not stand in for it, for it misses whole desktops.
 */
async function withoutLogind(parts: SessionsParts): Promise<Reading<Sessions>> {
  const runBySystemd = (await parts.list('/run/systemd/system')) !== undefined;
  const sessions = runBySystemd ? undefined : await sessionsByLoginUid(parts.list, parts.read);
  const at = instant(parts.clock.now());
  if (runBySystemd) return unknown('tool-failed', at, 'loginctl');
  return sessions !== undefined && sessions.length > 0 ? toReading(sessions, at) : unknown('no-session-service', at);
}
