import { dirname, join, resolve } from 'node:path';
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
export async function readSudoers(files: Files, hostname = ''): Promise<ReadSudoers> {
  const all: ReadSudoers = {
    sudoers: { rules: [], aliases: new Map(), includes: [], asksForAnother: false, isUnderstood: true },
    isBlocked: false,
  };
  const waiting = await firstOf(files);
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
    const read = parseSudoers(gave.found);
    merge(read, all.sudoers);
    for (const { kind, path: said } of read.includes) {
      // A name without a folder lies beside the file that names it; %h is the machine.
      const full = resolve(dirname(path), said.replaceAll('%h', hostname.split('.')[0] ?? ''));
      waiting.push(...(await filesOf({ kind, path: full }, files, all)));
    }
  }
  return all;
}

/**
 * openSUSE keeps its own file, which counts until an administrator writes another; sudo-rs
 * has one that goes before. Which of both sudos is called may change with an update: each
 * may grant something.
 */
async function firstOf(files: Files): Promise<string[]> {
  const usual = (await files.mark('/etc/sudoers')) === 'absent' ? '/usr/etc/sudoers' : '/etc/sudoers';
  return [usual, '/etc/sudoers-rs'];
}

/** An alias may be added to in another file. */
function merge(read: Sudoers, all: Sudoers): void {
  all.rules.push(...read.rules);
  for (const [name, items] of read.aliases) all.aliases.set(name, [...(all.aliases.get(name) ?? []), ...items]);
  all.asksForAnother ||= read.asksForAnother;
  all.isUnderstood &&= read.isUnderstood;
}

/** sudo reads a folder's files by name, and passes over names with a dot or a tilde at the end. */
async function filesOf(
  { kind, path: full }: Sudoers['includes'][number],
  files: Files,
  all: ReadSudoers,
): Promise<string[]> {
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
