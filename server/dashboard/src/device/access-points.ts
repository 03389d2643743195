import type { DeviceView } from '../../../../shared/api/devices.ts';

/** An access point of a network, and the devices that are on it now, by name. */
export interface AccessPoint {
  address: string;
  devices: string[];
}

/** The access points through which devices in touch say that they are on the network of a router. */
export function accessPointsOf(devices: readonly DeviceView[], gateway: string): AccessPoint[] {
  const found = new Map<string, string[]>();
  for (const { name, presence, sections } of devices) {
    if (presence.state !== 'online' || sections.location.state === 'unknown') continue;
    const { value } = sections.location;
    const address = value.wifi?.accessPoint ?? null;
    if (value.vpn || value.gateway.hardwareAddress !== gateway || address === null) continue;
    found.set(address, [...(found.get(address) ?? []), name]);
  }
  return [...found].map(([address, names]) => ({ address, devices: names }));
}
