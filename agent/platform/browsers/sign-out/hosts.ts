import type { ListedApp } from '../../../../shared/policy/app-list.ts';
import { createWanted, hostOfOrigin } from '../wanted.ts';

/** Whose data goes. */
export interface Hosts {
  /** A page's host: one of the listed, or below one. */
  isMeant(host: string): boolean;
  /** Of "https://app.famly.co", with or without a port, a path or what a browser adds to it. */
  isMeantOrigin(origin: string): boolean;
  /** A cookie that a browser would send to a listed host: also one of a domain above it (".famly.co"). */
  isMeantCookie(host: string): boolean;
}

export function createHosts(apps: readonly ListedApp[]): Hosts {
  const wanted = createWanted({ version: 1, apps: [...apps] });
  const isMeant = (host: string) => wanted.hostOf(host) !== undefined;
  return {
    isMeant,
    isMeantOrigin: (origin) => isMeant(hostOfOrigin(/^[^/]+:\/\/[^/^]+/.exec(origin)?.[0] ?? '') ?? ''),
    isMeantCookie: (host) => isMeant(host) || isAbove(host.toLowerCase(), wanted.hosts),
  };
}

/** Browsers take no cookie for a domain under which anybody can have a host, so whoever set this one owns the listed host too. */
function isAbove(host: string, listed: readonly string[]): boolean {
  return host.startsWith('.') && listed.some((each) => each.endsWith(host));
}
