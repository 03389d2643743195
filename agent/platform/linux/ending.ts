import type { FarewellReason } from '../../../shared/policy/farewell.ts';
import type { Exec } from '../exec.ts';
import type { ReadText } from './proc.ts';

/** A system that shuts down waits for nobody. */
const timeoutMs = 450;

/** What `systemctl is-system-running` prints of one that goes on (systemctl(1)). */
const goingOn: ReadonlySet<string> = new Set(['initializing', 'starting', 'running', 'degraded', 'maintenance']);

/** Why this agent is told to end: systemd knows whether the system ends with it, or is to start it again. */
export function createEnding({ exec, read }: { exec: Exec; read: ReadText }): () => Promise<FarewellReason> {
  const printed = async (...args: string[]) => {
    const ran = await exec('systemctl', args, { timeoutMs });
    // It exits with 1 for every state but "running".
    return ran.kind === 'exited' ? ran.stdout : '';
  };
  return async () => {
    const [state, jobs, groups] = await Promise.all([
      printed('is-system-running'),
      printed('list-jobs', '--no-legend', '--no-pager', '--plain'),
      read('/proc/self/cgroup'),
    ]);
    return endingOf({ state, jobs, groups: groups ?? '' });
  };
}

/** Texts of `is-system-running`, `list-jobs` ("17 hometime-agent.service restart running") and /proc/self/cgroup. */
export function endingOf({ state, jobs, groups }: { state: string; jobs: string; groups: string }): FarewellReason {
  if (state.trim() === 'stopping') return 'system-ends';
  if (!goingOn.has(state.trim())) return 'unknown';
  const unit = /^0::.*\/([^/\n]+\.service)$/m.exec(groups)?.[1];
  const job = jobs.split('\n').find((line) => unit !== undefined && line.trim().split(/\s+/)[1] === unit);
  return job?.trim().split(/\s+/)[2] === 'restart' ? 'restarts' : 'stopped';
}
