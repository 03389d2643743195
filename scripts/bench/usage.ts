import { readdirSync, readFileSync } from 'node:fs';

/** What a process holds and has used, by the kernel's own books. */
export interface Usage {
  residentMb: number;
  /** Memory of its own, not of files: what no other process can share. */
  anonymousMb: number;
  /** CPU of all its threads since it began, milliseconds. */
  cpuMs: number;
  /** CPU of its children that have ended, milliseconds. */
  childrenMs: number;
}

const tickMs = 10;

/** Reads /proc of a process by its number on this host. */
export function usageOf(pid: number): Usage {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kilobytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]);
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const threads = readdirSync(`/proc/${pid}/task`);
  return {
    residentMb: kilobytes('VmRSS') / 1024,
    anonymousMb: kilobytes('RssAnon') / 1024,
    // Nanoseconds on the processor; no thread of Node's own pools ends before the process does.
    cpuMs:
      threads.reduce(
        (sum, id) => sum + Number(readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'utf8').split(' ')[0]),
        0,
      ) / 1e6,
    childrenMs: (Number(fields[13]) + Number(fields[14])) * tickMs,
  };
}

/** The one child of a process: what `nsenter` started in the laptop. */
export function childOf(pid: number): number {
  const [child = ''] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  if (child === '') throw new Error(`process ${pid} has no child`);
  return Number(child);
}
