import { Button, Modal, Tooltip } from '@mantine/core';
import { IconLogout } from '@tabler/icons-react';
import { useId, useState } from 'react';
import type { DeviceView } from '../../../../shared/api/devices.ts';
import type { Role } from '../../../../shared/api/people.ts';
import { useOrders } from '../api/queries.ts';
import { orderBarrier } from '../words/order-barrier.ts';
import { LogOutForm } from './log-out-form.tsx';
import { LogOutProgress } from './log-out-progress.tsx';
import styles from './order.module.css';

interface LogOutProps {
  device: DeviceView;
  role: Role;
  /** The order that the dialogue shows; undefined before it is given. */
  orderId: string | undefined;
  onOrdered: (orderId: string | undefined) => void;
}

/** The button that logs people out of a device, and what follows it. Where it may not be used, it says why. */
export function LogOut({ device, role, orderId, onOrdered }: LogOutProps) {
  const [opened, setOpened] = useState(false);
  const orders = useOrders(device.id);
  const whyNot = useId();
  const barrier = orderBarrier('logout', device, role);
  const order = orders.data?.pages.flatMap((page) => page.items).find((item) => item.id === orderId);
  const open = () => {
    onOrdered(undefined);
    setOpened(true);
  };
  const close = () => setOpened(false);
  const button = (
    <Button
      leftSection={<IconLogout aria-hidden size={18} />}
      aria-disabled={barrier !== '' || undefined}
      aria-describedby={barrier === '' ? undefined : whyNot}
      {...(barrier === '' ? {} : { 'data-disabled': true })}
      onClick={() => barrier === '' && open()}
    >
      Log out
    </Button>
  );
  return (
    <div>
      {barrier === '' ? button : <Tooltip label={barrier}>{button}</Tooltip>}
      {barrier !== '' && (
        <p id={whyNot} className={styles.meta}>
          {barrier}
        </p>
      )}
      <Modal
        opened={opened}
        onClose={close}
        onExitTransitionEnd={() => onOrdered(undefined)}
        title={`Log out of ${device.name}`}
        size="lg"
        lockScroll={false}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {orderId === undefined ? (
          <LogOutForm device={device} onOrdered={onOrdered} onCancel={close} />
        ) : (
          <LogOutProgress order={order} device={device} onClose={close} />
        )}
      </Modal>
    </div>
  );
}
