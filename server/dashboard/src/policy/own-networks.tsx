import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Role } from '../../../../shared/api/people.ts';
import type { Policy } from '../../../../shared/policy/document.ts';
import { counted } from '../../../../shared/words.ts';
import { mayCall } from '../api/allowed.ts';
import { Card } from '../page/card.tsx';
import { type AskedChange, ConfirmChange } from './confirm-change.tsx';
import styles from './policy.module.css';

type Network = Policy['networks'][number];

function takingOut({ gatewayHardwareAddress, label }: Network): AskedChange {
  return {
    title: `Take out “${label}”`,
    does: 'Take it out',
    reason: `Took “${label}” out of the networks`,
    change: ({ networks }) => ({
      networks: networks.filter((one) => one.gatewayHardwareAddress !== gatewayHardwareAddress),
    }),
  };
}

/** The networks that count as at the setting. One is added from the page of a device that is on it. */
export function OwnNetworks({ policy, role }: { policy: Policy; role: Role }) {
  const [asked, setAsked] = useState<AskedChange>();
  if (policy.networks.length === 0)
    return (
      <Card title="Your networks">
        <p>
          None yet, so it cannot be told whether a device is at the setting. Open the page of a device that is there
          now, and choose “This is our network”.
        </p>
      </Card>
    );
  return (
    <Card title="Your networks">
      <ul className={styles.list}>
        {policy.networks.map((network) => (
          <li key={network.gatewayHardwareAddress}>
            <NetworkWords network={network} />
            {mayCall('changePolicy', role) && (
              <Button
                variant="default"
                size="xs"
                aria-label={`Take out ${network.label}`}
                onClick={() => setAsked(takingOut(network))}
              >
                Take out…
              </Button>
            )}
          </li>
        ))}
      </ul>
      <p className={styles.small}>
        Anybody can give a hotspot the name and the addresses of your network. {beaconWords(policy)}
      </p>
      {asked !== undefined && <ConfirmChange asked={asked} onClose={() => setAsked(undefined)} />}
    </Card>
  );
}

function NetworkWords({ network: { label, gatewayHardwareAddress, accessPoints = [] } }: { network: Network }) {
  return (
    <span>
      {label}{' '}
      <span className={styles.small}>
        router {gatewayHardwareAddress}
        {accessPoints.length > 0 && `, ${counted(accessPoints.length, 'access point')}`}
      </span>
    </span>
  );
}

function beaconWords({ beacons }: Policy): string {
  return beacons.length > 0
    ? 'So a device counts as at the setting only when one of your beacons answers.'
    : 'A beacon cannot be imitated: see below.';
}
