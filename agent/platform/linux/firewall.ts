import type { Exec } from '../exec.ts';
import { outputOf, toolTrouble } from '../tool-trouble.ts';
import type { Answer } from './administrators.ts';
import { type Files, ifFound, lineOf } from './files.ts';
import { isYes, parseIni } from './ini-text.ts';
import { judgeRuleset } from './nft-text.ts';

interface FirewallParts {
  files: Files;
  exec: Exec;
  isAdministrator: boolean;
}

/**
 * Whether something keeps connections from outside away. "On" is said where it is
 * proved: by the kernel's own rules, or by a program for it that is on and running;
 * "off" only by the kernel's own rules.
 */
export async function readFirewall(parts: FirewallParts, signal: AbortSignal): Promise<Answer<{ on: boolean }>> {
  if (await isFirewalldRunning(parts.files)) return { value: { on: true } };
  if (await isUfwOn(parts.files)) return { value: { on: true } };
  if (!parts.isAdministrator) return { reason: 'permission-denied' };
  // The older tables of the kernel are not in nft's list.
  const legacy = ['ip_tables_names', 'ip6_tables_names'].map((name) => parts.files.text(`/proc/net/${name}`));
  const names = (await Promise.all(legacy)).map((found) => (ifFound(found) ?? '').trim()).join('');
  const result = await parts.exec('nft', ['list', 'ruleset'], { timeoutMs: 10_000, signal });
  const output = outputOf(result);
  if (output === undefined) return { reason: toolTrouble(result) };
  const verdict = judgeRuleset(output);
  if (verdict === 'on') return { value: { on: true } };
  return verdict === 'off' && names === '' ? { value: { on: false } } : { reason: 'not-understood' };
}

/** firewalld keeps its number while it runs; the number may be another program's after a crash. */
async function isFirewalldRunning(files: Files): Promise<boolean> {
  const pid = await lineOf(files, '/run/firewalld.pid');
  if (pid === undefined || !/^\d+$/.test(pid)) return false;
  return (await lineOf(files, `/proc/${pid}/comm`)) === 'firewalld';
}

/** ufw sets its rules at the start of the system when it is enabled and its unit is. */
async function isUfwOn(files: Files): Promise<boolean> {
  const settings = parseIni(ifFound(await files.text('/etc/ufw/ufw.conf')) ?? '').get('');
  if (isYes(settings?.get('ENABLED')) !== true) return false;
  const wanted = await files.link('/etc/systemd/system/multi-user.target.wants/ufw.service');
  return 'found' in wanted;
}
