import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isStarted, projectFolder, runScript } from './step.mjs';

/** The agent as one file: what runs on a device. */
export const agentProgram = 'dist/hometime-agent.cjs';

/** Native, or big and seldom needed: found beside the program when it is needed. */
const external = ['sqlite3', 'classic-level', 'node-forge', 'systeminformation'];

/**
 * Makes one file of the compiled agent and the packages it needs: 11 MB of heap
 * instead of 16, and half the time to start. Names stay as they are written, so
 * that a fault's stack can be read.
 *
 * It is a file of the older kind (CommonJS), which spares the machinery of the
 * newer one in memory, and pure ASCII: one letter outside it, and the engine
 * keeps the whole text at two bytes a letter.
 */
export async function bundleAgent() {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    absWorkingDir: projectFolder,
    entryPoints: ['dist/agent/main.js'],
    bundle: true,
    write: false,
    outfile: agentProgram,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    external,
    // Without it a package of the older kind would be loaded by the newer loader after all.
    supported: { 'dynamic-import': false },
    minifyWhitespace: true,
    minifySyntax: true,
    plugins: [wholeNamespaceOfZod],
    logLevel: 'error',
  });
  const [program] = outputFiles;
  const text = program.text.replaceAll(
    /[^\0-\x7f]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  const path = join(projectFolder, agentProgram);
  mkdirSync(dirname(path), { recursive: true });
  // Whoever starts the agent just now finds the old one or the new one.
  writeFileSync(`${path}.${process.pid}`, text, { mode: 0o755 });
  renameSync(`${path}.${process.pid}`, path);
}

/** `import { z }` brings all of zod, fifty languages included; `import * as z` only what is used. */
const wholeNamespaceOfZod = {
  name: 'whole-namespace-of-zod',
  setup(build) {
    build.onLoad({ filter: /[\\/]dist[\\/](agent|shared)[\\/].*\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      return { contents: text.replace(/^import \{ z \} from 'zod';$/m, "import * as z from 'zod';"), loader: 'js' };
    });
  },
};

if (isStarted(import.meta.url)) await runScript(bundleAgent);
