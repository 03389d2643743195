import type { ProcessHost } from '../exec.ts';
import { decodeConsole } from './code-page.ts';

/** Where Windows is on all but the rarest machines. */
export const usualSystemRoot = 'C:\\Windows';

/**
 * How tools are started and ended on Windows. Windows itself adds to the
 * environment what it cannot do without (the user's and the system's folders).
 */
export function windowsHost(systemRoot = usualSystemRoot): ProcessHost {
  const system = `${systemRoot}\\System32`;
  return {
    separator: '\\',
    cwd: `${systemRoot}\\`,
    environment: {
      SystemRoot: systemRoot,
      windir: systemRoot,
      PATH: `${system};${systemRoot};${system}\\Wbem;${system}\\WindowsPowerShell\\v1.0`,
      PATHEXT: '.COM;.EXE;.BAT;.CMD',
      ComSpec: `${system}\\cmd.exe`,
      PSModulePath: `${system}\\WindowsPowerShell\\v1.0\\Modules`,
    },
    endTree: (pid) => ({ file: `${system}\\taskkill.exe`, args: ['/PID', String(pid), '/T', '/F'] }),
    decode: decodeConsole,
  };
}

/**
 * Where tools are looked for. A 32-bit process finds the real folder of the
 * system only under the name Sysnative, which does not exist for any other.
 */
export function windowsToolFolders(systemRoot = usualSystemRoot): string[] {
  const folders = [`${systemRoot}\\Sysnative`, `${systemRoot}\\System32`];
  return [...folders, ...folders.map((folder) => `${folder}\\WindowsPowerShell\\v1.0`)];
}
