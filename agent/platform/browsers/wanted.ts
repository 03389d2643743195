import type { AppList, ListedApp } from '../../../shared/policy/app-list.ts';

/** What is looked for, made once from an app list. */
export interface Wanted {
  readonly apps: readonly ListedApp[];
  /** Every host of every app, each once. */
  readonly hosts: readonly string[];
  /** Every key of local storage of every app, each once. */
  readonly keys: readonly string[];
  /** Equal for equal lists. */
  readonly text: string;
  /** The listed host that this host is or lies below; undefined: nobody listed it. */
  hostOf(host: string): string | undefined;
}

export function createWanted({ apps }: AppList): Wanted {
  const hosts = [...new Set(apps.flatMap((app) => app.hosts))];
  const keys = [...new Set(apps.flatMap((app) => app.localStorage))];
  const listed = new Set(hosts);
  return { apps, hosts, keys, text: JSON.stringify(apps), hostOf: (host) => nearest(host, listed) };
}

/**
 * A cookie's host is written ".facebook.com" when it holds for everything below.
 * A cookie of a parent (".google.com") is none of a listed host below it
 * ("mail.google.com"): it says nothing of that app.
 */
function nearest(host: string, listed: ReadonlySet<string>): string | undefined {
  for (let rest = plainHost(host); rest !== ''; rest = rest.slice(rest.indexOf('.') + 1)) {
    if (listed.has(rest)) return rest;
    if (!rest.includes('.')) return undefined;
  }
  return undefined;
}

/** A host in lower case, without the dot before it and the root's dot after it. */
function plainHost(host: string): string {
  return host.toLowerCase().replace(/^\./, '').replace(/\.$/, '');
}

/** The host of a web page's origin ("https://app.famly.co:8443"); undefined for anything else that keeps a storage. */
export function hostOfOrigin(origin: string): string | undefined {
  return /^https?:\/\/([^/:?#@^]+)(?::\d{1,5})?$/.exec(origin)?.[1];
}
