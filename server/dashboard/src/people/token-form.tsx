import { Button, Group, NativeSelect, NumberInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { newTokenSchema, type Role, roleSchema } from '../../../../shared/api/people.ts';
import { useBackend } from '../api/backend.ts';
import { keys } from '../api/keys.ts';
import styles from '../page/page.module.css';
import { Refused } from '../page/refused.tsx';
import { Copied, OnlyOnce } from '../page/shown-once.tsx';
import { faultsOf, refusal } from '../session/form-faults.ts';
import { roleChoices, roleMeaning } from '../words/role.ts';

interface Values {
  name: string;
  role: Role;
  days: number | string;
}

function bodyOf({ name, role, days }: Values) {
  return { name: name.trim(), role, days: days === '' ? Number.NaN : Number(days) };
}

/** What it is for, what it may, until when; then the token, this once. */
export function TokenForm({ onDone }: { onDone: () => void }) {
  const { call } = useBackend();
  const cache = useQueryClient();
  const initialValues: Values = { name: '', role: 'committee', days: 90 };
  const form = useForm({
    initialValues,
    validate: (values) => {
      const faults = faultsOf(newTokenSchema, bodyOf(values));
      return {
        name: faults.name ? 'Write what it is for, in up to 80 letters and without slashes' : null,
        days: faults.days ? 'Write a whole number of days, from 1 to 365' : null,
      };
    },
  });
  const make = useMutation({
    mutationFn: (values: Values) => call('makeToken', { body: bodyOf(values) }),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.tokens }),
    onError: (error) => form.setErrors(refusal(error, ['name', 'days']).byField),
  });
  if (make.data !== undefined)
    return (
      <div className={styles.form}>
        <OnlyOnce>Put it where the other program keeps its secrets. Whoever has it can do what it may.</OnlyOnce>
        <Copied title={make.data.name} what="the token" text={make.data.token} />
        <Group justify="flex-end">
          <Button data-autofocus onClick={onDone}>
            Close
          </Button>
        </Group>
      </div>
    );
  const sentence = make.isError ? refusal(make.error, ['name', 'days']).sentence : '';
  return (
    <form className={styles.form} noValidate onSubmit={form.onSubmit((values) => make.mutate(values))}>
      {sentence !== '' && <Refused title="No token was made">{sentence}</Refused>}
      <TextInput data-autofocus label="What it is for" {...form.getInputProps('name')} />
      <NativeSelect
        label="What it may do"
        description={`${roleMeaning(form.values.role)}. It can do nothing that asks for a password.`}
        data={roleChoices}
        value={form.values.role}
        onChange={(event) => form.setFieldValue('role', roleSchema.parse(event.currentTarget.value))}
      />
      <NumberInput label="Ends after so many days" min={1} max={365} {...form.getInputProps('days')} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        <Button type="submit" loading={make.isPending}>
          Make the token
        </Button>
      </Group>
    </form>
  );
}
