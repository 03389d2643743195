const assignment =
  /^[ \t]*(?:export[ \t]+|declare[ \t]+-x[ \t]+)?(?:https?|all|ftp)_proxy(?:[ \t]*=[ \t]*|[ \t]+(?:DEFAULT|OVERRIDE)=)["']?([^"'\s#;]+)/im;

/** A file that sets the environment, or a shell's start: whether it names a proxy for all programs. */
export function namesProxy(bytes: Buffer): boolean {
  return assignment.test(bytes.toString().replace('\uFEFF', ''));
}

/** KDE's `kioslaverc`: 0 none, 1 by hand, 2 by a script, 3 found by itself, 4 from the environment. */
export function parseKioslaverc(bytes: Buffer): boolean {
  const type = /^\[Proxy Settings\]\r?\n(?:[^[\r\n][^\n]*\n|\r?\n)*?ProxyType[ \t]*=[ \t]*(\d)/m.exec(
    bytes.toString(),
  )?.[1];
  return type === '1' || type === '2';
}

/** `scutil --proxy`, as a dictionary: whether any kind of proxy is in use. */
export function usesProxy(told: { readonly [key: string]: unknown }): boolean {
  return ['HTTPEnable', 'HTTPSEnable', 'SOCKSEnable', 'ProxyAutoConfigEnable'].some((key) => told[key] === '1');
}
