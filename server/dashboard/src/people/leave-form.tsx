import { Button, Group } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { z } from 'zod';
import type { leaverViewSchema, PersonView } from '../../../../shared/api/people.ts';
import { useBackend } from '../api/backend.ts';
import { sentenceOf } from '../api/call.ts';
import { keys } from '../api/keys.ts';
import { ReasonField, reasonFault } from '../order/reason-field.tsx';
import styles from '../page/page.module.css';
import { Refused } from '../page/refused.tsx';
import { leaverEnded, leaverToDo } from '../words/leaver.ts';
import { OpenOrders } from './open-orders.tsx';

/** Somebody leaves: why, then what ended and what is still to be done by hand. */
export function LeaveForm({ person, onDone }: { person: PersonView; onDone: () => void }) {
  const { call } = useBackend();
  const cache = useQueryClient();
  const [reason, setReason] = useState('');
  const [fault, setFault] = useState<string>();
  const leave = useMutation({
    mutationFn: () => call('leavePerson', { params: { id: person.id }, body: { reason: reason.trim() } }),
    onSuccess: () =>
      Promise.all(
        [keys.people, keys.invitations, keys.tokens].map((queryKey) => cache.invalidateQueries({ queryKey })),
      ),
  });
  if (leave.data !== undefined) return <Left person={person} left={leave.data} onDone={onDone} />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = reasonFault(reason);
    setFault(found);
    if (found === undefined) leave.mutate();
  };
  return (
    <form className={styles.form} noValidate onSubmit={submit}>
      {leave.isError && <Refused title={`${person.name} has not left`}>{sentenceOf(leave.error)}</Refused>}
      <p>
        Their sign-ins to Hometime, API tokens and invitations end at once. What they did stays on record under their
        name.
      </p>
      <p>
        Their accounts on the devices and in Famly are <strong>not</strong> touched: you are told afterwards what is
        left to do.
      </p>
      <ReasonField value={reason} onChange={setReason} error={fault} isFirst />
      <p className={styles.note}>You may be asked for your password again.</p>
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        <Button type="submit" color="red" loading={leave.isPending}>
          {person.name} leaves
        </Button>
      </Group>
    </form>
  );
}

interface LeftProps {
  person: PersonView;
  left: z.infer<typeof leaverViewSchema>;
  onDone: () => void;
}

function Left({ person, left, onDone }: LeftProps) {
  return (
    <div className={styles.form}>
      <h3>Ended</h3>
      <ul className={styles.bullets}>
        {leaverEnded(left).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <h3>Still to be done by you</h3>
      <ul className={styles.bullets}>
        {leaverToDo(person.name, left).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <OpenOrders ids={left.openOrders} />
      <Group justify="flex-end">
        <Button data-autofocus onClick={onDone}>
          Close
        </Button>
      </Group>
    </div>
  );
}
