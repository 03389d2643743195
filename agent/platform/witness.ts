import type { Exec, ExecResult } from './exec.ts';

/** One question to the system and what it gave: in full, for whoever explains or records a case on the device itself. Never sent. */
export type Testimony =
  | { asked: 'tool'; tool: string; args: readonly string[]; gave: ExecResult; ms: number }
  | { asked: 'file'; path: string; gave: string | undefined }
  | { asked: 'folder'; path: string; gave: readonly string[] | undefined }
  | { asked: 'powershell'; script: string; gave: { kind: string; text?: string }; ms: number };

/** Hears every question a probe asks and what came of it. */
export type Witness = (testimony: Testimony) => void;

/** The same starter of processes, with a witness beside it where there is one. */
export function witnessExec(exec: Exec, witness: Witness | undefined): Exec {
  if (witness === undefined) return exec;
  return async (tool, args, options) => {
    const began = performance.now();
    const gave = await exec(tool, args, options);
    witness({ asked: 'tool', tool, args, gave, ms: Math.round(performance.now() - began) });
    return gave;
  };
}

/** The same reader of one file, with a witness beside it. */
export function witnessRead(
  read: (path: string) => Promise<string | undefined>,
  witness: Witness | undefined,
): (path: string) => Promise<string | undefined> {
  if (witness === undefined) return read;
  return async (path) => {
    const gave = await read(path);
    witness({ asked: 'file', path, gave });
    return gave;
  };
}

/** The same reader of one folder's names, with a witness beside it. */
export function witnessList(
  list: (path: string) => Promise<string[] | undefined>,
  witness: Witness | undefined,
): (path: string) => Promise<string[] | undefined> {
  if (witness === undefined) return list;
  return async (path) => {
    const gave = await list(path);
    witness({ asked: 'folder', path, gave });
    return gave;
  };
}

/** The one long-lived PowerShell, with a witness beside it. */
export function witnessPowerShell<Answer extends { kind: string; text?: string }>(
  powershell: { ask(script: string, signal?: AbortSignal): Promise<Answer> },
  witness: Witness | undefined,
): { ask(script: string, signal?: AbortSignal): Promise<Answer> } {
  if (witness === undefined) return powershell;
  return {
    async ask(script, signal) {
      const began = performance.now();
      const gave = await powershell.ask(script, signal);
      witness({ asked: 'powershell', script, gave, ms: Math.round(performance.now() - began) });
      return gave;
    },
  };
}
