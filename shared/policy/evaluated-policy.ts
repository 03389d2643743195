import type { Calendar } from '../calendar/opening.ts';
import type { DeviceRules, KnownPlaces } from './device-rules.ts';
import type { DeviceSettings } from './device-settings.ts';
import type { Policy } from './document.ts';
import { networkDigest } from './place-digest.ts';

type OfRules =
  | 'photoLimit'
  | 'silentAfterHours'
  | 'personalApps'
  | 'removableMedia'
  | 'switches'
  | 'places'
  | 'calendar';
type OfSettings = 'apps' | 'filterTests' | 'resourceFolder';

/** What the rules go by. The server makes it of the setting's policy, a device of its capsule, and both evaluate the same. */
export interface EvaluatedPolicy extends Pick<DeviceRules, OfRules>, Pick<DeviceSettings, OfSettings> {}

/**
 * The server's form: of the policy, the setting's place salt (base64 of 32 bytes) and its calendar for these days.
 * Costs a digest for each address of the policy: it is made once a version and a day, and not for each report.
 */
export function evaluatedPolicyOf(
  policy: Policy,
  { placeSalt, calendar }: { placeSalt: string; calendar: Calendar },
): EvaluatedPolicy {
  const { photoLimit, silentAfterHours, personalApps, removableMedia, switches } = policy;
  const { apps, filterTests, resourceFolder } = policy;
  const places = knownPlacesOf(policy, placeSalt);
  const ofRules = { photoLimit, silentAfterHours, personalApps, removableMedia, switches, places, calendar };
  return { ...ofRules, apps, filterTests, resourceFolder };
}

/** The device's form; undefined: its server told no rules. */
export function evaluatedPolicyFrom({ rules, ...settings }: DeviceSettings): EvaluatedPolicy | undefined {
  if (rules === undefined) return undefined;
  const { photoLimit, silentAfterHours, personalApps, removableMedia, switches, places, calendar } = rules;
  const { apps, filterTests, resourceFolder } = settings;
  const ofRules = { photoLimit, silentAfterHours, personalApps, removableMedia, switches, places, calendar };
  return { ...ofRules, apps, filterTests, resourceFolder };
}

function knownPlacesOf({ networks, beacons }: Pick<Policy, 'networks' | 'beacons'>, salt: string): KnownPlaces {
  return {
    salt,
    networks: networks.map(({ gatewayHardwareAddress, accessPoints = [] }) => ({
      gateway: networkDigest(salt, 'gateway', gatewayHardwareAddress),
      accessPoints: accessPoints.map((address) => networkDigest(salt, 'access-point', address)),
    })),
    beacons: beacons.map(({ key }) => key),
  };
}
