import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { SessionView } from '../../../../shared/api/people.ts';
import { counted } from '../../../../shared/words.ts';
import { useBackend } from '../api/backend.ts';
import { sentenceOf } from '../api/call.ts';
import { keys } from '../api/keys.ts';
import { Card } from '../page/card.tsx';
import { Dialogue } from '../page/dialogue.tsx';
import styles from '../page/page.module.css';
import { Refused } from '../page/refused.tsx';
import { Said } from '../page/said.tsx';
import { At } from '../page/when.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';
import { SecondFactorSteps } from './second-factor-steps.tsx';

/** Whether the account asks for a code besides the password, and the way to that. */
export function SecondFactorCard({ session }: { session: SessionView }) {
  const { call } = useBackend();
  const cache = useQueryClient();
  const [step, setStep] = useState<'set-up' | 'codes' | 'end'>();
  const { on, dueAt, recoveryCodesLeft } = session.secondFactor;
  const close = () => {
    setStep(undefined);
    void cache.invalidateQueries({ queryKey: keys.session });
  };
  const renew = useMutation({
    mutationFn: () => call('renewRecoveryCodes', {}),
    onSuccess: () => setStep('codes'),
  });
  return (
    <Card title="Second factor">
      <div className={styles.form}>
        {renew.isError && <Refused title="No new codes were made">{sentenceOf(renew.error)}</Refused>}
        {on ? (
          <p>
            <Said said={{ text: 'On: signing in asks for a code of your authenticator app.', tone: 'good' }} />
          </p>
        ) : (
          <p>
            <Said said={{ text: 'Off: whoever learns your password can sign in as you.', tone: 'warn' }} />
          </p>
        )}
        {!on && dueAt !== null && (
          <p>
            As an administrator you need one by <At at={dueAt} />.
          </p>
        )}
        {on && (
          <p className={styles.note}>
            {counted(recoveryCodesLeft, 'recovery code')} left, for when your telephone is not at hand.
          </p>
        )}
        <div className={styles.buttons}>
          {!on && <Button onClick={() => setStep('set-up')}>Set it up</Button>}
          {on && (
            <Button variant="default" loading={renew.isPending} onClick={() => renew.mutate()}>
              Make new recovery codes
            </Button>
          )}
          {on && (
            <Button variant="default" color="red" onClick={() => setStep('end')}>
              Turn it off
            </Button>
          )}
        </div>
      </div>
      <Dialogue opened={step === 'set-up'} onClose={close} title="Set up your second factor" keeps>
        <SecondFactorSteps onDone={close} />
      </Dialogue>
      <Dialogue opened={step === 'codes'} onClose={close} title="Your new recovery codes" keeps>
        {renew.data !== undefined && <RecoveryCodes codes={renew.data.recoveryCodes} onDone={close} />}
      </Dialogue>
      <Dialogue opened={step === 'end'} onClose={close} title="Turn your second factor off">
        <EndSecondFactor isAdministrator={session.role === 'administrator'} onDone={close} />
      </Dialogue>
    </Card>
  );
}

function EndSecondFactor({ isAdministrator, onDone }: { isAdministrator: boolean; onDone: () => void }) {
  const { call } = useBackend();
  const end = useMutation({ mutationFn: () => call('endSecondFactor', {}), onSuccess: onDone });
  return (
    <div className={styles.form}>
      {end.isError && <Refused title="It is still on">{sentenceOf(end.error)}</Refused>}
      <p>
        From then on your password alone signs you in, and your recovery codes end.
        {isAdministrator && ' As an administrator you must set it up again before you can go on.'}
      </p>
      <div className={styles.buttons}>
        <Button color="red" loading={end.isPending} onClick={() => end.mutate()}>
          Turn it off
        </Button>
        <Button variant="default" onClick={onDone}>
          Leave it on
        </Button>
      </div>
    </div>
  );
}
