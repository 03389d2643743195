import { Button, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useBackend } from '../api/backend.ts';
import { sentenceOf } from '../api/call.ts';
import styles from '../page/page.module.css';
import { Refused } from '../page/refused.tsx';
import { Copied } from '../page/shown-once.tsx';
import { refusal } from '../session/form-faults.ts';
import { QrCode } from './qr-code.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';

/** Asks for the secret, shows it to the app, proves it, and shows the recovery codes. */
export function SecondFactorSteps({ onDone }: { onDone: () => void }) {
  const { call } = useBackend();
  const offer = useMutation({ mutationFn: () => call('offerSecondFactor', {}) });
  const [code, setCode] = useState('');
  const prove = useMutation({ mutationFn: () => call('proveSecondFactor', { body: { code } }) });
  if (prove.data !== undefined) return <RecoveryCodes codes={prove.data.recoveryCodes} onDone={onDone} />;
  if (offer.data === undefined)
    return (
      <div className={styles.form}>
        {offer.isError && <Refused title="It could not be begun">{sentenceOf(offer.error)}</Refused>}
        <p>
          You need an authenticator app on your own telephone. Any will do that shows six-digit codes, such as those of
          Google, Microsoft or Apple. Signing in then asks for the code besides your password.
        </p>
        <div className={styles.buttons}>
          <Button data-autofocus loading={offer.isPending} onClick={() => offer.mutate()}>
            I have one
          </Button>
          <Button variant="default" onClick={onDone}>
            Not now
          </Button>
        </div>
      </div>
    );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (code.trim() !== '') prove.mutate();
  };
  return (
    <form className={styles.form} noValidate onSubmit={submit}>
      <p>1. In the app, add an account and point it at this picture.</p>
      <QrCode text={offer.data.uri} label="The picture for your authenticator app; its secret stands below as text" />
      <Copied title="Or type this into the app" what="the secret" text={offer.data.secret} />
      <p>2. Type the six digits that the app shows now. Nothing is on before they are right.</p>
      <TextInput
        label="Code"
        inputMode="numeric"
        autoComplete="one-time-code"
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
        error={prove.isError ? refusal(prove.error, []).sentence : undefined}
      />
      <div className={styles.buttons}>
        <Button type="submit" disabled={code.trim() === ''} loading={prove.isPending}>
          Turn it on
        </Button>
      </div>
    </form>
  );
}
