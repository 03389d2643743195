const name = '(?:https?|all|ftp)_proxy';
const value = `["']?[^"'\\s#;]`;
/** By `NAME=value`, exported or not; after another command, or among others that are exported; and as fish and csh write it. */
const assignment = new RegExp(
  [
    `^[ \\t]*(?:export[ \\t]+|declare[ \\t]+-x[ \\t]+)?${name}(?:[ \\t]*=[ \\t]*|[ \\t]+(?:DEFAULT|OVERRIDE)=)${value}`,
    `^[^#\\n]{0,300}\\b(?:export|declare[ \\t]+-x|typeset[ \\t]+-x)[ \\t](?:[^#;\\n]{0,300}[ \\t])?${name}=${value}`,
    `^[ \\t]*(?:set(?:[ \\t]+-{1,2}[a-z]+)+|setenv)[ \\t]+${name}[ \\t]+${value}`,
  ].join('|'),
  'im',
);

/** A file that sets the environment, or a shell's start: whether it names a proxy for all programs. */
export function namesProxy(bytes: Buffer): boolean {
  return assignment.test(bytes.toString().replace('\uFEFF', ''));
}

/** KDE's `kioslaverc`: 0 none, 1 by hand, 2 by a script, 3 found by itself, 4 from the environment. */
export function parseKioslaverc(bytes: Buffer): boolean {
  const type =
    /^\[Proxy Settings\](?:\[\$\w+\])?[ \t]*\r?\n(?:[^[\r\n][^\n]*\n|\r?\n)*?ProxyType(?:\[\$\w+\])?[ \t]*=[ \t]*(\d)/m.exec(
      bytes.toString(),
    )?.[1];
  return type === '1' || type === '2';
}

/** `scutil --proxy`, as a dictionary: whether any kind of proxy is in use. */
export function usesProxy(told: { readonly [key: string]: unknown }): boolean {
  return ['HTTPEnable', 'HTTPSEnable', 'SOCKSEnable', 'ProxyAutoConfigEnable'].some((key) => told[key] === '1');
}
