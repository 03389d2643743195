import { Button, Group } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useBackend } from '../api/backend.ts';
import { sentenceOf } from '../api/call.ts';
import { keys } from '../api/keys.ts';
import { ReasonField, reasonFault } from '../order/reason-field.tsx';
import styles from '../page/page.module.css';
import { Refused } from '../page/refused.tsx';

/** Sets a hold on a device (null: on the whole setting), or lifts one by its id. */
type HoldFormProps = { onDone: () => void } & ({ deviceId: string | null } | { lifts: string });

export function HoldForm(props: HoldFormProps) {
  const { onDone } = props;
  const { call } = useBackend();
  const cache = useQueryClient();
  const [reason, setReason] = useState('');
  const [fault, setFault] = useState<string>();
  const isLift = 'lifts' in props;
  const send = useMutation({
    mutationFn: () => {
      const because = { reason: reason.trim() };
      return 'lifts' in props
        ? call('liftHold', { params: { id: props.lifts }, body: because })
        : call('setHold', { body: { deviceId: props.deviceId, ...because } });
    },
    onSuccess: () => {
      onDone();
      void cache.invalidateQueries({ queryKey: keys.holds });
      void cache.invalidateQueries({ queryKey: keys.devices });
      // A case says whether what it is about is held.
      void cache.invalidateQueries({ queryKey: keys.incidents });
      return cache.invalidateQueries({ queryKey: ['device'] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = reasonFault(reason);
    setFault(found);
    if (found === undefined) send.mutate();
  };
  return (
    <form className={styles.form} noValidate onSubmit={submit}>
      {send.isError && (
        <Refused title={isLift ? 'It is still held' : 'It is not held'}>{sentenceOf(send.error)}</Refused>
      )}
      <p>
        {isLift
          ? 'From then on photos can be cleared there again, and devices wiped and taken out of the fleet.'
          : 'Until you lift it, nobody can wipe it, clear photos there or take it out of the fleet. People can still use it and be logged out. Write nothing here that names a child.'}
      </p>
      <ReasonField value={reason} onChange={setReason} error={fault} isFirst />
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        <Button type="submit" loading={send.isPending}>
          {isLift ? 'Lift the hold' : 'Set the hold'}
        </Button>
      </Group>
    </form>
  );
}
