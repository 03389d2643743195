import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { CommandView } from '../../../../shared/api/commands.ts';
import { useMay } from '../api/allowed.ts';
import { useBackend } from '../api/backend.ts';
import { sentenceOf } from '../api/call.ts';
import { keys } from '../api/keys.ts';
import { putOrder } from '../live/live.ts';
import { canCancel } from '../words/command.ts';

/** Calls an order back while it has not left the server; nothing at all once it has. */
export function CancelOrder({ order }: { order: CommandView }) {
  const { call } = useBackend();
  const cache = useQueryClient();
  const may = useMay();
  const cancel = useMutation({
    mutationFn: () => call('cancelCommand', { params: { id: order.id }, body: {} }),
    onSuccess: (cancelled) => putOrder(cache, cancelled),
    onError: (error) => {
      notifications.show({ color: 'red', title: 'The order was not cancelled', message: sentenceOf(error) });
      return cache.invalidateQueries({ queryKey: keys.orders(order.deviceId) });
    },
  });
  if (!canCancel(order.state) || !may('cancelCommand')) return null;
  return (
    <Button variant="light" color="red" loading={cancel.isPending} onClick={() => cancel.mutate()}>
      Cancel this order
    </Button>
  );
}
