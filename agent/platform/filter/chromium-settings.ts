import { z } from 'zod';

/** What Chromium and its relatives are set to, by a manager or by whoever uses them. */
export interface BrowserSettings {
  /** `secure` and `automatic` as the browser writes them; undefined: not set. */
  dohMode?: string;
  /** Names are asked of a server named here, not of the network's. */
  dohTemplates: boolean;
  /** A proxy is named; undefined: not set. */
  proxy?: boolean;
  /** Extensions that a manager had put in. */
  forced: readonly string[];
}

const text = z.string().optional().catch(undefined);
const proxyModes = ['fixed_servers', 'pac_script'];

/** Names as in Chrome's list of policies; the registry and property lists of other systems use the same. */
const policySchema = z.object({
  DnsOverHttpsMode: text,
  DnsOverHttpsTemplates: text,
  ProxyMode: text,
  ProxyServer: text,
  ProxyPacUrl: text,
  ProxySettings: z
    .union([z.looseObject({ ProxyMode: text, ProxyServer: text, ProxyPacUrl: text }), z.string()])
    .optional()
    .catch(undefined),
  ExtensionInstallForcelist: z
    .union([z.array(z.string()), z.record(z.string(), z.string()).transform((list) => Object.values(list))])
    .optional()
    .catch(undefined),
  ExtensionSettings: z
    .record(z.string(), z.looseObject({ installation_mode: text }))
    .optional()
    .catch(undefined),
});

/** A managed policy, as an object of any system. undefined: not one. */
export function readPolicy(value: unknown): BrowserSettings | undefined {
  const parsed = policySchema.safeParse(value);
  if (!parsed.success) return undefined;
  const policy = parsed.data;
  const proxy = proxyOf(policy);
  return {
    ...(policy.DnsOverHttpsMode !== undefined && { dohMode: policy.DnsOverHttpsMode }),
    dohTemplates: (policy.DnsOverHttpsTemplates ?? '').trim() !== '',
    ...(proxy !== undefined && { proxy }),
    forced: [
      ...(policy.ExtensionInstallForcelist ?? []).map((entry) => entry.split(';')[0] ?? ''),
      ...Object.entries(policy.ExtensionSettings ?? {})
        .filter(([, { installation_mode: mode }]) => mode === 'force_installed' || mode === 'normal_installed')
        .map(([id]) => id),
    ],
  };
}

function proxyOf(policy: z.infer<typeof policySchema>): boolean | undefined {
  const { ProxySettings: settings } = policy;
  const inner = typeof settings === 'string' ? parseJson(settings) : settings;
  const parts = [policy, policySchema.safeParse(inner ?? {}).data].filter((part) => part !== undefined);
  const modes = parts.flatMap(({ ProxyMode: mode }) => mode ?? []);
  if (modes.some((mode) => proxyModes.includes(mode))) return true;
  if (modes.length > 0) return false;
  const named = parts.flatMap(({ ProxyServer: server, ProxyPacUrl: pac }) => [server, pac]).some((one) => one);
  return named ? true : undefined;
}

/** Chrome reads its policy files with comments and trailing commas; ours are undefined when not plain JSON. */
export function parsePolicyFile(bytes: Buffer): BrowserSettings | undefined {
  const value = parseJson(bytes.toString());
  return value === undefined ? undefined : readPolicy(value);
}

const localStateSchema = z.looseObject({
  dns_over_https: z.looseObject({ mode: text, templates: text }).optional().catch(undefined),
});

/** `Local State`: what whoever uses the browser chose. undefined: not understood. */
export function parseLocalState(bytes: Buffer): BrowserSettings | undefined {
  const parsed = localStateSchema.safeParse(parseJson(bytes.toString()));
  if (!parsed.success) return undefined;
  const chosen = parsed.data.dns_over_https;
  return {
    ...(chosen?.mode !== undefined && { dohMode: chosen.mode }),
    dohTemplates: (chosen?.templates ?? '').trim() !== '',
    forced: [],
  };
}

/**
 * Whether names go past the network's resolver. `automatic` alone stays with the
 * same provider as the network's resolver, and falls back to it; with a server
 * named it does not.
 */
export function leavesResolver({ dohMode, dohTemplates }: BrowserSettings): boolean {
  return dohMode === 'secure' || (dohMode === 'automatic' && dohTemplates);
}

/** What a manager decided goes before what a user chose. */
export function joinSettings(first: BrowserSettings, then: BrowserSettings): BrowserSettings {
  const doh = first.dohMode !== undefined ? first : then;
  const proxy = first.proxy ?? then.proxy;
  return {
    ...(doh.dohMode !== undefined && { dohMode: doh.dohMode }),
    dohTemplates: doh.dohTemplates,
    ...(proxy !== undefined && { proxy }),
    forced: [...first.forced, ...then.forced],
  };
}

export const noSettings: BrowserSettings = { dohTemplates: false, forced: [] };

const manifestSchema = z.looseObject({
  permissions: z.array(z.unknown()).optional().catch(undefined),
});

/** An extension's manifest: whether it may lead the browser's traffic elsewhere. undefined: not understood. */
export function parseManifest(bytes: Buffer): boolean | undefined {
  const parsed = manifestSchema.safeParse(parseJson(bytes.toString()));
  if (!parsed.success) return undefined;
  return (parsed.data.permissions ?? []).some((each) => each === 'proxy' || each === 'vpnProvider');
}

export function parseJson(source: string): unknown {
  try {
    return JSON.parse(source.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}
