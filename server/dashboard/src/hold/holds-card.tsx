import { Button } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import type { HoldView } from '../../../../shared/api/safeguards.ts';
import { useMay } from '../api/allowed.ts';
import { useHolds } from '../api/records.ts';
import { Card } from '../page/card.tsx';
import { Dialogue } from '../page/dialogue.tsx';
import styles from '../page/page.module.css';
import { Badge } from '../page/said.tsx';
import { Trouble, Waiting } from '../page/trouble.tsx';
import { At } from '../page/when.tsx';
import { HoldForm } from './hold-form.tsx';

/** What the safeguarding lead keeps from being deleted, and what was let go again. */
export function HoldsCard() {
  const may = useMay();
  const holds = useHolds();
  const items = holds.data?.pages.flatMap((page) => page.items);
  const [isSetting, setIsSetting] = useState(false);
  const [lifting, setLifting] = useState<HoldView>();
  const close = () => {
    setIsSetting(false);
    setLifting(undefined);
  };
  return (
    <Card
      title="Holds"
      aside={
        may('setHold') && (
          <Button variant="default" onClick={() => setIsSetting(true)}>
            Hold the whole setting
          </Button>
        )
      }
    >
      {holds.isPending && <Waiting what="Asking what is held…" />}
      {holds.isError && (
        <Trouble what="The holds could not be loaded" error={holds.error} again={() => void holds.refetch()} />
      )}
      {items?.length === 0 && (
        <p className={styles.note}>
          Nothing is held. The safeguarding lead can keep a device, or all of them, from being wiped or cleared.
        </p>
      )}
      <ul className={styles.rows} aria-label="Holds, newest first">
        {items?.map((hold) => (
          <Hold key={hold.id} hold={hold} onLift={() => setLifting(hold)} />
        ))}
      </ul>
      <Dialogue opened={isSetting} onClose={close} title="Hold the whole setting">
        <HoldForm deviceId={null} onDone={close} />
      </Dialogue>
      <Dialogue opened={lifting !== undefined} onClose={close} title="Lift this hold">
        {lifting !== undefined && <HoldForm lifts={lifting.id} onDone={close} />}
      </Dialogue>
    </Card>
  );
}

function Hold({ hold, onLift }: { hold: HoldView; onLift: () => void }) {
  const may = useMay();
  const { deviceId, deviceName, reason, setBy, setAt, liftedBy, liftedAt, liftedBecause } = hold;
  const isInForce = liftedAt === null;
  return (
    <li>
      <div className={styles.rowText}>
        <p>
          {deviceId === null ? (
            <strong>The whole setting</strong>
          ) : (
            <Link href={`/devices/${deviceId}`}>{deviceName ?? 'A device'}</Link>
          )}{' '}
          <Badge tone={isInForce ? 'warn' : 'plain'}>{isInForce ? 'Held' : 'Lifted'}</Badge>
        </p>
        <p>Because: {reason}</p>
        <p className={styles.note}>
          Set by {setBy} <At at={setAt} />
          {liftedAt !== null && (
            <>
              ; lifted by {liftedBy} <At at={liftedAt} />, because: {liftedBecause}
            </>
          )}
        </p>
      </div>
      {isInForce && may('liftHold') && (
        <Button variant="default" size="sm" onClick={onLift}>
          Lift it…
        </Button>
      )}
    </li>
  );
}
