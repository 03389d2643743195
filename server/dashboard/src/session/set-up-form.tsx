import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { setUpSchema } from '../../../../shared/api/people.ts';
import { useBackend } from '../api/backend.ts';
import { keys } from '../api/keys.ts';
import { Refused } from '../page/refused.tsx';
import styles from './door.module.css';
import { faultsOf, refusal } from './form-faults.ts';

const asked = {
  settingName: 'Write the setting’s name, in up to 100 letters and without slashes',
  name: 'Write your name, in up to 80 letters and without slashes',
  email: 'Write your e-mail address, for example sam@nursery.example',
  password: 'Use at least 12 characters. Three or four words you will remember are good.',
} as const;

/** The first administrator's particulars, with the fault at each field. */
export function SetUpForm({ token }: { token: string }) {
  const { call } = useBackend();
  const cache = useQueryClient();
  const [, navigate] = useLocation();
  const form = useForm({
    initialValues: { settingName: '', name: '', email: '', password: '', again: '' },
    validate: ({ again, ...values }) => {
      const faults = faultsOf(setUpSchema, { token, ...values });
      const said = Object.entries(asked).filter(([field]) => faults[field] !== undefined);
      const repeated = again === values.password ? {} : { again: 'The two passwords are not the same' };
      return { ...Object.fromEntries(said), ...repeated };
    },
  });
  const setUp = useMutation({
    mutationFn: ({ again: _repeated, ...values }: typeof form.values) => call('setUp', { body: { token, ...values } }),
    onSuccess: (session) => {
      cache.setQueryData(keys.session, session);
      cache.setQueryData(keys.setUp, { needed: false });
      navigate('/', { replace: true });
    },
    onError: (error) => form.setErrors(refusal(error, Object.keys(asked)).byField),
  });
  const sentence = setUp.isError ? refusal(setUp.error, Object.keys(asked)).sentence : '';
  return (
    <>
      <p>This makes you the first administrator. You can add your devices next.</p>
      {sentence !== '' && <Refused title="It could not be set up">{sentence}</Refused>}
      <form className={styles.form} noValidate onSubmit={form.onSubmit((values) => setUp.mutate(values))}>
        <TextInput
          label="Name of the setting"
          size="md"
          autoComplete="organization"
          {...form.getInputProps('settingName')}
        />
        <TextInput label="Your name" size="md" autoComplete="name" {...form.getInputProps('name')} />
        <TextInput
          label="Your e-mail"
          type="email"
          size="md"
          autoComplete="username"
          {...form.getInputProps('email')}
        />
        <PasswordInput
          label="Password"
          description="12 characters or more; length is what helps"
          size="md"
          autoComplete="new-password"
          {...form.getInputProps('password')}
        />
        <PasswordInput label="Password again" size="md" autoComplete="new-password" {...form.getInputProps('again')} />
        <Button type="submit" size="md" loading={setUp.isPending}>
          Set up Hometime
        </Button>
      </form>
    </>
  );
}
