import { Button, Checkbox, Group, Modal, Radio, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { newEnrolmentLinkSchema } from '../../../../shared/api/devices.ts';
import { type DeviceKind, deviceKindSchema } from '../../../../shared/names.ts';
import { useBackend } from '../api/backend.ts';
import { keys } from '../api/keys.ts';
import { Refused } from '../page/refused.tsx';
import { faultsOf, refusal } from '../session/form-faults.ts';
import { kindWords } from '../words/device.ts';
import { EnrolmentLinkShown } from './enrolment-link-shown.tsx';
import styles from './fleet.module.css';

/** Adds a device: asks its name, then shows its one-time link. */
export function AddDevice({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Add a device"
      size="lg"
      lockScroll={false}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <AddDeviceSteps onClose={onClose} />
    </Modal>
  );
}

function AddDeviceSteps({ onClose }: { onClose: () => void }) {
  const { call } = useBackend();
  const cache = useQueryClient();
  const initialValues: { name: string; kind: DeviceKind; childFacing: boolean } = {
    name: '',
    kind: 'tablet',
    childFacing: false,
  };
  const form = useForm({
    initialValues,
    validate: (values) => {
      const faults = faultsOf(newEnrolmentLinkSchema, values);
      return faults.name ? { name: 'Write a name of up to 60 letters, without slashes' } : {};
    },
  });
  const make = useMutation({
    mutationFn: (values: typeof initialValues) => call('makeEnrolmentLink', { body: values }),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.devices }),
    onError: (error) => form.setErrors(refusal(error, ['name']).byField),
  });
  if (make.data) return <EnrolmentLinkShown made={make.data} name={form.values.name} onClose={onClose} />;
  const sentence = make.isError ? refusal(make.error, ['name']).sentence : '';
  return (
    <form className={styles.form} noValidate onSubmit={form.onSubmit((values) => make.mutate(values))}>
      {sentence !== '' && <Refused>{sentence}</Refused>}
      <TextInput
        data-autofocus
        label="What you call it"
        description="For example “Tablet 3” or “Office laptop”"
        {...form.getInputProps('name')}
      />
      <Radio.Group label="What it is" {...form.getInputProps('kind')}>
        <Group mt="xs">
          {deviceKindSchema.options.map((kind) => (
            <Radio key={kind} value={kind} label={kindWords(kind)} />
          ))}
        </Group>
      </Radio.Group>
      <Checkbox
        label="Children use it"
        description="A web filter is then required on it, and you are told when it is off"
        {...form.getInputProps('childFacing', { type: 'checkbox' })}
      />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={make.isPending}>
          Make its link
        </Button>
      </Group>
    </form>
  );
}
