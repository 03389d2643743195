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
    legalComments: 'none',
    plugins: [wholeNamespaceOfZod, withoutTheUnused, packagesInShort],
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

/** Functions that do nothing, in place of a package's or a file's that is never asked for anything here. */
const idle = {
  // Node's own, which is loaded for its sockets anyway; winston brings an older copy.
  'readable-stream': "module.exports=require('stream')",
  'readable-stream/lib/_stream_writable.js': "module.exports=require('stream').Writable",
  // What libraries say of themselves to those who write them.
  '@dabh/diagnostics': 'module.exports=()=>()=>{}',
  debug: 'module.exports=()=>Object.assign(()=>{},{enabled:false});',
  // Only a connection that is no WebSocket needs it (transport/connection.ts).
  'xmlhttprequest-ssl': 'module.exports={}',
};

/** The log goes to standard error: neither to files nor to another computer. */
const idleFiles = /[\\/]winston[\\/]lib[\\/]winston[\\/](transports[\\/](file|http)|tail-file)\.js$/;
/** Descriptions of schemas for other languages. */
const schemaWords = /[\\/]zod[\\/]v4[\\/]core[\\/](json-schema-processors|to-json-schema)\.js$/;

/** The text of the program stays in memory for as long as it runs: what is never used is left out. */
const withoutTheUnused = {
  name: 'without-the-unused',
  setup(build) {
    build.onResolve({ filter: /^(readable-stream|@dabh\/diagnostics|debug$|xmlhttprequest-ssl)/ }, ({ path }) =>
      path in idle ? { path, namespace: 'idle' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'idle' }, ({ path }) => ({ contents: idle[path], loader: 'js' }));
    build.onLoad({ filter: idleFiles }, () => ({ contents: 'module.exports=undefined', loader: 'js' }));
    build.onLoad({ filter: schemaWords }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const names = [...text.matchAll(/^export (?:const|function|class) (\w+)/gm)].map(([, name]) => name);
      const none = "()=>()=>{throw new Error('left out of the agent (scripts/bundle-agent.mjs)')}";
      return { contents: names.map((name) => `export const ${name}=${none};`).join('\n'), loader: 'js' };
    });
  },
};

/** Names inside functions of packages in short: a fault's stack tells the functions of ours. */
const packagesInShort = {
  name: 'packages-in-short',
  setup(build) {
    build.onLoad({ filter: /[\\/]node_modules[\\/].*\.m?js$/ }, async ({ path }) => {
      const { transform } = await import('esbuild');
      const { code } = await transform(await readFile(path, 'utf8'), {
        minify: true,
        keepNames: false,
        target: 'node20',
      });
      return { contents: code, loader: 'js' };
    });
  },
};

if (isStarted(import.meta.url)) await runScript(bundleAgent);
