import { Button, Group } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { DeviceView } from '../../../../shared/api/devices.ts';
import { counted } from '../../../../shared/words.ts';
import { useBackend } from '../api/backend.ts';
import { sentenceOf } from '../api/call.ts';
import { keys } from '../api/keys.ts';
import { Dialogue } from '../page/dialogue.tsx';
import { Refused } from '../page/refused.tsx';
import styles from './order.module.css';
import { ReasonField, reasonFault } from './reason-field.tsx';

/** `isOffered`: something waits. The window stays when nothing does any more: it says what it did. Cancels every order of a device that has not left the server, and says what goes on. */
export function ClearQueue({ device, isOffered }: { device: DeviceView; isOffered: boolean }) {
  const [opened, setOpened] = useState(false);
  return (
    <>
      {isOffered && (
        <Button variant="subtle" size="sm" onClick={() => setOpened(true)}>
          Clear the queue…
        </Button>
      )}
      <Dialogue opened={opened} onClose={() => setOpened(false)} title={`Clear the queue of ${device.name}`}>
        <ClearForm device={device} onClose={() => setOpened(false)} />
      </Dialogue>
    </>
  );
}

function ClearForm({ device, onClose }: { device: DeviceView; onClose: () => void }) {
  const { call } = useBackend();
  const cache = useQueryClient();
  const [reason, setReason] = useState('');
  const [fault, setFault] = useState<string>();
  const clear = useMutation({
    mutationFn: () => call('clearQueue', { params: { id: device.id }, body: { reason: reason.trim() } }),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.orders(device.id) }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = reasonFault(reason);
    setFault(found);
    if (found === undefined) clear.mutate();
  };
  if (clear.data !== undefined) {
    const { cancelled, withDevice } = clear.data;
    return (
      <div className={styles.form}>
        <p role="status">
          {cancelled.length === 0 ? 'No order was waiting.' : `${counted(cancelled.length, 'order')} cancelled.`}{' '}
          {withDevice.length > 0 &&
            `${counted(withDevice.length, 'order')} had left already and ${withDevice.length === 1 ? 'goes' : 'go'} on: nobody can call back what is with the device.`}
        </p>
        <Group justify="flex-end">
          <Button data-autofocus onClick={onClose}>
            Close
          </Button>
        </Group>
      </div>
    );
  }
  return (
    <form className={styles.form} noValidate onSubmit={submit}>
      {clear.isError && <Refused title="The queue was not cleared">{sentenceOf(clear.error)}</Refused>}
      <p>Every order that has not left the server is cancelled. What is with the device already goes on.</p>
      <ReasonField value={reason} onChange={setReason} error={fault} isFirst />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Do nothing
        </Button>
        <Button type="submit" loading={clear.isPending}>
          Clear the queue
        </Button>
      </Group>
    </form>
  );
}
