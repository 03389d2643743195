import { accountLines } from './lock-hook.ts';

/** Reads a file of PAM by its plain name, from the folders PAM itself looks in; undefined: none. */
export type PamText = (name: string) => string | undefined;

/** Files through which sign-ins of all kinds go: Debian and SUSE; Fedora and Arch; Alpine. */
export const commonAccountFiles: readonly string[] = [
  'common-account',
  'system-auth',
  'password-auth',
  'fingerprint-auth',
  'smartcard-auth',
  'base-account',
];
export const commonAuthFiles: readonly string[] = ['common-auth', 'system-auth', 'password-auth', 'base-auth'];

/** A text with our lines at its top, once; undoing it gives back every byte. */
export function withLines(text: string, lines: readonly string[]): string {
  return `${lines.join('\n')}\n${withoutLines(text, lines)}`;
}

export function withoutLines(text: string, lines: readonly string[]): string {
  return lines.reduce((rest, line) => rest.replaceAll(new RegExp(`^${escaped(line)}\\n`, 'gm'), ''), text);
}

export function hasLines(text: string, lines: readonly string[]): boolean {
  return lines.every((line) => text.split('\n').includes(line));
}

function escaped(line: string): string {
  return line.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** A way in, and the services of PAM that it goes through. */
export interface Way {
  name: 'password' | 'key' | 'switch-user' | 'screen' | 'automatic';
  services: readonly string[];
}

export const ways: readonly Way[] = [
  { name: 'password', services: ['login', 'remote', 'sshd'] },
  { name: 'key', services: ['sshd'] },
  { name: 'switch-user', services: ['su', 'su-l', 'sudo', 'sudo-i', 'doas'] },
  {
    name: 'screen',
    services: [
      ...['gdm-password', 'gdm-fingerprint', 'gdm-smartcard', 'gdm', 'gdm3', 'lightdm', 'sddm', 'lxdm', 'lightdm-gtk'],
      ...['greetd', 'xdm', 'slim', 'ly', 'cosmic-greeter', 'plasmalogin', 'kde', 'kde-np', 'wdm'],
    ],
  },
  {
    name: 'automatic',
    services: ['login', 'gdm-autologin', 'lightdm-autologin', 'sddm-autologin', 'plasmalogin-autologin'],
  },
];

interface PamLine {
  control: string;
  module: string;
  /** The line as it stands, with single spaces. */
  text: string;
}

/** Files that include each other in a ring end here. */
const maxDepth = 12;

/**
 * Whether whoever comes through this service meets our lines, whatever the modules before them say. A module
 * before them that may end the stack well, or jump, makes the answer no: what cannot be proved is not said.
 */
export function meetsHook(service: string, read: PamText): boolean {
  for (const { text, control, module } of accountStack(service, read, 0)) {
    if (text === accountLines[0]) continue;
    if (text === accountLines[1]) return true;
    if (mayPass(control) && !isRootAlone(module, text)) return false;
  }
  return false;
}

function accountStack(name: string, read: PamText, depth: number): PamLine[] {
  const text = depth > maxDepth ? undefined : read(name);
  const logical = (text ?? '').replaceAll(/\\\n/g, ' ').split('\n');
  return logical.flatMap((line): PamLine[] => {
    const plain = line.replace(/#.*/, '').trim().replaceAll(/\s+/g, ' ');
    const whole = /^@include (\S+)$/.exec(plain)?.[1];
    if (whole !== undefined) return accountStack(whole, read, depth + 1);
    const match = /^-?account (\[[^\]]*\]|\S+) (\S+)/i.exec(plain);
    if (match?.[1] === undefined || match[2] === undefined) return [];
    const [, control, module] = match;
    if (control === 'include' || control === 'substack') return accountStack(module, read, depth + 1);
    return [{ control: control.toLowerCase(), module, text: plain }];
  });
}

/** Whether this module can send people past what comes after it. */
function mayPass(control: string): boolean {
  if (control === 'sufficient') return true;
  return control.startsWith('[') && /=(done|\d+)/.test(control);
}

/** What Fedora has before the rest of `su`: root, and nobody else. */
function isRootAlone(module: string, text: string): boolean {
  return /pam_rootok\.so$/.test(module) || /pam_succeed_if\.so uid = 0 use_uid( quiet)?$/.test(text);
}
