import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Exec } from '../exec.ts';

interface PowerCutParts {
  exec: Exec;
  /** For tests: where the kernel listens. */
  kernel?: string;
  waitMs?: number;
}

/** The kernel needs a moment; a machine that is still there after it did not obey. */
const defaultWaitMs = 10_000;

/**
 * Cuts the power at once, through the kernel itself: no service is asked and nothing is
 * written any more (`o` of the magic keys; platforms.md 6). Where the kernel does not
 * listen, the tools that call reboot(2) without asking anybody. Returns only where the
 * machine goes on.
 */
export function createPowerCut({ exec, kernel = '/proc', waitMs = defaultWaitMs }: PowerCutParts) {
  return async (): Promise<void> => {
    await writeFile(`${kernel}/sys/kernel/sysrq`, '1').catch(() => {});
    await writeFile(`${kernel}/sysrq-trigger`, 'o').catch(() => {});
    await sleep(waitMs);
    await exec('systemctl', ['poweroff', '--force', '--force'], { timeoutMs: waitMs });
    await exec('poweroff', ['-f'], { timeoutMs: waitMs });
    await sleep(waitMs);
  };
}
