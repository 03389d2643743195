import { useState } from 'react';
import { Link } from 'wouter';
import type { DeviceView } from '../../../../shared/api/devices.ts';
import { StatedError } from '../../../../shared/api/errors.ts';
import type { Role } from '../../../../shared/api/people.ts';
import { useMay } from '../api/allowed.ts';
import { useDevice } from '../api/queries.ts';
import { standingOf } from '../fleet/device-facts.ts';
import { DeviceKindWords } from '../fleet/device-name.tsx';
import { HoldDevice, HoldNote } from '../hold/device-hold.tsx';
import { useNotLiveSince } from '../live/use-live.ts';
import { useNow } from '../live/use-now.ts';
import { OrderMenu } from '../order/order-menu.tsx';
import { OrdersCard } from '../order/orders-card.tsx';
import { Page } from '../page/page.tsx';
import { Badge, Said } from '../page/said.tsx';
import { Trouble, Waiting } from '../page/trouble.tsx';
import { At } from '../page/when.tsx';
import { platformWords } from '../words/device.ts';
import { kindOfOrder } from '../words/order-kinds.ts';
import { oldFacts, presenceWords } from '../words/presence.ts';
import { standingWords } from '../words/standing.ts';
import { atTime } from '../words/time.ts';
import { ChangesCard } from './changes-card.tsx';
import styles from './device.module.css';
import { EditDevice } from './edit-device.tsx';
import { FactsOfDevice } from './facts-of-device.tsx';
import { FindingsCard } from './findings-card.tsx';
import { GuardCard } from './guard-card.tsx';
import { LockNote } from './lock-note.tsx';

/** One device: how it stands, what is wrong, each fact with its evidence, and what was ordered. */
export function DevicePage({ id, role }: { id: string; role: Role }) {
  const device = useDevice(id);
  const shown = device.data;
  if (shown !== undefined) return <Device device={shown} role={role} />;
  return (
    <Page title="Device">
      {device.isPending && <Waiting what="Asking for this device…" />}
      {device.isError && isMissing(device.error) && (
        <p>
          There is no such device. <Link href="/">Go to your devices</Link>
        </p>
      )}
      {device.isError && !isMissing(device.error) && (
        <Trouble what="This device could not be loaded" error={device.error} again={() => void device.refetch()} />
      )}
    </Page>
  );
}

function isMissing(error: unknown): boolean {
  return error instanceof StatedError && (error.code === 'not-found' || error.code === 'not-valid');
}

function Device({ device, role }: { device: DeviceView; role: Role }) {
  const now = useNow();
  const notLiveSince = useNotLiveSince();
  const may = useMay();
  const [inDialogue, setInDialogue] = useState<string>();
  const old = oldWords(device, now, notLiveSince);
  return (
    <Page title={device.name}>
      <DeviceHead device={device} now={now} notLiveSince={notLiveSince} />
      <HoldNote device={device} />
      <LockNote device={device} />
      <div className={styles.actions}>
        <OrderMenu device={device} role={role} orderId={inDialogue} onOrdered={setInDialogue} />
        {may('changeDevice') && <EditDevice device={device} />}
        <HoldDevice device={device} />
      </div>
      {old !== '' && (
        <p className={styles.old} role="note">
          Everything below is {old}. How the device is now is not known.
        </p>
      )}
      {may('showGuard') && isGuardBusy(device) && <GuardCard device={device} old={old} />}
      <FindingsCard device={device} isOld={old !== ''} />
      <FactsOfDevice device={device} role={role} old={old} />
      {may('showGuard') && !isGuardBusy(device) && <GuardCard device={device} old={old} />}
      <div className={styles.columns}>
        {may('listCommands') && <OrdersCard device={device} inDialogue={inDialogue} />}
        {may('listChanges') && <ChangesCard deviceId={device.id} />}
      </div>
    </Page>
  );
}

/** A guard that warns, blocks or is released goes before everything else. */
function isGuardBusy({ sections: { agent } }: DeviceView): boolean {
  const guard = agent.state === 'known' ? agent.value.guard : undefined;
  return guard !== undefined && guard.state !== 'clear';
}

/** How old what is shown of it is; empty when it is of now. Of a device that left the fleet nothing is. */
function oldWords({ presence, retiredAt }: DeviceView, now: number, notLiveSince: string | undefined): string {
  if (retiredAt !== null) return `from before it left the fleet ${atTime(retiredAt, now)}`;
  return notLiveSince === undefined ? oldFacts(presence, now) : `as shown ${atTime(notLiveSince, now)}`;
}

function DeviceHead({
  device,
  now,
  notLiveSince,
}: {
  device: DeviceView;
  now: number;
  notLiveSince: string | undefined;
}) {
  const standing = standingOf(device, now, notLiveSince);
  const isNow = notLiveSince === undefined && device.retiredAt === null;
  const presence = isNow ? presenceWords(device.presence, now) : undefined;
  return (
    <div className={styles.head}>
      <Badge tone={standing.tone}>{standing.label}</Badge>
      {presence && <Said said={presence} />}
      <DeviceKindWords device={device} />
      <span className={styles.platform}>{platformWords(device.platform)}</span>
      {device.retiredAt !== null && (
        <span className={styles.platform}>
          Left the fleet <At at={device.retiredAt} />; its history is kept
        </span>
      )}
      {device.forbids.length > 0 && (
        <span className={styles.platform}>
          Forbidden on the device itself: {device.forbids.map(kindOfOrder).join(', ').toLowerCase()}
        </span>
      )}
      {device.observeMode === true && (
        <span className={styles.platform}>Observe mode: it reports and refuses to act</span>
      )}
      {isNow && <p className={styles.meaning}>{standingWords[device.standing].meaning}</p>}
    </div>
  );
}
