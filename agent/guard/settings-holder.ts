import { type DeviceSettings, defaultDeviceSettings } from '../../shared/policy/device-settings.ts';

/** What this device's setting wants looked for: the defaults until its server has told it something. */
export interface SettingsHolder {
  current(): DeviceSettings;
}

export function createSettingsHolder(): SettingsHolder {
  return { current: () => defaultDeviceSettings };
}
