import { existsSync, mkdirSync, readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

/** The control groups a laptop lives in. */
export interface BoxGroups {
  /** More options for systemd-nspawn. */
  readonly options: readonly string[];
  /** The command as it must be started so that it lies in these groups. */
  wrap(command: readonly string[]): string[];
  remove(): void;
}

/**
 * Where this machine runs systemd itself, that makes the groups. Elsewhere (a
 * CI machine's bare container) nspawn keeps the groups it is started in, so
 * each laptop needs some of its own: two in the same would interfere.
 */
export function createBoxGroups(name: string): BoxGroups {
  if (existsSync('/run/systemd/system')) return { options: [], wrap: (command) => [...command], remove: () => {} };
  const hierarchies = ['/sys/fs/cgroup/systemd', '/sys/fs/cgroup/unified'].filter((path) => existsSync(path));
  const groups = (hierarchies.length > 0 ? hierarchies : ['/sys/fs/cgroup']).map((path) =>
    join(path, `hometime-${name}`),
  );
  const enter = 'for group in $GROUPS_OF_BOX; do echo $$ > "$group/cgroup.procs"; done; exec "$@"';
  return {
    options: ['--keep-unit'],
    wrap(command) {
      for (const group of groups) mkdirSync(group, { recursive: true });
      return ['env', `GROUPS_OF_BOX=${groups.join(' ')}`, 'setsid', 'sh', '-c', enter, 'sh', ...command];
    },
    remove() {
      for (const group of groups) removeGroup(group);
    },
  };
}

/** Groups are removed from the inside out; one that is not empty yet stays, and the next test's name differs. */
function removeGroup(group: string): void {
  if (!existsSync(group)) return;
  for (const entry of readdirSync(group, { withFileTypes: true })) {
    if (entry.isDirectory()) removeGroup(join(group, entry.name));
  }
  try {
    rmdirSync(group);
  } catch {
    // Still in use.
  }
}
