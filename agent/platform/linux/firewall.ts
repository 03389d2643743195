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
 * proved: by the kernel's own rules, or, where those cannot be asked or judged, by a
 * program for it that runs and is set to refuse; "off" only by the kernel's own rules.
 */
export async function readFirewall(parts: FirewallParts, signal: AbortSignal): Promise<Answer<{ on: boolean }>> {
  const on = { value: { on: true } };
  const isKept = async () => (await isFirewalldOn(parts.files)) || (await isUfwOn(parts.files));
  if (!parts.isAdministrator) return (await isKept()) ? on : { reason: 'permission-denied' };
  // The older tables of the kernel are not in nft's list.
  const legacy = ['ip_tables_names', 'ip6_tables_names'].map((name) => parts.files.text(`/proc/net/${name}`));
  const names = (await Promise.all(legacy)).map((found) => (ifFound(found) ?? '').trim()).join('');
  const result = await parts.exec('nft', ['list', 'ruleset'], { timeoutMs: 10_000, signal });
  const output = outputOf(result);
  if (output === undefined) return (await isKept()) ? on : { reason: toolTrouble(result) };
  const verdict = judgeRuleset(output);
  if (verdict === 'on') return on;
  if (verdict === 'off' && names === '') return { value: { on: false } };
  return verdict !== 'leaky' && (await isKept()) ? on : { reason: 'not-understood' };
}

/** firewalld runs, and its default zone refuses: the zone `trusted`, and any that was set so, lets everything in. */
async function isFirewalldOn(files: Files): Promise<boolean> {
  const running = await files.text('/sys/fs/cgroup/system.slice/firewalld.service/cgroup.procs');
  if (!/\d/.test(ifFound(running) ?? '') && !(await hasFirewalldNumber(files))) return false;
  const settings = ifFound(await files.text('/etc/firewalld/firewalld.conf')) ?? '';
  const zone = parseIni(settings).get('')?.get('DefaultZone') ?? 'public';
  const own = await files.text(`/etc/firewalld/zones/${zone}.xml`);
  const text = ifFound(own) ?? ifFound(await files.text(`/usr/lib/firewalld/zones/${zone}.xml`));
  if ('missing' in own && own.missing === 'blocked') return false;
  return zone !== 'trusted' && !acceptsAll(text ?? '') && !(await hasTrustedCard(files));
}

function acceptsAll(zone: string): boolean {
  return /\btarget\s*=\s*["']ACCEPT["']/.test(zone) || /<rule\b[^>]*>\s*<accept\s*\/>\s*<\/rule>/.test(zone);
}

/** A network card may be given to a zone that lets everything in, whichever the default one is. */
async function hasTrustedCard(files: Files): Promise<boolean> {
  const folder = '/etc/firewalld/zones';
  const names = await files.names(folder);
  if ('missing' in names) return names.missing === 'blocked';
  for (const name of names.found.filter((each) => each.endsWith('.xml'))) {
    const zone = await files.text(`${folder}/${name}`);
    if ('missing' in zone && zone.missing === 'blocked') return true;
    const text = ifFound(zone) ?? '';
    if (/<interface\b/.test(text) && (name === 'trusted.xml' || acceptsAll(text))) return true;
  }
  return false;
}

/** Older versions keep their number while they run; the number may be another program's after a crash. */
async function hasFirewalldNumber(files: Files): Promise<boolean> {
  const pid = await lineOf(files, '/run/firewalld.pid');
  if (pid === undefined || !/^\d+$/.test(pid)) return false;
  return (await lineOf(files, `/proc/${pid}/comm`)) === 'firewalld';
}

/** ufw is enabled, refuses by default, and its unit, which puts the rules in place, was started. */
async function isUfwOn(files: Files): Promise<boolean> {
  const settings = parseIni(ifFound(await files.text('/etc/ufw/ufw.conf')) ?? '').get('');
  if (isYes(settings?.get('ENABLED')) !== true) return false;
  const input = parseIni(ifFound(await files.text('/etc/default/ufw')) ?? '')
    .get('')
    ?.get('DEFAULT_INPUT_POLICY');
  // systemd keeps a link for each unit that it started.
  const started = await files.link('/run/systemd/units/invocation:ufw.service');
  return 'found' in started && /^"?(DROP|REJECT)"?$/.test(input ?? '') && !(await letsAllIn(files));
}

/** Where ufw keeps its rules: people's own, and those before them. */
const ufwRules = ['user.rules', 'user6.rules', 'before.rules', 'before6.rules'].map((name) => `/etc/ufw/${name}`);
/** A rule that accepts whatever comes, or all of one kind, on any card but the device's own. */
const ufwAcceptsAll = /^-A ufw6?-(?:user|before)-input(?: -i (?!lo\b)\S+)?(?: -p (?:tcp|udp|all))? -j ACCEPT\s*$/m;

/** True too where that may not be read. */
async function letsAllIn(files: Files): Promise<boolean> {
  for (const path of ufwRules) {
    const text = await files.text(path);
    if ('missing' in text ? text.missing === 'blocked' : ufwAcceptsAll.test(text.found)) return true;
  }
  return false;
}
