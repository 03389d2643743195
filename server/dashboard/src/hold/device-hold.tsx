import { Alert, Button } from '@mantine/core';
import { IconHandStop } from '@tabler/icons-react';
import { useState } from 'react';
import type { DeviceView } from '../../../../shared/api/devices.ts';
import { useMay } from '../api/allowed.ts';
import { useHolds } from '../api/records.ts';
import { Dialogue } from '../page/dialogue.tsx';
import { At } from '../page/when.tsx';
import { HoldForm } from './hold-form.tsx';

/** The hold in force on a device, in plain sight; the safeguarding lead lifts it. */
export function HoldNote({ device: { id, hold } }: { device: DeviceView }) {
  const may = useMay();
  const [lifting, setLifting] = useState(false);
  const holds = useHolds();
  if (hold === null) return null;
  const close = () => setLifting(false);
  const inForce = holds.data?.pages
    .flatMap((page) => page.items)
    .find(({ deviceId, liftedAt, setAt }) => liftedAt === null && setAt === hold.setAt && (deviceId ?? id) === id);
  return (
    <Alert color="grape" icon={<IconHandStop aria-hidden />} title="Held: nothing may be deleted on it">
      <p>
        {hold.setBy} set this hold <At at={hold.setAt} />, because: {hold.reason}
      </p>
      <p>Wiping it, clearing its photos and taking it out of the fleet are refused until the hold is lifted.</p>
      {may('liftHold') && inForce !== undefined && (
        <Button mt="sm" size="sm" variant="default" onClick={() => setLifting(true)}>
          Lift the hold…
        </Button>
      )}
      <Dialogue opened={lifting} onClose={close} title="Lift this hold">
        {inForce !== undefined && <HoldForm lifts={inForce.id} onDone={close} />}
      </Dialogue>
    </Alert>
  );
}

/** The safeguarding lead's button: keeps what may be evidence. */
export function HoldDevice({ device }: { device: DeviceView }) {
  const may = useMay();
  const [opened, setOpened] = useState(false);
  if (!may('setHold') || device.hold !== null) return null;
  const close = () => setOpened(false);
  return (
    <>
      <Button variant="default" leftSection={<IconHandStop aria-hidden size={18} />} onClick={() => setOpened(true)}>
        Hold this device
      </Button>
      <Dialogue opened={opened} onClose={close} title={`Hold ${device.name}`}>
        <HoldForm deviceId={device.id} onDone={close} />
      </Dialogue>
    </>
  );
}
