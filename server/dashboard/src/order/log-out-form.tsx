import { Alert, Button, Group, Radio, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { DeviceView } from '../../../../shared/api/devices.ts';
import type { CommandArgs } from '../../../../shared/command/kinds.ts';
import { reasonSchema } from '../../../../shared/names.ts';
import type { Session } from '../../../../shared/report/sessions.ts';
import { useBackend } from '../api/backend.ts';
import { putOrder } from '../live/live.ts';
import { useNow } from '../live/use-now.ts';
import { refusal } from '../session/form-faults.ts';
import { isInTouch, oldFacts } from '../words/presence.ts';
import { sessionWords } from '../words/sessions.ts';
import { unknownSaid } from '../words/unknown.ts';
import styles from './order.module.css';

interface LogOutFormProps {
  device: DeviceView;
  onOrdered: (orderId: string) => void;
  onCancel: () => void;
}

const everyone = 'everyone';

/** Whom to log out, and why; says beforehand what will happen when. */
export function LogOutForm({ device, onOrdered, onCancel }: LogOutFormProps) {
  const { call } = useBackend();
  const cache = useQueryClient();
  const form = useForm({
    initialValues: { whom: everyone, reason: '' },
    validate: {
      whom: (whom) =>
        argsFor(whom, device) === undefined ? 'That session is no longer there. Choose again whom to log out.' : null,
      reason: (reason) =>
        reasonSchema.safeParse(reason.trim()).success
          ? null
          : 'Write why, in 3 to 500 letters. It is kept with the order.',
    },
  });
  const order = useMutation({
    mutationFn: ({ args, reason }: { args: CommandArgs<'logout'>; reason: string }) =>
      call('orderCommand', {
        params: { id: device.id },
        body: { kind: 'logout', args, reason: reason.trim() },
      }),
    onSuccess: (made) => {
      putOrder(cache, made);
      onOrdered(made.id);
    },
    onError: (error) => form.setErrors(refusal(error, ['reason']).byField),
  });
  const submit = ({ whom, reason }: typeof form.values) => {
    const args = argsFor(whom, device);
    if (args !== undefined) order.mutate({ args, reason });
  };
  const sentence = order.isError ? refusal(order.error, ['reason']).sentence : '';
  return (
    <form className={styles.form} noValidate onSubmit={form.onSubmit(submit)}>
      {sentence !== '' && (
        <Alert role="alert" color="red" title="The order was not taken">
          {sentence}
        </Alert>
      )}
      <Whom device={device} field={form.getInputProps('whom')} />
      <Textarea
        label="Why"
        description="Kept in the record with your name"
        autosize
        minRows={2}
        {...form.getInputProps('reason')}
      />
      <p className={styles.meta}>{whatHappens(device)}</p>
      <Group justify="flex-end">
        <Button variant="default" onClick={onCancel}>
          Do nothing
        </Button>
        <Button type="submit" loading={order.isPending}>
          {form.values.whom === everyone ? 'Log everyone out' : 'Log this session out'}
        </Button>
      </Group>
    </form>
  );
}

function Whom({ device, field }: { device: DeviceView; field: { value?: string; onChange: (value: string) => void } }) {
  const now = useNow();
  const reading = device.sections.sessions;
  const sessions = sessionsOf(device);
  const old = oldFacts(device.presence, now);
  const said =
    reading.state === 'unknown'
      ? `${unknownSaid(reading).text}.`
      : sessions.length === 0
        ? 'The device says that nobody is signed in.'
        : '';
  return (
    <Radio.Group
      label="Whom"
      description={[said, old && `This is ${old}.`].filter(Boolean).join(' ') || undefined}
      {...field}
    >
      <div className={styles.choices}>
        <Radio data-autofocus value={everyone} label="Everyone who is signed in when the order arrives" />
        {sessions.map((session) => (
          <Radio
            key={keyOf(session)}
            value={keyOf(session)}
            label={session.person}
            description={sessionWords(session, now)}
          />
        ))}
      </div>
    </Radio.Group>
  );
}

function sessionsOf({ sections }: DeviceView): readonly Session[] {
  return sections.sessions.state === 'known' ? sections.sessions.value.sessions : [];
}

/** One sign-in and no other: its number alone may be somebody else's by the time the form is sent. */
function keyOf({ id, person, since }: Session): string {
  return JSON.stringify([id, person, since]);
}

/** undefined: the session that was chosen is gone. */
function argsFor(whom: string, device: DeviceView): CommandArgs<'logout'> | undefined {
  if (whom === everyone) return {};
  const chosen = sessionsOf(device).find((session) => keyOf(session) === whom);
  return chosen && { sessions: [{ id: chosen.id, person: chosen.person, since: chosen.since }] };
}

function whatHappens(device: DeviceView): string {
  if (device.observeMode === true)
    return 'This device is in observe mode: it reports and refuses to act. It will refuse this order and say so.';
  const lost = 'What is open and not saved on the device is lost.';
  return isInTouch(device.presence.state)
    ? `The device is in touch and gets the order at once. ${lost}`
    : `The device is out of touch. The order waits and will run when the device is next seen. ${lost}`;
}
