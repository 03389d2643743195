import { Button, Group, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { DeviceView } from '../../../../shared/api/devices.ts';
import { isDeviceName } from '../../../../shared/names.ts';
import { useBackend } from '../api/backend.ts';
import { keys } from '../api/keys.ts';
import { Dialogue } from '../page/dialogue.tsx';
import { Refused } from '../page/refused.tsx';
import { refusal } from '../session/form-faults.ts';
import styles from './order.module.css';
import { ReasonField, reasonFault } from './reason-field.tsx';

interface RetireGoneProps {
  device: DeviceView;
  opened: boolean;
  onClose: () => void;
}

/** Takes a lost or broken device out of the fleet, without a word to it. */
export function RetireGone({ device, opened, onClose }: RetireGoneProps) {
  return (
    <Dialogue opened={opened} onClose={onClose} title={`Take ${device.name} out of the fleet`}>
      <GoneForm device={device} onClose={onClose} />
    </Dialogue>
  );
}

function GoneForm({ device, onClose }: { device: DeviceView; onClose: () => void }) {
  const { call } = useBackend();
  const cache = useQueryClient();
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const [faults, setFaults] = useState<{ reason?: string; name?: string }>({});
  const retire = useMutation({
    mutationFn: () =>
      call('retireDevice', { params: { id: device.id }, body: { reason: reason.trim(), deviceName: typed } }),
    onSuccess: (retired) => {
      cache.setQueryData(keys.device(device.id), retired);
      notifications.show({ color: 'grape', message: `${device.name} has left the fleet. Its history is kept.` });
      onClose();
      return cache.invalidateQueries({ queryKey: keys.devices });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const why = reasonFault(reason);
    const found = {
      ...(why === undefined ? {} : { reason: why }),
      ...(isDeviceName(typed, device.name)
        ? {}
        : { name: 'This is not its name. Type it exactly, with its capital letters.' }),
    };
    setFaults(found);
    if (Object.keys(found).length === 0) retire.mutate();
  };
  return (
    <form className={styles.form} noValidate onSubmit={submit}>
      {retire.isError && <Refused title="It was not taken out">{refusal(retire.error, []).sentence}</Refused>}
      <p>
        For a device that will not come back to be told: lost, stolen, broken. It is refused from now on, and its
        history is kept. <strong>Nothing on it is deleted.</strong> If it may still be switched on somewhere, order a
        wipe first and wait.
      </p>
      <ReasonField value={reason} onChange={setReason} error={faults.reason} isFirst />
      <TextInput
        label={`Type the device’s name: ${device.name}`}
        autoComplete="off"
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        error={faults.name}
      />
      <p className={styles.meta}>You are asked for your password again.</p>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Do nothing
        </Button>
        <Button type="submit" color="red" loading={retire.isPending}>
          Take it out
        </Button>
      </Group>
    </form>
  );
}
