import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectFolder = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** The compiled programs: what a user runs. `npm test` builds them first. */
export const programs = {
  server: join(projectFolder, 'dist', 'server', 'main.js'),
  agent: join(projectFolder, 'dist', 'hometime-agent.cjs'),
} as const;

/** Compiled by hand (`tsc -b`) since the last build: then the agent's one file is of yesterday, and is made anew. */
if (compiledAt() > changedAt(programs.agent)) {
  const bundled = spawnSync(process.execPath, [join(projectFolder, 'scripts', 'bundle-agent.mjs')], {
    encoding: 'utf8',
  });
  if (bundled.status !== 0) throw new Error(`the agent could not be made one file: ${bundled.stderr}`);
}

/** The newest record of the compiler; 0 when nothing was compiled. */
function compiledAt(): number {
  const records = ['agent.tsbuildinfo', 'shared.tsbuildinfo'].map((name) => join(projectFolder, 'dist', name));
  return existsSync(join(projectFolder, 'dist', 'agent', 'main.js')) ? Math.max(...records.map(changedAt)) : 0;
}

function changedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
