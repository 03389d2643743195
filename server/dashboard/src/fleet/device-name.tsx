import { IconDeviceLaptop, IconDeviceTablet, IconMoodKid } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { DeviceView } from '../../../../shared/api/devices.ts';
import { kindWords } from '../words/device.ts';
import styles from './fleet.module.css';

const kindIcons = { tablet: IconDeviceTablet, laptop: IconDeviceLaptop } as const;

/** A device's name as the way to its page, with its kind and whether children use it. */
export function DeviceName({ device }: { device: DeviceView }) {
  return (
    <span className={styles.device}>
      <Link href={`/devices/${device.id}`} className={styles.deviceName}>
        {device.name}
      </Link>
      <DeviceKindWords device={device} />
    </span>
  );
}

export function DeviceKindWords({ device }: { device: Pick<DeviceView, 'kind' | 'childFacing'> }) {
  const Icon = kindIcons[device.kind];
  return (
    <span className={styles.kind}>
      <Icon aria-hidden size={16} />
      {kindWords(device.kind)}
      {device.childFacing && (
        <span className={styles.children}>
          <IconMoodKid aria-hidden size={16} />
          Children use it
        </span>
      )}
    </span>
  );
}
