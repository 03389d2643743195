import { Button, Checkbox, Group, Modal, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Role } from '../../../../shared/api/people.ts';
import { ownNetworkSchema, type Policy } from '../../../../shared/policy/document.ts';
import type { Location } from '../../../../shared/report/location.ts';
import { listOf } from '../../../../shared/words.ts';
import { mayCall } from '../api/allowed.ts';
import { useChangePolicy } from '../api/policy.ts';
import { useDevices } from '../api/queries.ts';
import { Refused } from '../page/refused.tsx';
import { Foreseen } from '../policy/foreseen.tsx';
import { faultsOf, refusal } from '../session/form-faults.ts';
import { type AccessPoint, accessPointsOf } from './access-points.ts';
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
        size="lg"
        lockScroll={false}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <NetworkForm
          hardwareAddress={hardwareAddress}
          wifi={location.wifi}
          deviceName={deviceName}
          onDone={() => setOpened(false)}
        />
      </Modal>
    </>
  );
}

interface NetworkFormProps {
  hardwareAddress: string;
  wifi: Location['wifi'];
  deviceName: string;
  onDone: () => void;
}

function NetworkForm({ hardwareAddress, wifi, deviceName, onDone }: NetworkFormProps) {
  const change = useChangePolicy();
  const points = accessPointsOf(useDevices().data ?? [], hardwareAddress);
  const form = useForm({
    initialValues: { label: wifi?.name ?? '', withAccessPoints: false },
    validate: (values) => {
      const faults = faultsOf(ownNetworkSchema, {
        gatewayHardwareAddress: hardwareAddress,
        label: values.label.trim(),
      });
      return faults.label ? { label: 'Write a name of up to 60 letters, without slashes' } : {};
    },
  });
  const named = (label: string, withAccessPoints: boolean) => (policy: Pick<Policy, 'networks'>) => ({
    networks: withNetwork(policy.networks, {
      gatewayHardwareAddress: hardwareAddress,
      label,
      accessPoints: withAccessPoints ? points.map(({ address }) => address) : [],
    }),
  });
  const add = useMutation({
    mutationFn: ({ label, withAccessPoints }: { label: string; withAccessPoints: boolean }) =>
      change(
        named(label.trim(), withAccessPoints),
        `Named the network that ${deviceName} is on as ours: “${label.trim()}”`,
      ),
    onSuccess: () => {
      notifications.show({ color: 'grape', message: 'Saved. Every device is judged again.' });
      onDone();
    },
  });
  return (
    <form className={styles.form} noValidate onSubmit={form.onSubmit((values) => add.mutate(values))}>
      <p>
        {deviceName} is on the network of the router {hardwareAddress}. From now on a device on this network counts as
        at the setting, and one on any other network as away.
      </p>
      {add.isError && <Refused title="It was not saved">{refusal(add.error, []).sentence}</Refused>}
      <TextInput
        data-autofocus
        label="What you call it"
        description="For example “Nursery Wi-Fi”"
        {...form.getInputProps('label')}
      />
      {points.length > 0 && (
        <Checkbox
          label={`Also by its access ${points.length === 1 ? 'point' : 'points'}: ${listOf(points.map(pointWords))}`}
          description="Harder to copy. Then every access point of yours has to be here, or a device near another one cannot be placed"
          {...form.getInputProps('withAccessPoints', { type: 'checkbox' })}
        />
      )}
      <Foreseen
        name={`network ${hardwareAddress} ${form.values.withAccessPoints}`}
        change={named('This network', form.values.withAccessPoints)}
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

type Network = Policy['networks'][number];

/** The networks with this one in them; access points of it that were known stay. */
function withNetwork(networks: readonly Network[], { accessPoints: found = [], ...network }: Network): Network[] {
  const before = networks.find((one) => one.gatewayHardwareAddress === network.gatewayHardwareAddress);
  const accessPoints = [...new Set([...(before?.accessPoints ?? []), ...found])];
  const others = networks.filter((one) => one !== before);
  return [...others, accessPoints.length === 0 ? network : { ...network, accessPoints }];
}

function pointWords({ address, devices }: AccessPoint): string {
  return `${address} (${listOf(devices)})`;
}
