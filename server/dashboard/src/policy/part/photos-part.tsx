import { Checkbox, NativeSelect, NumberInput, TextInput } from '@mantine/core';
import { firstOutingPhotos } from '../draft.ts';
import styles from '../policy.module.css';
import type { PolicyForm } from '../policy-form.ts';
import { Rule } from '../rule.tsx';

const keeps = [
  { value: 'until-half-term', label: 'until half-term' },
  { value: 'academic-year', label: 'for the academic year' },
  { value: 'any-time', label: 'for any time' },
];

/** How many photos a device may hold, for how long, and on an outing. */
export function PhotosPart({ form }: { form: PolicyForm }) {
  const { outingPhotos } = form.values.switches;
  return (
    <Rule title="Photos and videos" of={['photoLimit', 'photoKeep', 'resourceFolder', 'outingPhotos']}>
      <div className={styles.row}>
        <NumberInput label="Most photos and videos on a tablet" min={0} {...form.getInputProps('photoLimit.tablet')} />
        <NumberInput label="Most photos and videos on a laptop" min={0} {...form.getInputProps('photoLimit.laptop')} />
        <NativeSelect
          label="They may stay on a tablet"
          data={keeps}
          {...form.getInputProps('switches.photoKeep.tablet')}
        />
        <NativeSelect
          label="They may stay on a laptop"
          data={keeps}
          {...form.getInputProps('switches.photoKeep.laptop')}
        />
        <NumberInput
          label="Days of warning"
          description="Photos kept for longer than that after the first warning are put on record"
          min={0}
          max={60}
          {...form.getInputProps('switches.grace.photosDays')}
        />
        <TextInput
          label="Folder of teaching resources"
          description="Photos in a folder of this name do not count towards the limit. Leave it empty when you keep none."
          {...form.getInputProps('resourceFolder')}
          value={form.values.resourceFolder ?? ''}
        />
      </div>
      <Checkbox
        label="Photos on a tablet that goes out are limited"
        checked={outingPhotos !== null}
        onChange={(event) =>
          form.setFieldValue('switches.outingPhotos', event.currentTarget.checked ? firstOutingPhotos : null)
        }
      />
      {outingPhotos !== null && (
        <div className={styles.row}>
          <NumberInput
            label="Most photos on a tablet away from the setting"
            min={0}
            {...form.getInputProps('switches.outingPhotos')}
          />
        </div>
      )}
    </Rule>
  );
}
