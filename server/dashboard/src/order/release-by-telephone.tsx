import { Button, Group, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { DeviceView } from '../../../../shared/api/devices.ts';
import { releaseChallengeSchema } from '../../../../shared/command/release-challenge.ts';
import { useBackend } from '../api/backend.ts';
import { useSession } from '../api/queries.ts';
import { Dialogue } from '../page/dialogue.tsx';
import { Refused } from '../page/refused.tsx';
import { At } from '../page/when.tsx';
import { refusal } from '../session/form-faults.ts';
import styles from './order.module.css';
import { ReasonField, reasonFault } from './reason-field.tsx';

interface ReleaseByTelephoneProps {
  device: DeviceView;
  opened: boolean;
  onClose: () => void;
}

/** Releases a locked device that no network reaches: what its screen shows is read out, the code is read back. */
export function ReleaseByTelephone({ device, opened, onClose }: ReleaseByTelephoneProps) {
  return (
    <Dialogue opened={opened} onClose={onClose} title={`Release ${device.name} by telephone`} keeps>
      <Steps device={device} onClose={onClose} />
    </Dialogue>
  );
}

function Steps({ device, onClose }: { device: DeviceView; onClose: () => void }) {
  const { call } = useBackend();
  const [shown, setShown] = useState('');
  const [reason, setReason] = useState('');
  const [faults, setFaults] = useState<{ challenge?: string; reason?: string }>({});
  const ask = useMutation({
    mutationFn: async () => {
      const body = { challenge: shown, reason: reason.trim() };
      const answer = await call('answerReleaseChallenge', { params: { id: device.id }, body });
      return { ...answer, at: new Date().toISOString() };
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const why = reasonFault(reason);
    const found = {
      ...(releaseChallengeSchema.safeParse(shown).success
        ? {}
        : { challenge: 'Eight letters and digits, as the screen shows them: for example K7QM-2XVD' }),
      ...(why === undefined ? {} : { reason: why }),
    };
    setFaults(found);
    if (Object.keys(found).length === 0) ask.mutate();
  };
  if (ask.data !== undefined) return <CodeShown device={device} {...ask.data} onClose={onClose} />;
  return (
    <form className={styles.form} noValidate onSubmit={submit}>
      {ask.isError && <Refused title="There is no code">{refusal(ask.error, []).sentence}</Refused>}
      <p>
        Use this when the device cannot reach the network. Make sure that you know the person on the telephone: whoever
        has the code can use the device.
      </p>
      <TextInput
        data-autofocus
        label="What the locked screen shows"
        description="Ask them to read it out. Capital letters and hyphens do not matter."
        autoComplete="off"
        value={shown}
        onChange={(event) => setShown(event.currentTarget.value)}
        error={faults.challenge}
      />
      <ReasonField value={reason} onChange={setReason} error={faults.reason} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Do nothing
        </Button>
        <Button type="submit" loading={ask.isPending}>
          Show the code
        </Button>
      </Group>
    </form>
  );
}

interface CodeShownProps {
  device: DeviceView;
  challenge: string;
  code: string;
  at: string;
  onClose: () => void;
}

function CodeShown({ device, challenge, code, at, onClose }: CodeShownProps) {
  const session = useSession();
  return (
    <div className={styles.form}>
      <p>Read this back to them, letter by letter. There is no letter O, I, L or U in it.</p>
      <p className={styles.code} role="status">
        {code}
      </p>
      <p>
        It answers {challenge} on {device.name}, once. You will see here that the device is released when it is next in
        touch, and not before.
      </p>
      <p className={styles.meta}>
        On record: asked for by {session.data?.name} at <At at={at} />.
      </p>
      <Group justify="flex-end">
        <Button data-autofocus onClick={onClose}>
          Close
        </Button>
      </Group>
    </div>
  );
}
