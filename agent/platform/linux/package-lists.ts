import type { Exec } from '../exec.ts';
import type { InstalledProgram } from '../programs/installed-program.ts';
import { outputOf, toolTrouble } from '../tool-trouble.ts';
import type { ListReader } from './program-lists.ts';

const dpkgStatus = '/var/lib/dpkg/status';

/** Debian's list of packages: megabytes of text, read part by part. */
export const readDpkg: ListReader = async ({ system }) => {
  const parser = createDpkgParser();
  const gave = await system.parts(dpkgStatus, parser.push);
  if ('missing' in gave) {
    const isThere = gave.missing === 'blocked';
    return isThere ? { isThere, programs: [], unread: 'blocked-by-permission' } : { isThere, programs: [] };
  }
  const { programs, isUnderstood, isEmpty } = parser.end();
  if (isEmpty) return { isThere: false, programs };
  return isUnderstood ? { isThere: true, programs } : { isThere: true, programs: [], unread: 'not-understood' };
};

/** States of a package whose program is on the disk: between two of them is where an update stands for a moment. */
const there = new Set(['installed', 'triggers-pending', 'triggers-awaited', 'half-configured', 'unpacked']);
/** A line that is longer is none that is asked for. */
const maxLine = 4096;

/**
 * Reads `/var/lib/dpkg/status` (deb822: stanzas of `Field: value`, an empty line
 * between) from parts that may end anywhere. A package that was removed leaves its
 * stanza there, as `deinstall ok config-files`.
 */
export function createDpkgParser() {
  const programs: InstalledProgram[] = [];
  let fields: { package?: string; status?: string; version?: string } = {};
  let rest = '';
  let stanzas = 0;
  let isEmpty = true;

  function endStanza(): void {
    const { package: program, status, version } = fields;
    fields = {};
    if (program === undefined || status === undefined) return;
    stanzas += 1;
    const state = status.split(/\s+/)[2] ?? '';
    if (there.has(state)) programs.push({ source: 'dpkg', program, version: version ?? null });
  }

  function line(text: string): void {
    const plain = text.endsWith('\r') ? text.slice(0, -1) : text;
    if (plain === '') endStanza();
    else if (plain.startsWith('Package:')) fields.package = plain.slice(8).trim();
    else if (plain.startsWith('Status:')) fields.status = plain.slice(7).trim();
    else if (plain.startsWith('Version:')) fields.version = plain.slice(8).trim();
  }

  return {
    push(part: string): void {
      if (part === '') return;
      const lines = `${rest}${isEmpty ? part.replace(/^\uFEFF/, '') : part}`.split('\n');
      isEmpty = false;
      rest = (lines.pop() ?? '').slice(0, maxLine);
      for (const each of lines) line(each);
    },
    end() {
      line(rest);
      endStanza();
      return { programs, isUnderstood: stanzas > 0, isEmpty };
    },
  };
}

/** Where rpm keeps its database: three places, three forms, by the distribution and its age. */
const rpmFiles = ['/usr/lib/sysimage/rpm', '/var/lib/rpm', '/usr/share/rpm'].flatMap((folder) =>
  ['rpmdb.sqlite', 'Packages.db', 'Packages'].map((name) => `${folder}/${name}`),
);

/** Fedora's and openSUSE's list of packages: only rpm itself can read it, and it is asked only when the list has changed. */
export function createRpmReader(exec: Exec): ListReader {
  return async ({ system }, signal) => {
    const marks: string[] = [];
    for (const file of rpmFiles) marks.push(await system.mark(file));
    if (marks.every((mark) => mark === 'absent')) return { isThere: false, programs: [] };
    const result = await exec('rpm', ['-qa', '--qf', '%{NAME}\\t%{VERSION}-%{RELEASE}\\n'], {
      timeoutMs: 60_000,
      signal,
    });
    const output = outputOf(result);
    if (output === undefined) return { isThere: true, programs: [], unread: toolTrouble(result) };
    const programs = parseRpm(output);
    return programs === undefined
      ? { isThere: true, programs: [], unread: 'not-understood' }
      : { isThere: true, programs };
  };
}

/** Name and version a line; keys that sign packages are listed with them and are none. undefined: not understood. */
export function parseRpm(output: string): InstalledProgram[] | undefined {
  const programs: InstalledProgram[] = [];
  for (const line of output.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    if (line === '') continue;
    const [program, version, ...more] = line.split('\t');
    if (program === undefined || program === '' || version === undefined || version === '' || more.length > 0)
      return undefined;
    if (program !== 'gpg-pubkey') programs.push({ source: 'rpm', program, version });
  }
  return programs;
}
