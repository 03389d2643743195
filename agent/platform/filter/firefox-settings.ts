import { z } from 'zod';
import { parseJson } from './chromium-settings.ts';

/** What Firefox is set to. */
export interface FirefoxSettings {
  /** Names go to a server of its own; undefined: not set. */
  doh?: boolean;
  /** What is set may not be changed by whoever uses it. */
  dohLocked: boolean;
  /** A proxy is named; undefined: not set. */
  proxy?: boolean;
}

export const noFirefoxSettings: FirefoxSettings = { dohLocked: false };

const yes = z
  .union([z.boolean(), z.number().transform((number) => number !== 0)])
  .optional()
  .catch(undefined);

/** A setting that a policy makes: the value alone, or with how firm it is. */
const preference = z
  .union([
    z.number().transform((value) => ({ Value: value, Status: 'locked' })),
    z.looseObject({ Value: z.number(), Status: z.string().default('default') }),
  ])
  .optional()
  .catch(undefined);

const policiesSchema = z.looseObject({
  Preferences: z
    .looseObject({ 'network.trr.mode': preference, 'network.proxy.type': preference })
    .optional()
    .catch(undefined),
  DNSOverHTTPS: z.looseObject({ Enabled: yes, Locked: yes }).optional().catch(undefined),
  Proxy: z
    .looseObject({ Mode: z.string().optional().catch(undefined) })
    .optional()
    .catch(undefined),
});

/** Firefox's policies, as an object of any system. undefined: not one. */
export function readFirefoxPolicies(value: unknown): FirefoxSettings | undefined {
  const parsed = policiesSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const { DNSOverHTTPS: doh, Proxy: proxy, Preferences: set } = parsed.data;
  const resolver = set?.['network.trr.mode'];
  const preferred = ofPrefs(
    new Map(
      Object.entries({ 'network.trr.mode': resolver, 'network.proxy.type': set?.['network.proxy.type'] }).flatMap(
        ([name, each]) => (each === undefined || each.Status === 'clear' ? [] : [[name, `${each.Value}`] as const]),
      ),
    ),
  );
  const mode = proxy?.Mode;
  const asks = doh?.Enabled ?? preferred.doh;
  const leads = mode === undefined ? preferred.proxy : mode === 'manual' || mode === 'autoConfig';
  return {
    ...(asks !== undefined && { doh: asks }),
    dohLocked: doh?.Locked === true || (doh?.Enabled === undefined && resolver?.Status === 'locked'),
    ...(leads !== undefined && { proxy: leads }),
  };
}

/** `policies.json`. undefined: not understood. */
export function parsePoliciesFile(bytes: Buffer): FirefoxSettings | undefined {
  const outer = z.looseObject({ policies: z.unknown() }).safeParse(parseJson(bytes.toString()));
  return outer.success ? readFirefoxPolicies(outer.data.policies) : undefined;
}

const pref = /^[ \t]*(?:user_pref|pref|lockPref)\(\s*["']([^"'\n]{1,200})["']\s*,\s*(-?\d{1,9}|true|false)\s*\)/gm;

/**
 * `prefs.js` or `user.js`, as what is set in it; a later line goes before an
 * earlier one. `doh-rollout.mode` is what Firefox itself switched on.
 */
export function parsePrefs(bytes: Buffer): ReadonlyMap<string, string> {
  const prefs = new Map<string, string>();
  for (const [, name = '', value = ''] of bytes.toString().replace('\uFEFF', '').matchAll(pref)) {
    if (/^(network\.trr\.mode|doh-rollout\.mode|network\.proxy\.type)$/.test(name)) prefs.set(name, value);
  }
  return prefs;
}

/** What the settings of a profile come to: 2 and 3 ask a server of its own, 5 is a firm no; proxy 1 is by hand, 2 by a script. */
export function ofPrefs(prefs: ReadonlyMap<string, string>): FirefoxSettings {
  const chosen = prefs.get('network.trr.mode') ?? '0';
  const mode = chosen === '0' ? prefs.get('doh-rollout.mode') : chosen;
  const proxy = prefs.get('network.proxy.type');
  return {
    ...(mode !== undefined && { doh: mode === '2' || mode === '3' }),
    dohLocked: false,
    ...(proxy !== undefined && { proxy: proxy === '1' || proxy === '2' }),
  };
}

/** What a manager's policy leaves of a profile's choice: a locked one stands, another is only where the choice begins. */
export function underPolicies(policies: FirefoxSettings, chosen: FirefoxSettings): FirefoxSettings {
  const doh = policies.dohLocked ? (policies.doh ?? chosen.doh) : (chosen.doh ?? policies.doh);
  const proxy = policies.proxy ?? chosen.proxy;
  return { ...(doh !== undefined && { doh }), dohLocked: policies.dohLocked, ...(proxy !== undefined && { proxy }) };
}

/** Of two policies the firmer one, where it says anything. */
export function joinPolicies(firm: FirefoxSettings, other: FirefoxSettings): FirefoxSettings {
  const { doh, dohLocked } = firm.doh === undefined ? other : firm;
  const proxy = firm.proxy ?? other.proxy;
  return { ...(doh !== undefined && { doh }), dohLocked, ...(proxy !== undefined && { proxy }) };
}

const addonsSchema = z.looseObject({
  addons: z.array(
    z.looseObject({
      location: z.string().optional().catch(undefined),
      userPermissions: z
        .looseObject({ permissions: z.array(z.unknown()).optional() })
        .nullish()
        .catch(undefined),
    }),
  ),
});

/** `extensions.json`: whether somebody's extension may lead traffic elsewhere. What Firefox brings along is not counted. undefined: not understood. */
export function parseAddons(bytes: Buffer): boolean | undefined {
  const parsed = addonsSchema.safeParse(parseJson(bytes.toString()));
  if (!parsed.success) return undefined;
  return parsed.data.addons.some(
    ({ location = '', userPermissions }) =>
      !/^app-(builtin|system)/.test(location) && (userPermissions?.permissions ?? []).includes('proxy'),
  );
}
