import { Alert, Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Role } from '../../../../shared/api/people.ts';
import type { Policy } from '../../../../shared/policy/document.ts';
import { mayCall } from '../api/allowed.ts';
import { useBackend } from '../api/backend.ts';
import { Card } from '../page/card.tsx';
import { refusal } from '../session/form-faults.ts';
import styles from './policy.module.css';

/** The networks that count as at the setting. One is added from the page of a device that is on it. */
export function OwnNetworks({ policy, role }: { policy: Policy; role: Role }) {
  const { call } = useBackend();
  const cache = useQueryClient();
  const remove = useMutation({
    mutationFn: async (hardwareAddress: string) => {
      const current = await call('showPolicy', {});
      const networks = current.networks.filter((network) => network.gatewayHardwareAddress !== hardwareAddress);
      return call('changePolicy', { body: { ...current, networks } });
    },
    onSuccess: () => {
      notifications.show({ color: 'grape', message: 'Taken out. Every device is judged again.' });
      return cache.invalidateQueries();
    },
  });
  return (
    <Card title="Your networks">
      {remove.isError && (
        <Alert role="alert" color="red" title="It was not taken out">
          {refusal(remove.error, []).sentence}
        </Alert>
      )}
      {policy.networks.length === 0 ? (
        <p>
          None yet, so it cannot be told whether a device is at the setting. Open the page of a device that is there
          now, and choose “This is our network”.
        </p>
      ) : (
        <ul className={styles.list}>
          {policy.networks.map(({ gatewayHardwareAddress, label }) => (
            <li key={gatewayHardwareAddress}>
              <span>
                {label} <span className={styles.small}>router {gatewayHardwareAddress}</span>
              </span>
              {mayCall('changePolicy', role) && (
                <Button
                  variant="default"
                  size="xs"
                  aria-label={`Take out ${label}`}
                  loading={remove.isPending && remove.variables === gatewayHardwareAddress}
                  onClick={() => remove.mutate(gatewayHardwareAddress)}
                >
                  Take out
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
