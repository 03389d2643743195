import { plainWords } from '../machine/words.ts';

/**
 * `/etc/os-release`: the system's name and version. Values may stand in single
 * or double quotes with backslashes, as in a shell. undefined: no name in it.
 */
export function parseOsRelease(text: string): { name: string; version: string } | undefined {
  const fields = new Map<string, string>();
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const match = /^([A-Z_]+)=(.*)$/.exec(line.trim());
    if (match?.[1] !== undefined) fields.set(match[1], unquote(match[2] ?? ''));
  }
  const name = plainWords(fields.get('NAME') ?? fields.get('PRETTY_NAME') ?? '', 80);
  // Rolling distributions have no version.
  const version = plainWords(fields.get('VERSION_ID') ?? fields.get('BUILD_ID') ?? '', 80);
  return name === '' ? undefined : { name, version };
}

function unquote(value: string): string {
  const inner = /^"(.*)"$/.exec(value)?.[1] ?? /^'(.*)'$/.exec(value)?.[1] ?? value;
  return inner.replace(/\\(.)/g, '$1');
}
