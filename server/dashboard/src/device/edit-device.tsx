import { Button, Checkbox, Group, Modal, Radio, TagsInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconPencil } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type DeviceView, devicePatchSchema } from '../../../../shared/api/devices.ts';
import { useBackend } from '../api/backend.ts';
import { keys } from '../api/keys.ts';
import { Refused } from '../page/refused.tsx';
import { faultsOf, refusal } from '../session/form-faults.ts';
import { peopleOf } from '../words/sessions.ts';
import styles from './device.module.css';

/** What a person says of a device: its name, whom it is for, whether children use it. */
export function EditDevice({ device }: { device: DeviceView }) {
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button variant="default" leftSection={<IconPencil aria-hidden size={18} />} onClick={() => setOpened(true)}>
        Edit
      </Button>
      <Modal
        opened={opened}
        onClose={() => setOpened(false)}
        title={`Edit ${device.name}`}
        size="lg"
        lockScroll={false}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <EditForm device={device} onDone={() => setOpened(false)} />
      </Modal>
    </>
  );
}

interface Edited {
  name: string;
  whom: string;
  people: string[];
  childFacing: boolean;
}

function patchOf({ name, whom, people, childFacing }: Edited) {
  return { name: name.trim(), childFacing, assignedPeople: whom === 'anyone' ? null : people };
}

function faultsOfEdit(values: Edited): Record<string, string> {
  const faults = faultsOf(devicePatchSchema, patchOf(values));
  const hasPeopleFault = Object.keys(faults).some((path) => path.startsWith('assignedPeople'));
  return {
    ...(faults.name === undefined ? {} : { name: 'Write a name of up to 60 letters, without slashes' }),
    ...(hasPeopleFault ? { people: 'Account names have up to 64 letters and no slashes' } : {}),
  };
}

function EditForm({ device, onDone }: { device: DeviceView; onDone: () => void }) {
  const { call } = useBackend();
  const cache = useQueryClient();
  const initialValues: Edited = {
    name: device.name,
    whom: device.assignedPeople === null ? 'anyone' : 'named',
    people: device.assignedPeople ?? [],
    childFacing: device.childFacing,
  };
  const form = useForm({ initialValues, validate: faultsOfEdit });
  const save = useMutation({
    mutationFn: (values: Edited) => call('changeDevice', { params: { id: device.id }, body: patchOf(values) }),
    onSuccess: (changed) => {
      cache.setQueryData(keys.device(device.id), changed);
      onDone();
      return cache.invalidateQueries({ queryKey: keys.devices });
    },
    onError: (error) => form.setErrors(refusal(error, ['name']).byField),
  });
  const sentence = save.isError ? refusal(save.error, ['name']).sentence : '';
  const { sessions } = device.sections;
  return (
    <form className={styles.form} noValidate onSubmit={form.onSubmit((values) => save.mutate(values))}>
      {sentence !== '' && <Refused title="It was not saved">{sentence}</Refused>}
      <TextInput data-autofocus label="Name" {...form.getInputProps('name')} />
      <Radio.Group label="Who may sign in" {...form.getInputProps('whom')}>
        <div className={styles.choices}>
          <Radio value="anyone" label="Anyone" description="Nobody is reported as a stranger" />
          <Radio
            value="named"
            label="Only these accounts"
            description="Anyone else is reported, and put on record as misuse"
          />
        </div>
      </Radio.Group>
      {form.values.whom === 'named' && (
        <TagsInput
          label="Account names on the device"
          description="As the device writes them. Press Enter after each. None at all: nobody may."
          data={sessions.state === 'known' ? peopleOf(sessions.value.sessions) : []}
          {...form.getInputProps('people')}
        />
      )}
      <Checkbox
        label="Children use it"
        description="A web filter is then required on it, and you are told when it is off"
        {...form.getInputProps('childFacing', { type: 'checkbox' })}
      />
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        <Button type="submit" loading={save.isPending}>
          Save
        </Button>
      </Group>
    </form>
  );
}
