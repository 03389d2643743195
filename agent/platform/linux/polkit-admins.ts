import type { Files } from './files.ts';

/** Whom polkit takes for an administrator: their own password is enough for anything. */
export interface AdminIdentities {
  groups: string[];
  /** Names or numbers. */
  users: string[];
  /** A rule names somebody in a way that is not worked out here: a group of the network, a name put together. */
  isUnclear: boolean;
}

/** Rules in JavaScript (polkit 0.106 and later), and the settings of the versions before. */
export const ruleFolders = ['/etc', '/run', '/usr/local/share', '/usr/share'].map(
  (folder) => `${folder}/polkit-1/rules.d`,
);
const settingFolders = ['/etc/polkit-1/localauthority.conf.d'];

/** Reads polkit's administrators; `isBlocked`: a folder or file is there and may not be read. */
export async function readPolkitAdmins(files: Files): Promise<AdminIdentities & { isBlocked: boolean }> {
  const all = { groups: [] as string[], users: [] as string[], isUnclear: false, isBlocked: false };
  for (const folder of [...ruleFolders, ...settingFolders]) {
    const names = await files.names(folder);
    if ('missing' in names) {
      all.isBlocked ||= names.missing === 'blocked';
      continue;
    }
    for (const name of names.found.filter((each) => /\.(rules|conf)$/.test(each))) {
      const text = await files.text(`${folder}/${name}`);
      if ('missing' in text) all.isBlocked ||= text.missing === 'blocked';
      else {
        const { groups, users, isUnclear } = parsePolkitAdmins(text.found);
        all.groups.push(...groups);
        all.users.push(...users);
        all.isUnclear ||= isUnclear;
      }
    }
  }
  return all;
}

/**
 * The identities that a rules file's `addAdminRule` names plainly, or that stand in
 * `AdminIdentities=`. Rules that work them out are not run.
 */
export function parsePolkitAdmins(text: string): AdminIdentities {
  const code = text.replace(/^\s*\/\/.*$/gm, '').replace(/\/\*[\s\S]*?\*\//g, '');
  const places = [
    ...code
      .split('addAdminRule')
      .slice(1)
      .map((part) => part.split(/\badd(?:Rule|AdminRule)\b/)[0] ?? ''),
    ...[...code.matchAll(/^AdminIdentities=(.*)$/gm)].map(([, list]) => list ?? ''),
  ];
  const named = (kind: string) =>
    places.flatMap((place) =>
      [...place.matchAll(new RegExp(`unix-${kind}:([^"'\`$;\\s]+)`, 'g'))].map(([, name]) => name ?? ''),
    );
  const isUnclear = places.some((place) => /unix-(?:netgroup:|group:["'$`]|user:["'$`])/.test(place));
  return { groups: named('group'), users: named('user'), isUnclear };
}
