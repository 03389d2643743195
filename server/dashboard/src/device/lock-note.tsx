import { Alert } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import type { DeviceView } from '../../../../shared/api/devices.ts';
import { counted } from '../../../../shared/words.ts';
import { At } from '../page/when.tsx';

/** Says that a device is locked, as it last reported; what it does not say is not said. */
export function LockNote({ device }: { device: DeviceView }) {
  const { agent } = device.sections;
  const lock = agent.state === 'known' ? agent.value.lock : undefined;
  if (lock?.locked !== true) return null;
  return (
    <Alert color="grape" icon={<IconLock aria-hidden />} title="Locked, as it last reported">
      <p>
        Nobody can use it
        {lock.since !== null && (
          <>
            {' '}
            since <At at={lock.since} />
          </>
        )}
        . Release it here, or by telephone when it cannot reach the network.
      </p>
      <p>
        {lock.triesLeft === 0
          ? 'It takes no more codes for now: too many were wrong. It asks anew after an hour.'
          : `It takes ${counted(lock.triesLeft, 'more wrong code')} before it makes people wait.`}
      </p>
    </Alert>
  );
}
