import { Button, Group, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { type NewCommand, newCommandSchema } from '../../../../shared/api/commands.ts';
import type { DeviceView } from '../../../../shared/api/devices.ts';
import type { CommandKind } from '../../../../shared/command/kinds.ts';
import { isDeviceName } from '../../../../shared/names.ts';
import { useBackend } from '../api/backend.ts';
import { putOrder } from '../live/live.ts';
import { Refused } from '../page/refused.tsx';
import { refusal } from '../session/form-faults.ts';
import { isFinalLoss, needsPassword, whatHappens } from '../words/order-ahead.ts';
import type { Draft, DraftFaults } from './draft/draft.ts';
import { drafts } from './draft/drafts.ts';
import styles from './order.module.css';
import { ReasonField, reasonFault } from './reason-field.tsx';

interface OrderFormProps {
  device: DeviceView;
  kind: CommandKind;
  onOrdered: (orderId: string) => void;
  onCancel: () => void;
}

/** One order for one device: its own fields, why, and what will happen when. */
export function OrderForm({ device, kind, onOrdered, onCancel }: OrderFormProps) {
  const DraftOf = drafts[kind];
  return (
    <DraftOf device={device}>
      {(draft) => <DraftForm draft={draft} device={device} kind={kind} onOrdered={onOrdered} onCancel={onCancel} />}
    </DraftOf>
  );
}

function DraftForm({ draft, device, kind, onOrdered, onCancel }: OrderFormProps & { draft: Draft }) {
  const { call } = useBackend();
  const cache = useQueryClient();
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const [faults, setFaults] = useState<DraftFaults>({});
  const named = isFinalLoss(kind);
  const order = useMutation({
    mutationFn: (body: NewCommand) => call('orderCommand', { params: { id: device.id }, body }),
    onSuccess: (made) => {
      putOrder(cache, made);
      onOrdered(made.id);
    },
    onError: (error) => setFaults(refusal(error, ['reason', 'deviceName']).byField),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = faultsOf(draft, { reason, typed: named ? typed : device.name, name: device.name });
    setFaults(found.faults);
    if (found.order === undefined) return;
    const stated = { reason: reason.trim(), ...(named ? { deviceName: typed } : {}) };
    order.mutate(newCommandSchema.parse({ ...found.order, ...stated }));
  };
  const sentence = order.isError ? refusal(order.error, ['reason', 'deviceName']).sentence : '';
  return (
    <form className={styles.form} noValidate onSubmit={submit}>
      {sentence !== '' && <Refused title="The order was not taken">{sentence}</Refused>}
      {draft.fields(faults)}
      <ReasonField
        value={reason}
        onChange={setReason}
        error={faults.reason}
        isFirst={kind === 'refresh' || kind === 'release' || kind === 'retire'}
      />
      {named && (
        <TextInput
          label={`Type the device’s name: ${device.name}`}
          autoComplete="off"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={faults.deviceName}
        />
      )}
      <p className={styles.meta}>
        {whatHappens(kind, device)}
        {needsPassword(kind) && ' You are asked for your password again.'}
      </p>
      <Group justify="flex-end">
        <Button variant="default" onClick={onCancel}>
          Do nothing
        </Button>
        <Button type="submit" {...(needsPassword(kind) ? { color: 'red' } : {})} loading={order.isPending}>
          {draft.submit}
        </Button>
      </Group>
    </form>
  );
}

/** The order if all of it is in order, and what is not. */
function faultsOf(draft: Draft, { reason, typed, name }: { reason: string; typed: string; name: string }) {
  const made = draft.order();
  const why = reasonFault(reason);
  const faults: DraftFaults = {
    ...('faults' in made ? made.faults : {}),
    ...(why === undefined ? {} : { reason: why }),
    ...(isDeviceName(typed, name)
      ? {}
      : { deviceName: 'This is not its name. Type it exactly, with its capital letters.' }),
  };
  return { faults, order: 'order' in made && Object.keys(faults).length === 0 ? made.order : undefined };
}
