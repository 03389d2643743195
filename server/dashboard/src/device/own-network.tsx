import { Alert, Button, Group, Modal, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Role } from '../../../../shared/api/people.ts';
import { ownNetworkSchema } from '../../../../shared/policy/document.ts';
import type { Location } from '../../../../shared/report/location.ts';
import { mayCall } from '../api/allowed.ts';
import { useBackend } from '../api/backend.ts';
import { faultsOf, refusal } from '../session/form-faults.ts';
import styles from './device.module.css';

/** Names the network a device is on as the setting's own. Where that cannot be done, says why. */
export function OwnNetwork({ location, deviceName, role }: { location: Location; deviceName: string; role: Role }) {
  const [opened, setOpened] = useState(false);
  const { hardwareAddress } = location.gateway;
  if (!mayCall('changePolicy', role))
    return <p className={styles.small}>An administrator can name this network as yours.</p>;
  if (location.vpn)
    return (
      <p className={styles.small}>A private tunnel hides the network, so it cannot be named as yours from here.</p>
    );
  if (hardwareAddress === null)
    return (
      <p className={styles.small}>
        The router’s hardware address is not known, so the network cannot be named as yours yet.
      </p>
    );
  return (
    <>
      <Button variant="light" size="sm" onClick={() => setOpened(true)}>
        This is our network
      </Button>
      <Modal
        opened={opened}
        onClose={() => setOpened(false)}
        title="This is our network"
        lockScroll={false}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <NetworkForm hardwareAddress={hardwareAddress} deviceName={deviceName} onDone={() => setOpened(false)} />
      </Modal>
    </>
  );
}

interface NetworkFormProps {
  hardwareAddress: string;
  deviceName: string;
  onDone: () => void;
}

function NetworkForm({ hardwareAddress, deviceName, onDone }: NetworkFormProps) {
  const { call } = useBackend();
  const cache = useQueryClient();
  const form = useForm({
    initialValues: { label: '' },
    validate: (values) => {
      const faults = faultsOf(ownNetworkSchema, {
        gatewayHardwareAddress: hardwareAddress,
        label: values.label.trim(),
      });
      return faults.label ? { label: 'Write a name of up to 60 letters, without slashes' } : {};
    },
  });
  const add = useMutation({
    mutationFn: async ({ label }: { label: string }) => {
      const policy = await call('showPolicy', {});
      const others = policy.networks.filter((network) => network.gatewayHardwareAddress !== hardwareAddress);
      const networks = [...others, { gatewayHardwareAddress: hardwareAddress, label: label.trim() }];
      return call('changePolicy', { body: { ...policy, networks } });
    },
    onSuccess: () => {
      notifications.show({ color: 'grape', message: 'Saved. Every device is judged again.' });
      onDone();
      return cache.invalidateQueries();
    },
  });
  return (
    <form className={styles.form} noValidate onSubmit={form.onSubmit((values) => add.mutate(values))}>
      <p>
        {deviceName} is on the network of the router {hardwareAddress}. From now on a device on this network counts as
        at the setting, and one on any other network as away.
      </p>
      {add.isError && (
        <Alert role="alert" color="red" title="It was not saved">
          {refusal(add.error, []).sentence}
        </Alert>
      )}
      <TextInput
        data-autofocus
        label="What you call it"
        description="For example “Nursery Wi-Fi”"
        {...form.getInputProps('label')}
      />
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        <Button type="submit" loading={add.isPending}>
          Save as our network
        </Button>
      </Group>
    </form>
  );
}
