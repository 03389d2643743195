import type { Granted, SudoPerson } from './sudoers-verdict.ts';

/**
 * What `/etc/doas.conf` (doas.conf(5)) grants somebody: `permit [options] identity [as
 * target] [cmd command …]`. A later `deny` is not counted against it.
 */
export function permittedByDoas(text: string, person: SudoPerson): Granted {
  let said: Granted = 'no';
  for (const raw of text
    .replace(/^\uFEFF/, '')
    .replace(/\\\r?\n/g, ' ')
    .split(/\r?\n/)) {
    const line = raw.replace(/(^|\s)#.*/, '').replace(/\bsetenv\s*\{[^}]*\}/, '');
    const match = /^\s*permit((?:\s+(?:nopass|nolog|persist|keepenv))*)\s+(\S+)(.*)$/.exec(line);
    const identity = (match?.[2] ?? '').replaceAll('"', '');
    // A rule in another form may be for anybody.
    if (/^\s*permit\b/.test(line) && (match === null || /[{}]/.test(identity))) said = 'unknown';
    if (match === null || !isMeant(identity, person)) continue;
    const rest = match[3] ?? '';
    const target = /\sas\s+"?([^\s"]+)/.exec(rest)?.[1] ?? 'root';
    if (!/\scmd\s/.test(rest) && target === 'root') return 'yes';
    said = 'unknown';
  }
  return said;
}

function isMeant(identity: string, { names, uid, isInGroup, gids }: SudoPerson): boolean {
  if (!identity.startsWith(':')) return names.includes(identity) || identity === uid;
  const group = identity.slice(1);
  return isInGroup(group) || gids?.includes(group) === true;
}
