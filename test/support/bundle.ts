import { build } from 'esbuild';
import { projectFolder } from './programs.ts';

/** A program of the tests as one file, to be run inside a laptop or a virtual machine; what is native lies there already. */
export async function bundleProgram(entryPoint: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: projectFolder,
    entryPoints: [entryPoint],
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    external: ['sqlite3', 'classic-level', 'node-forge', 'systeminformation'],
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}
