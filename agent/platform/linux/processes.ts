import { type ListNames, processIds, type ReadText } from './proc.ts';

/**
 * Which of the sessions named still have a process, by the control group that
 * logind put it in (`session-3.scope`). undefined: cannot be told, for example
 * because processes of others are hidden.
 */
export async function sessionsWithProcesses(list: ListNames, read: ReadText): Promise<Set<string> | undefined> {
  const ids = await processIds(list);
  if (ids === undefined) return undefined;
  const alive = new Set<string>();
  let seesFirst = false;
  for (const id of ids) {
    const group = await read(`/proc/${id}/cgroup`);
    if (group === undefined) continue;
    if (id === '1') seesFirst = true;
    for (const match of group.matchAll(/\/session-([A-Za-z0-9]+)\.scope/g)) if (match[1]) alive.add(match[1]);
  }
  // The first process belongs to the system. Who may not read it may not read the others' either (hidepid).
  return seesFirst ? alive : undefined;
}
