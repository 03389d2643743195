import { setTimeout as sleep } from 'node:timers/promises';
import type { Exec } from '../exec.ts';
import { type ListNames, processIds, type ReadText } from './proc.ts';
import type { Person } from './wipe-persons.ts';

interface EndPeopleParts {
  exec: Exec;
  read: ReadText;
  list: ListNames;
  /** For tests. */
  kill?: (pid: number) => void;
  pauseMs?: number;
}

const timeoutMs = 10_000;
/** A process may start another between a look and its end. */
const looks = 5;

/** Ends every session and every process of these people, their timers and lingering services with them. */
export function createEndPeople({ exec, read, list, kill = killHard, pauseMs = 200 }: EndPeopleParts) {
  return async (people: readonly Person[]): Promise<void> => {
    const ids = new Set(people.map(({ uid }) => uid));
    for (const { uid } of people) await exec('loginctl', ['disable-linger', `${uid}`], { timeoutMs });
    for (const { uid } of people) await exec('loginctl', ['terminate-user', `${uid}`], { timeoutMs });
    for (let look = 0; look < looks; look += 1) {
      const running = await runningOf(ids, read, list);
      if (running.length === 0) return;
      for (const pid of running) kill(pid);
      await sleep(pauseMs);
    }
  };
}

async function runningOf(ids: ReadonlySet<number>, read: ReadText, list: ListNames): Promise<number[]> {
  const found: number[] = [];
  for (const id of (await processIds(list)) ?? []) {
    const uid = uidIn((await read(`/proc/${id}/status`)) ?? '');
    if (uid !== undefined && ids.has(uid)) found.push(Number(id));
  }
  return found;
}

/** Who runs a process, by its `/proc/PID/status`: the real user; what they run with others' rights is theirs too. */
export function uidIn(status: string): number | undefined {
  const uid = /^Uid:\s+(\d+)\s/m.exec(status)?.[1];
  return uid === undefined ? undefined : Number(uid);
}

function killHard(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself in the meantime.
  }
}
