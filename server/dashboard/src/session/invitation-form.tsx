import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { z } from 'zod';
import {
  type AcceptInvitation,
  acceptInvitationSchema,
  type invitationOfferSchema,
} from '../../../../shared/api/people.ts';
import { useBackend } from '../api/backend.ts';
import { isCode } from '../api/call.ts';
import { keys } from '../api/keys.ts';
import { Refused } from '../page/refused.tsx';
import { roleMeaning, roleTitle } from '../words/role.ts';
import styles from './door.module.css';
import { faultsOf, refusal } from './form-faults.ts';

type Offer = z.infer<typeof invitationOfferSchema>;
interface Values {
  name: string;
  password: string;
  again: string;
  code: string;
}

/** A new password is typed twice; one that the person has already is not. */
function setsPassword({ purpose, known }: Offer): boolean {
  return purpose === 'reset' || !known;
}

function bodyOf(token: string, offer: Offer, { name, password, code }: Values): AcceptInvitation {
  return {
    token,
    password,
    ...(offer.known ? {} : { name: name.trim() }),
    ...(code.trim() === '' ? {} : { code }),
  };
}

function faultsOfForm(token: string, offer: Offer, values: Values): Record<string, string> {
  const faults = faultsOf(acceptInvitationSchema, bodyOf(token, offer, values));
  const twice = setsPassword(offer) && values.again !== values.password;
  return {
    ...(faults.name ? { name: 'Write your name, in up to 80 letters and without slashes' } : {}),
    ...(faults.password
      ? { password: 'Use at least 12 characters. Three or four words you will remember are good.' }
      : {}),
    ...(twice ? { again: 'The two passwords are not the same' } : {}),
  };
}

/** What the invited person says of themselves; one who has an account uses its password. */
export function InvitationForm({ token, offer }: { token: string; offer: Offer }) {
  const { call } = useBackend();
  const cache = useQueryClient();
  const [, navigate] = useLocation();
  const [needsCode, setNeedsCode] = useState(false);
  const initialValues: Values = { name: '', password: '', again: '', code: '' };
  const form = useForm({ initialValues, validate: (values) => faultsOfForm(token, offer, values) });
  const accept = useMutation({
    mutationFn: (values: Values) => call('acceptInvitation', { body: bodyOf(token, offer, values) }),
    onSuccess: (session) => {
      cache.setQueryData(keys.session, session);
      navigate('/', { replace: true });
    },
    onError: (error) => {
      if (isCode(error, 'code-required') || isCode(error, 'wrong-code')) setNeedsCode(true);
      form.setErrors(refusal(error, ['name', 'password', 'code']).byField);
    },
  });
  const sentence = accept.isError ? refusal(accept.error, ['name', 'password', 'code']).sentence : '';
  const isNew = setsPassword(offer);
  return (
    <form className={styles.form} noValidate onSubmit={form.onSubmit((values) => accept.mutate(values))}>
      <Purpose offer={offer} />
      {sentence !== '' && <Refused title="It did not work">{sentence}</Refused>}
      {/* Lets a password manager keep the password under the right name. */}
      <TextInput label="Your e-mail" size="md" autoComplete="username" value={offer.email} readOnly />
      {!offer.known && <TextInput label="Your name" size="md" autoComplete="name" {...form.getInputProps('name')} />}
      <PasswordInput
        label={isNew ? 'New password' : 'Your password'}
        description={isNew ? '12 characters or more; length is what helps' : 'The one you sign in to Hometime with'}
        size="md"
        autoComplete={isNew ? 'new-password' : 'current-password'}
        {...form.getInputProps('password')}
      />
      {isNew && (
        <PasswordInput
          label="New password again"
          size="md"
          autoComplete="new-password"
          {...form.getInputProps('again')}
        />
      )}
      {needsCode && (
        <TextInput
          label="Code"
          description="The six digits that your authenticator app shows now, or one of your recovery codes"
          size="md"
          autoComplete="one-time-code"
          {...form.getInputProps('code')}
        />
      )}
      <Button type="submit" size="md" loading={accept.isPending}>
        {offer.purpose === 'reset' ? 'Set it and sign in' : `Join ${offer.settingName}`}
      </Button>
    </form>
  );
}

function Purpose({ offer: { purpose, settingName, role, known } }: { offer: Offer }) {
  if (purpose === 'reset')
    return <p>You are about to set a new password for {settingName}. Everything you are signed in to now ends.</p>;
  return (
    <>
      <p>
        {settingName} invites you as <strong>{roleTitle(role).toLowerCase()}</strong>. {roleMeaning(role)}.
      </p>
      {known && <p>You have an account already, so you keep your name and password.</p>}
    </>
  );
}
