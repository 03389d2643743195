import { NumberInput, Radio } from '@mantine/core';
import styles from '../policy.module.css';
import type { PolicyForm } from '../policy-form.ts';
import { Rule } from '../rule.tsx';

/** Memory sticks and cards. */
export function MediaPart({ form }: { form: PolicyForm }) {
  return (
    <Rule title="Memory sticks and cards" of={['removableMedia']}>
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
      <div className={styles.row}>
        <NumberInput
          label="Minutes before one is put on record"
          description="0: at once"
          min={0}
          {...form.getInputProps('switches.grace.mediaMinutes')}
        />
      </div>
    </Rule>
  );
}

/** The web: social networks, webmail, and the filter. */
export function WebPart({ form }: { form: PolicyForm }) {
  return (
    <Rule title="The web" of={['personalApps', 'filterTests']}>
      <Radio.Group label="Social networks and webmail" {...form.getInputProps('personalApps')}>
        <div className={styles.choices}>
          <Radio value="forbidden" label="Not allowed" description="Being signed in to one is put on record" />
          <Radio value="allowed" label="Allowed" description="They are shown, and nothing is put on record" />
        </div>
      </Radio.Group>
      <div className={styles.row}>
        <NumberInput
          label="Minutes the web filter may be off"
          description="On a device that children use; after that it is put on record"
          min={0}
          {...form.getInputProps('switches.grace.filteringMinutes')}
        />
      </div>
    </Rule>
  );
}
