import { Button, Group } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { BatchPreview, DeviceFilter } from '../../../../shared/api/batches.ts';
import type { CommandOrder } from '../../../../shared/command/kinds.ts';
import { useBackend } from '../api/backend.ts';
import { isCode, sentenceOf } from '../api/call.ts';
import type { Draft, DraftFaults } from '../order/draft/draft.ts';
import styles from '../order/order.module.css';
import { Refused } from '../page/refused.tsx';
import type { Ordered } from './batch-progress.tsx';
import { DryRun } from './dry-run.tsx';

interface BatchFormProps {
  draft: Draft;
  filter: DeviceFilter;
  onOrdered: (ordered: Ordered) => void;
  onCancel: () => void;
}

/** Step one: what. Step two: the dry run, and why. Nothing is ordered before the dry run was seen. */
export function BatchForm({ draft, filter, onOrdered, onCancel }: BatchFormProps) {
  const { call } = useBackend();
  const [faults, setFaults] = useState<DraftFaults>({});
  const [seen, setSeen] = useState<{ order: CommandOrder; preview: BatchPreview }>();
  const look = useMutation({
    mutationFn: async (order: CommandOrder) => ({
      order,
      preview: await call('previewBatch', { body: { filter, order } }),
    }),
    onSuccess: setSeen,
  });
  const give = useMutation({
    mutationFn: ({ order, preview, reason }: { order: CommandOrder; preview: BatchPreview; reason: string }) =>
      call('orderBatch', { body: { filter, order, reason, fingerprint: preview.fingerprint } }),
    onSuccess: onOrdered,
    // The fleet changed meanwhile: it is shown anew, and ordered only when that was seen.
    onError: (error, { order }) => isCode(error, 'fleet-changed') && look.mutate(order),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const made = draft.order();
    setFaults('faults' in made ? made.faults : {});
    if ('order' in made) look.mutate(made.order);
  };
  if (seen !== undefined)
    return (
      <DryRun
        preview={seen.preview}
        submit={draft.submit}
        error={give.error}
        isBusy={give.isPending || look.isPending}
        onOrder={(reason) => give.mutate({ ...seen, reason })}
        onBack={() => {
          give.reset();
          setSeen(undefined);
        }}
      />
    );
  return (
    <form className={styles.form} noValidate onSubmit={submit}>
      {look.isError && <Refused title="The dry run could not be made">{sentenceOf(look.error)}</Refused>}
      {draft.fields(faults)}
      <Group justify="flex-end">
        <Button variant="default" onClick={onCancel}>
          Do nothing
        </Button>
        <Button type="submit" loading={look.isPending}>
          Show what would happen
        </Button>
      </Group>
    </form>
  );
}
