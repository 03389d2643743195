import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectFolder = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** One import of a source file. `target` is a path in the project with `/`, or a package's name. */
export interface Import {
  target: string;
  /** `import type`: gone when the program runs. */
  typeOnly: boolean;
  ours: boolean;
}

export interface Source {
  /** Path in the project, with `/`. */
  path: string;
  text: string;
  /** The text without comments. */
  code: string;
  lines: number;
  imports: Import[];
}

/** Every file of ours in these folders with one of these endings. */
export function filesIn(folders: readonly string[], endings: readonly string[] = ['.ts', '.tsx']): string[] {
  return folders
    .filter((folder) => existsSync(join(projectFolder, folder)))
    .flatMap((folder) => readdirSync(join(projectFolder, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
    .map((entry) => relative(projectFolder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((path) => !path.includes('node_modules/'))
    .sort();
}

export function readSource(path: string): Source {
  const text = readFileSync(join(projectFolder, path), 'utf8');
  const code = withoutComments(text);
  return { path, text, code, lines: text.trimEnd().split('\n').length, imports: importsOf(path, code) };
}

/** The program: what is compiled and shipped. */
export const program: readonly Source[] = filesIn(['shared', 'agent', 'server']).map(readSource);

function withoutComments(text: string): string {
  const pattern = /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  return text.replace(pattern, (_whole, quoted: string | undefined) => quoted ?? ' ');
}

function importsOf(path: string, code: string): Import[] {
  const statement = /^\s*(?:import|export)\s+(type\s+)?(?:[^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]/gm;
  const call = /\bimport\(\s*['"]([^'"]+)['"]/g;
  const found = [...code.matchAll(statement)].map((match) => ({
    name: match[2] ?? '',
    typeOnly: match[1] !== undefined,
  }));
  const called = [...code.matchAll(call)].map((match) => ({ name: match[1] ?? '', typeOnly: false }));
  return [...found, ...called].map(({ name, typeOnly }) => {
    const ours = name.startsWith('.');
    return { target: ours ? posix.join(dirname(path), name) : name, typeOnly, ours };
  });
}

/** A list of faults as one readable text; empty when there are none. */
export function told(faults: readonly string[]): string {
  return faults.join('\n');
}
