import { useEffect, useState } from 'react';
import type { DeviceView } from '../../../../shared/api/devices.ts';
import type { CommandKind } from '../../../../shared/command/kinds.ts';
import { useOrders } from '../api/queries.ts';
import { Dialogue } from '../page/dialogue.tsx';
import { kindOfOrder } from '../words/order-kinds.ts';
import { OrderForm } from './order-form.tsx';
import { OrderProgress } from './order-progress.tsx';

interface OrderDialogueProps {
  device: DeviceView;
  /** undefined: closed. */
  kind: CommandKind | undefined;
  onClose: () => void;
  /** The order that the dialogue shows; undefined before it is given. */
  orderId: string | undefined;
  onOrdered: (orderId: string | undefined) => void;
}

/** One order: filled in, given, and followed as it moves. */
export function OrderDialogue({ device, kind, onClose, orderId, onOrdered }: OrderDialogueProps) {
  const orders = useOrders(device.id);
  const order = orders.data?.pages.flatMap((page) => page.items).find((item) => item.id === orderId);
  // What it was about stays in sight while the window fades.
  const [shown, setShown] = useState<CommandKind>('refresh');
  useEffect(() => {
    if (kind !== undefined) setShown(kind);
  }, [kind]);
  return (
    <Dialogue
      opened={kind !== undefined}
      onClose={onClose}
      onGone={() => onOrdered(undefined)}
      title={`${kindOfOrder(kind ?? shown)}: ${device.name}`}
    >
      {orderId === undefined ? (
        <OrderForm key={kind ?? shown} device={device} kind={kind ?? shown} onOrdered={onOrdered} onCancel={onClose} />
      ) : (
        <OrderProgress order={order} device={device} onClose={onClose} />
      )}
    </Dialogue>
  );
}
