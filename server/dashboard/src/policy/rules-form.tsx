import { Alert, Button, Group, NumberInput, Radio, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Role } from '../../../../shared/api/people.ts';
import { type Policy, policyChangeSchema } from '../../../../shared/policy/document.ts';
import { mayCall } from '../api/allowed.ts';
import { useBackend } from '../api/backend.ts';
import { keys } from '../api/keys.ts';
import { Card } from '../page/card.tsx';
import { faultsOf, refusal } from '../session/form-faults.ts';
import styles from './policy.module.css';
import { WipeApproval } from './wipe-approval.tsx';

interface Edited {
  removableMedia: Policy['removableMedia'];
  personalApps: Policy['personalApps'];
  tablet: number | string;
  laptop: number | string;
  silentAfterHours: number | string;
  resourceFolder: string;
  wipeApproval: Policy['wipeApproval'];
}

/** A field that was emptied is no number: it must not pass for 0. */
function numberOf(value: number | string): number {
  return value === '' ? Number.NaN : Number(value);
}

/** What is edited here, over a policy: the rest of it stays as that policy has it. */
function changeOf(policy: Policy, values: Edited) {
  const folder = values.resourceFolder.trim();
  return {
    networks: policy.networks,
    removableMedia: values.removableMedia,
    personalApps: values.personalApps,
    photoLimit: { tablet: numberOf(values.tablet), laptop: numberOf(values.laptop) },
    silentAfterHours: numberOf(values.silentAfterHours),
    resourceFolder: folder === '' ? null : folder,
    wipeApproval: values.wipeApproval,
  };
}

function editedOf(policy: Policy): Edited {
  const { removableMedia, personalApps, photoLimit, silentAfterHours, resourceFolder, wipeApproval } = policy;
  return {
    removableMedia,
    personalApps,
    ...photoLimit,
    silentAfterHours,
    resourceFolder: resourceFolder ?? '',
    wipeApproval,
  };
}

/** What this person changed, laid over what the policy says now: what another changed meanwhile stays. */
function merged(before: Policy, now: Policy, values: Edited) {
  const [was, is] = [editedOf(before), editedOf(now)];
  const pick = <Name extends keyof Edited>(name: Name): Edited[Name] =>
    values[name] === was[name] ? is[name] : values[name];
  return changeOf(now, {
    removableMedia: pick('removableMedia'),
    personalApps: pick('personalApps'),
    tablet: pick('tablet'),
    laptop: pick('laptop'),
    silentAfterHours: pick('silentAfterHours'),
    resourceFolder: pick('resourceFolder'),
    wipeApproval: pick('wipeApproval'),
  });
}

function faultsOfEdit(policy: Policy, values: Edited): Record<string, string> {
  const faults = faultsOf(policyChangeSchema, changeOf(policy, values));
  const of = (path: string, name: string, say: string) => (faults[path] === undefined ? {} : { [name]: say });
  return {
    ...of('photoLimit.tablet', 'tablet', 'Write a whole number, 0 or more'),
    ...of('photoLimit.laptop', 'laptop', 'Write a whole number, 0 or more'),
    ...of('silentAfterHours', 'silentAfterHours', 'Write a whole number of hours, from 1 to 1440'),
    ...of('resourceFolder', 'resourceFolder', 'Write the folder’s own name, up to 60 letters, without slashes'),
  };
}

/** The switches and limits. A manager sees them; an administrator changes them. */
export function RulesForm({ policy, role, onSaved }: { policy: Policy; role: Role; onSaved: () => void }) {
  // As it was when this person began: what is shown meanwhile may be newer.
  const [before] = useState(policy);
  const { call } = useBackend();
  const cache = useQueryClient();
  const form = useForm<Edited>({
    initialValues: editedOf(policy),
    validate: (values) => faultsOfEdit(policy, values),
  });
  const save = useMutation({
    mutationFn: async (values: Edited) => {
      const current = await call('showPolicy', {});
      return call('changePolicy', { body: merged(before, current, values) });
    },
    onSuccess: (changed) => {
      notifications.show({ color: 'grape', message: 'Saved. Every device is judged again.' });
      cache.setQueryData(keys.policy, changed);
      onSaved();
      return cache.invalidateQueries();
    },
  });
  const fixed = !mayCall('changePolicy', role);
  return (
    <Card title="What you ask of your devices">
      <form className={styles.form} noValidate onSubmit={form.onSubmit((values) => save.mutate(values))}>
        {fixed && <p className={styles.small}>Only an administrator can change these. Ask yours.</p>}
        {save.isError && (
          <Alert role="alert" color="red" title="It was not saved">
            {refusal(save.error, []).sentence}
          </Alert>
        )}
        <fieldset className={styles.fields} disabled={fixed}>
          <legend className={styles.hidden}>Rules</legend>
          <Radio.Group
            label="Memory sticks and cards"
            description="A camera on its cable is shown, and never put on record: it has to be unloaded"
            {...form.getInputProps('removableMedia')}
          >
            <div className={styles.choices}>
              <Radio value="forbidden" label="Not allowed" description="Each one plugged in is put on record" />
              <Radio value="encrypted-only" label="Only encrypted ones" description="Any other is put on record" />
              <Radio value="allowed" label="Allowed" description="They are shown, and nothing is put on record" />
            </div>
          </Radio.Group>
          <Radio.Group label="Social networks and webmail" {...form.getInputProps('personalApps')}>
            <div className={styles.choices}>
              <Radio value="forbidden" label="Not allowed" description="Being signed in to one is put on record" />
              <Radio value="allowed" label="Allowed" description="They are shown, and nothing is put on record" />
            </div>
          </Radio.Group>
          <div className={styles.row}>
            <NumberInput label="Most photos and videos on a tablet" min={0} {...form.getInputProps('tablet')} />
            <NumberInput label="Most photos and videos on a laptop" min={0} {...form.getInputProps('laptop')} />
          </div>
          <TextInput
            label="Folder of teaching resources"
            description="Photos in a folder of this name do not count towards the limit. Leave it empty when you keep none."
            {...form.getInputProps('resourceFolder')}
          />
          <NumberInput
            label="Hours a device may be silent"
            description="A device not heard from for longer is a finding"
            min={1}
            {...form.getInputProps('silentAfterHours')}
          />
          <WipeApproval field={form.getInputProps('wipeApproval')} />
        </fieldset>
        {!fixed && (
          <Group justify="flex-end">
            <Button type="submit" loading={save.isPending}>
              Save
            </Button>
          </Group>
        )}
      </form>
    </Card>
  );
}
