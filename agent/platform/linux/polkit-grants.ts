import { type Files, ifFound } from './files.ts';
import { isYes, parseIni } from './ini-text.ts';
import { ruleFolders } from './polkit-admins.ts';
import type { Granted } from './sudoers-verdict.ts';

/** Something that polkit grants without an administrator's password: to whom, and whether that may be relied on. */
export interface PolkitGrant {
  groups: string[];
  users: string[];
  isForEverybody: boolean;
  /** false: a rule in JavaScript, which is not run here. */
  isSure: boolean;
}

/** Actions by which whoever may do them gets everything: to run as root, to install, to make accounts, to start units. */
const opensAll =
  /packagekit|policykit|systemd1|flatpak|snapd|aptd|freedesktop\.accounts|libvirt|udisks2?\.(modify|open)|rpmostree|projectatomic|pkexec/i;
/** A pattern for names that takes in nearly all of them. */
const anyAction = /^(org|org\.freedesktop|com)?\.?\*$|^$/;

const settingFolders = ['/etc/polkit-1/localauthority', '/var/lib/polkit-1/localauthority'].flatMap((folder) =>
  ['10-vendor.d', '20-org.d', '30-site.d', '50-local.d', '90-mandatory.d'].map((name) => `${folder}/${name}`),
);

/** What polkit's rules and, before version 0.106, its settings grant; `isBlocked`: one is there and may not be read. */
export async function readPolkitGrants(files: Files): Promise<{ grants: PolkitGrant[]; isBlocked: boolean }> {
  const all = { grants: [] as PolkitGrant[], isBlocked: false };
  for (const folder of [...ruleFolders, ...settingFolders]) {
    const names = await files.names(folder);
    all.isBlocked ||= 'missing' in names && names.missing === 'blocked';
    for (const name of ifFound(names) ?? []) {
      const text = /\.(rules|pkla)$/.test(name) ? await files.text(`${folder}/${name}`) : { found: '' };
      all.isBlocked ||= 'missing' in text && text.missing === 'blocked';
      const parse = name.endsWith('.rules') ? parsePolkitRules : parsePkla;
      all.grants.push(...parse(ifFound(text) ?? ''));
    }
  }
  return all;
}

/** Rules in JavaScript that say yes to an action which opens everything, or to all; never run. */
export function parsePolkitRules(text: string): PolkitGrant[] {
  const code = text.replace(/^\s*\/\/.*$/gm, '');
  const bodies = code
    .split(/\baddRule\b/)
    .slice(1)
    .map((part) => part.split(/\baddAdminRule\b/)[0] ?? '');
  return bodies.flatMap((body) => {
    if (!/\bResult\s*\.\s*YES\b|\breturn\s*\(?\s*["']yes["']/.test(body)) return [];
    const namesActions = /action\s*\.\s*(id|lookup)\b/.test(body);
    const isBroad = /["'](org\.|org\.freedesktop\.|com\.)["']/.test(body);
    if (namesActions && !isBroad && !opensAll.test(body)) return [];
    const groups = namesIn(body, /isInGroup\s*\(\s*["']([^"']+)["']/g);
    const users = namesIn(body, /subject\s*\.\s*user\s*[!=]==?\s*["']([^"']+)["']/g);
    const isForOthers = /!\s*subject\s*\.\s*isInGroup/.test(body);
    const isForEverybody = isForOthers || groups.length + users.length === 0;
    return [{ groups, users, isForEverybody, isSure: false }];
  });
}

/** `.pkla` files: sections with `Identity=`, `Action=` and `ResultActive=`. */
export function parsePkla(text: string): PolkitGrant[] {
  return [...parseIni(text).values()].flatMap((keys) => {
    const isGranted = ['ResultActive', 'ResultAny', 'ResultInactive'].some((key) => isYes(keys.get(key)) === true);
    const actions = (keys.get('Action') ?? '').split(';').filter((action) => action !== '');
    if (!isGranted || !actions.some((action) => opensAll.test(action) || anyAction.test(action))) return [];
    const identity = keys.get('Identity') ?? '';
    const groups = namesIn(identity, /unix-group:([^;]+)/g);
    const users = namesIn(identity, /unix-user:([^;]+)/g);
    const isOther = /unix-netgroup:/.test(identity) || [...groups, ...users].some((name) => name.includes('*'));
    return [{ groups, users, isForEverybody: isOther, isSure: !isOther }];
  });
}

/** What all of them together grant somebody. */
export function grantedBy(
  grants: readonly PolkitGrant[],
  person: { names: readonly string[]; uid: string | undefined; isInGroup(name: string): boolean },
): Granted {
  const mine = grants.filter(
    ({ groups, users, isForEverybody }) =>
      isForEverybody ||
      groups.some((group) => person.isInGroup(group)) ||
      users.some((user) => person.names.includes(user) || user === person.uid),
  );
  if (mine.some(({ isSure }) => isSure)) return 'yes';
  return mine.length > 0 ? 'unknown' : 'no';
}

function namesIn(text: string, form: RegExp): string[] {
  return [...text.matchAll(form)].map(([, name]) => (name ?? '').trim());
}
