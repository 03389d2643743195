import { type Files, ifFound } from './files.ts';

/** Names of a person's running programs as the kernel keeps them, 15 letters at most. Hidden processes are none that is known. */
export async function runningPrograms(uid: string, files: Pick<Files, 'text' | 'names'>): Promise<Set<string>> {
  const programs = new Set<string>();
  for (const name of ifFound(await files.names('/proc')) ?? []) {
    if (!/^\d+$/.test(name)) continue;
    const status = ifFound(await files.text(`/proc/${name}/status`)) ?? '';
    // The first of the four numbers is who started it.
    if (/^Uid:\s+(\d+)/m.exec(status)?.[1] !== uid) continue;
    const program = /^Name:\t(.*)$/m.exec(status)?.[1];
    if (program !== undefined) programs.add(program);
  }
  return programs;
}
