import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectFolder = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** The compiled programs: what a user runs. `npm test` builds them first. */
export const programs = {
  server: join(projectFolder, 'dist', 'server', 'main.js'),
  agent: join(projectFolder, 'dist', 'agent', 'main.js'),
} as const;
