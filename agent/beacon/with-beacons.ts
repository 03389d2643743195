import { performance } from 'node:perf_hooks';
import type { Clock } from '../../shared/instant.ts';
import type { DeviceSettings } from '../../shared/policy/device-settings.ts';
import { listKernelNames, readKernelText } from '../platform/linux/proc.ts';
import { systemInterfaces } from '../platform/network/own-addresses.ts';
import type { Platform } from '../platform/platform.ts';
import { createAsker } from './asking.ts';
import { askingBeacons } from './asking-beacons.ts';
import { createNeighbours } from './neighbours.ts';

interface WithBeaconsParts {
  clock: Clock;
  settings: () => DeviceSettings;
  deviceId: string;
}

/** The platform as it is, except that its place is also asked of the setting's beacons. No process, no timer of its own. */
export function withBeacons<Given extends Pick<Platform, 'name' | 'probes'>>(
  platform: Given,
  { clock, settings, deviceId }: WithBeaconsParts,
): Given {
  const steady = () => performance.now();
  const location = askingBeacons(platform.probes.location, {
    clock,
    steady,
    deviceId,
    keys: () => settings().rules?.places.beacons ?? [],
    links: systemInterfaces,
    ask: createAsker({
      steady,
      neighbours: createNeighbours({ read: readKernelText, list: listKernelNames }),
      bindsBroadcast: platform.name === 'linux',
      zones: platform.name === 'windows' ? 'by-number' : 'by-name',
    }),
  });
  return { ...platform, probes: { ...platform.probes, location } };
}
