import { Alert, Button, Group } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { BatchPreview } from '../../../../shared/api/batches.ts';
import { isCode, sentenceOf } from '../api/call.ts';
import styles from '../order/order.module.css';
import { ReasonField, reasonFault } from '../order/reason-field.tsx';
import { batchBarrier, previewGroups } from '../words/batch.ts';
import own from './batch.module.css';

interface DryRunProps {
  preview: BatchPreview;
  /** What the order's button says of one device. */
  submit: string;
  error: unknown;
  isBusy: boolean;
  onOrder: (reason: string) => void;
  onBack: () => void;
}

/** What would happen at which device, with numbers and names; nothing is ordered yet. */
export function DryRun({ preview, submit, error, isBusy, onOrder, onBack }: DryRunProps) {
  const [reason, setReason] = useState('');
  const [fault, setFault] = useState<string>();
  const barrier = batchBarrier(preview);
  const order = (event: FormEvent) => {
    event.preventDefault();
    const found = reasonFault(reason);
    setFault(found);
    if (found === undefined) onOrder(reason.trim());
  };
  const count = preview.now + preview.later;
  return (
    <form className={styles.form} noValidate onSubmit={order}>
      {error !== null && (
        <Alert
          role="alert"
          color={isCode(error, 'fleet-changed') ? 'grape' : 'red'}
          title={isCode(error, 'fleet-changed') ? 'Your devices changed meanwhile: look again' : 'Nothing was ordered'}
        >
          {sentenceOf(error)}
        </Alert>
      )}
      <p>
        <strong>Nothing has been ordered yet.</strong> This is what would happen:
      </p>
      {previewGroups(preview).map(({ title, names, more }) => (
        <section key={title} className={own.group} aria-label={title}>
          <h3>{title}</h3>
          <p className={own.names}>
            {names.join(', ')}
            {more > 0 && `${names.length > 0 ? ', and ' : ''}${more.toLocaleString('en-GB')} more`}
          </p>
        </section>
      ))}
      {barrier === '' ? (
        <ReasonField value={reason} onChange={setReason} error={fault} isFirst />
      ) : (
        <Alert color="grape">{barrier}</Alert>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={onBack}>
          Back
        </Button>
        {barrier === '' && (
          <Button type="submit" loading={isBusy}>
            {submit}: {count.toLocaleString('en-GB')} {count === 1 ? 'device' : 'devices'}
          </Button>
        )}
      </Group>
    </form>
  );
}
