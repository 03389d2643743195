import { isIP } from 'node:net';

/** The resolvers a `resolv.conf` names, as `dns.setServers` takes them; one with a zone cannot be asked and is left out. */
export function parseResolvConf(text: string): string[] {
  const servers: string[] = [];
  for (const line of text.replace('\uFEFF', '').split(/\r?\n/)) {
    const [, address = ''] = /^[ \t]*nameserver[ \t]+(\S+)/.exec(line) ?? [];
    if (isIP(address) !== 0 && !address.includes('%')) servers.push(address);
  }
  return servers;
}
