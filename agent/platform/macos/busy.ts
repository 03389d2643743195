import type { Exec } from '../exec.ts';
import { outputOf } from '../tool-trouble.ts';

const timeoutMs = 5_000;

/**
 * Whether the device had better not be disturbed: what installs keeps the Mac awake meanwhile, and `shutdown` runs until
 * the time it was given. What cannot be asked counts as no: an order must not wait for ever.
 */
export function createIsBusy({ exec }: { exec: Exec }) {
  return async (): Promise<boolean> => {
    const [awake, ending] = await Promise.all([
      exec('pmset', ['-g', 'assertions'], { timeoutMs }),
      exec('pgrep', ['-x', 'shutdown'], { timeoutMs }),
    ]);
    return isInstalling(outputOf(awake) ?? '') || /^\d{1,10}$/m.test(outputOf(ending) ?? '');
  };
}

/** Programs of macOS that put in updates and programs. */
const installers = ['softwareupdated', 'installd', 'system_installd', 'osinstallersetupd'];

/**
 * `pmset -g assertions`, one line each: `pid 357(softwareupdated): [0x…] 00:01:10 PreventUserIdleSystemSleep named: "…"`
 * [P the form, K the names].
 */
export function isInstalling(text: string): boolean {
  const holders = [
    ...text.matchAll(/^[ \t]*pid \d{1,10}\(([\w.-]{1,64})\): \[0x[0-9a-f]{1,16}\] [\d:]{5,12} Prevent\w{1,40} /gm),
  ];
  return holders.some(([, name]) => name !== undefined && installers.includes(name));
}
