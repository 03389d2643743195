import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Role } from '../../../../shared/api/people.ts';
import type { Policy } from '../../../../shared/policy/document.ts';
import { mayCall } from '../api/allowed.ts';
import { useBackend } from '../api/backend.ts';
import { Card } from '../page/card.tsx';
import { AddBeacon } from './add-beacon.tsx';
import { type AskedChange, ConfirmChange } from './confirm-change.tsx';
import styles from './policy.module.css';

type Beacon = Policy['beacons'][number];

function adding(beacon: Beacon): AskedChange {
  return {
    title: `Add the beacon “${beacon.label}”`,
    does: 'Add this beacon',
    reason: `Added the beacon “${beacon.label}”`,
    change: ({ beacons }) => ({ beacons: [...beacons.filter(({ key }) => key !== beacon.key), beacon] }),
  };
}

function takingOut(beacon: Beacon): AskedChange {
  return {
    title: `Take out the beacon “${beacon.label}”`,
    does: 'Take it out',
    reason: `Took the beacon “${beacon.label}” out`,
    change: ({ beacons }) => ({ beacons: beacons.filter(({ key }) => key !== beacon.key) }),
  };
}

/** The setting's beacons: what nobody can imitate of a place. */
export function BeaconsCard({ policy, role }: { policy: Policy; role: Role }) {
  const [asked, setAsked] = useState<AskedChange>();
  const isFixed = !mayCall('changePolicy', role);
  return (
    <Card title="Beacons">
      <p className={styles.small}>
        A beacon answers devices in the building with a signature that only it can make, so a hotspot with your
        network’s name does not pass for your setting. Once you have one, only it proves that a device is there.
      </p>
      {policy.beacons.length > 0 && (
        <ul className={styles.list}>
          {policy.beacons.map((beacon) => (
            <li key={beacon.key}>
              <span>
                {beacon.label} <span className={styles.small}>key {beacon.key.slice(0, 12)}…</span>
              </span>
              {!isFixed && (
                <Button
                  variant="default"
                  size="xs"
                  aria-label={`Take out ${beacon.label}`}
                  onClick={() => setAsked(takingOut(beacon))}
                >
                  Take out…
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {!isFixed && <ServerBeacon policy={policy} onAsked={(beacon) => setAsked(adding(beacon))} />}
      {!isFixed && <AddBeacon onAsked={(beacon) => setAsked(adding(beacon))} />}
      {asked !== undefined && <ConfirmChange asked={asked} onClose={() => setAsked(undefined)} />}
    </Card>
  );
}

/** This server, when it stands in the setting itself: one click, and no key to copy. */
function ServerBeacon({ policy, onAsked }: { policy: Policy; onAsked: (beacon: Beacon) => void }) {
  const { call } = useBackend();
  const beacon = useQuery({ queryKey: ['beacon'], queryFn: () => call('showBeacon', {}), staleTime: 60_000 }).data;
  if (beacon === undefined || beacon.state === 'off') return null;
  if (policy.beacons.some(({ key }) => key === beacon.publicKey)) return null;
  return (
    <div className={styles.beside}>
      <p>This server answers as a beacon in the building where it stands.</p>
      <Button variant="light" size="sm" onClick={() => onAsked({ key: beacon.publicKey, label: 'Hometime server' })}>
        It stands in our setting…
      </Button>
    </div>
  );
}
