/**
 * The names that /etc/hosts gives an address to, in small letters. Resolvers that
 * run on the device (systemd-resolved, dnsmasq) answer them as if the network had.
 */
export function parseHostNames(text: string): Set<string> {
  const names = new Set<string>();
  for (const line of text.split(/\r?\n/)) {
    const [, ...named] = line
      .replace(/^\uFEFF/, '')
      .replace(/#.*/, '')
      .trim()
      .split(/\s+/);
    for (const name of named) names.add(name.toLowerCase().replace(/\.$/, ''));
  }
  return names;
}
