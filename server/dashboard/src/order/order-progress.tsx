import { Button, Group } from '@mantine/core';
import type { CommandView } from '../../../../shared/api/commands.ts';
import type { DeviceView } from '../../../../shared/api/devices.ts';
import { isFinal } from '../../../../shared/command/life.ts';
import { Waiting } from '../page/trouble.tsx';
import { CancelOrder } from './cancel-order.tsx';
import styles from './order.module.css';
import { OrderTimeline } from './order-timeline.tsx';

interface OrderProgressProps {
  order: CommandView | undefined;
  device: DeviceView;
  onClose: () => void;
}

/** An order just given, as it moves. */
export function OrderProgress({ order, device, onClose }: OrderProgressProps) {
  if (order === undefined) return <Waiting what="Asking how the order stands…" />;
  return (
    <div className={styles.form}>
      <OrderTimeline order={order} presence={device.presence.state} isRead />
      {!isFinal(order.state) && (
        <p className={styles.meta}>You can close this window: the order goes on, and this page shows how it stands.</p>
      )}
      <Group justify="flex-end">
        <CancelOrder order={order} />
        <Button data-autofocus variant="default" onClick={onClose}>
          Close
        </Button>
      </Group>
    </div>
  );
}
