import { join, resolve } from 'node:path';
import type { Files } from './files.ts';
import { parseSudoers, type Sudoers } from './sudoers-text.ts';

/** All rules of sudo, with the files that the first one includes. */
export interface ReadSudoers {
  sudoers: Sudoers;
  /** A file is there and may not be read. */
  isBlocked: boolean;
}

const maxFiles = 200;

/** Reads `/etc/sudoers` and what it includes. A system without sudo has no rules. */
export async function readSudoers(files: Files): Promise<ReadSudoers> {
  const all: ReadSudoers = {
    sudoers: { rules: [], aliases: new Map(), includes: [], isUnderstood: true },
    isBlocked: false,
  };
  const waiting = ['/etc/sudoers'];
  const seen = new Set<string>();
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    if (seen.has(path)) continue;
    seen.add(path);
    if (seen.size > maxFiles) return { ...all, isBlocked: true };
    const gave = await files.text(path);
    if ('missing' in gave) {
      all.isBlocked ||= gave.missing === 'blocked';
      continue;
    }
    const { rules, aliases, includes, isUnderstood } = parseSudoers(gave.found);
    all.sudoers.rules.push(...rules);
    for (const [name, items] of aliases) all.sudoers.aliases.set(name, items);
    all.sudoers.isUnderstood &&= isUnderstood;
    for (const include of includes) waiting.push(...(await filesOf(include, files, all)));
  }
  return all;
}

/** sudo reads a folder's files by name, and passes over names with a dot or a tilde at the end. */
async function filesOf({ kind, path }: Sudoers['includes'][number], files: Files, all: ReadSudoers): Promise<string[]> {
  const full = resolve('/etc', path);
  if (kind === 'file') return [full];
  const names = await files.names(full);
  if ('missing' in names) {
    all.isBlocked ||= names.missing === 'blocked';
    return [];
  }
  return names.found
    .filter((name) => !name.includes('.') && !name.endsWith('~'))
    .sort()
    .map((name) => join(full, name));
}
