import { NumberInput, Radio } from '@mantine/core';
import styles from '../policy.module.css';
import type { PolicyForm } from '../policy-form.ts';
import { Rule } from '../rule.tsx';

/** Which devices are locked away while the setting is closed. */
export function OutOfHoursPart({ form }: { form: PolicyForm }) {
  return (
    <Rule title="While you are closed" of={['outOfHours']}>
      <Radio.Group
        label="Used or moved out of hours is put on record for"
        {...form.getInputProps('switches.outOfHours.kinds')}
      >
        <div className={styles.choices}>
          <Radio
            value="tablets"
            label="Tablets"
            description="They are locked away; a laptop may be prepared on at home"
          />
          <Radio value="all" label="Every device" />
          <Radio value="none" label="No device" />
        </div>
      </Radio.Group>
      <div className={styles.row}>
        <NumberInput
          label="Minutes around opening hours that still count as open"
          description="For tidying up, and for who comes early"
          min={0}
          max={240}
          {...form.getInputProps('switches.outOfHours.marginMinutes')}
        />
      </div>
    </Rule>
  );
}
