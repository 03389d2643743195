#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { isStated, serverProgram } from './command-line.ts';

/** The package's folder, seen from the compiled file in dist/server. */
const root = join(import.meta.dirname, '..', '..');
const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));

// What this server writes is for its own eyes, wherever the data folder lies.
process.umask(0o077);
// Whoever reads the output may stop reading (`| head`): that is an end, not a fault.
process.stdout.on('error', () => process.exit(0));

const program = serverProgram({
  env: process.env,
  say: (words) => process.stdout.write(words),
  sayAll: (pieces) => pipeline(Readable.from(pieces), process.stdout, { end: false }),
  readStandardInput: () => text(process.stdin),
  untilAskedToStop: () =>
    new Promise((resolve) => {
      process.once('SIGINT', () => resolve());
      process.once('SIGTERM', () => resolve());
    }),
  dashboardFolder: join(root, 'dist', 'dashboard'),
  version,
});

try {
  await program.parseAsync(process.argv);
} catch (error) {
  const message = isStated(error)
    ? error.message
    : `Hometime stopped because of a fault of its own: ${error instanceof Error ? error.stack : String(error)}`;
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
