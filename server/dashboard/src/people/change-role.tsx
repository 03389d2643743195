import { Button, Group } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { PersonView } from '../../../../shared/api/people.ts';
import { useBackend } from '../api/backend.ts';
import { sentenceOf } from '../api/call.ts';
import { keys } from '../api/keys.ts';
import styles from '../page/page.module.css';
import { Refused } from '../page/refused.tsx';
import { At } from '../page/when.tsx';
import { daysFault, daysOf, RoleFields, type RoleValues } from './role-fields.tsx';

/** Another role, or another end of it. */
export function ChangeRole({ person, onDone }: { person: PersonView; onDone: () => void }) {
  const { call } = useBackend();
  const cache = useQueryClient();
  const [values, setValues] = useState<RoleValues>({ role: person.role, days: '' });
  const [fault, setFault] = useState<string>();
  const change = useMutation({
    mutationFn: () =>
      call('changePerson', { params: { id: person.id }, body: { role: values.role, days: daysOf(values) } }),
    onSuccess: () => {
      onDone();
      return cache.invalidateQueries({ queryKey: keys.people });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = daysFault(values);
    setFault(found);
    if (found === undefined) change.mutate();
  };
  return (
    <form className={styles.form} noValidate onSubmit={submit}>
      {change.isError && <Refused title="It was not changed">{sentenceOf(change.error)}</Refused>}
      {person.until !== null && (
        <p>
          The role ends <At at={person.until} /> as it is. What you write below counts from now.
        </p>
      )}
      <RoleFields values={values} onChange={setValues} fault={fault} />
      <p className={styles.note}>
        It holds at once, also where they are signed in. You may be asked for your password again.
      </p>
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        <Button type="submit" loading={change.isPending}>
          Change it
        </Button>
      </Group>
    </form>
  );
}
