import { Radio } from '@mantine/core';
import styles from '../policy.module.css';
import type { PolicyForm } from '../policy-form.ts';
import { Rule } from '../rule.tsx';

/** Whether a second administrator has to agree before anything is wiped. */
export function WipePart({ form }: { form: PolicyForm }) {
  return (
    <Rule title="Wiping a device" of={['wipeApproval']}>
      <Radio.Group
        label="Before a device is wiped"
        description="Whoever asks for it cannot be the one who approves"
        {...form.getInputProps('wipeApproval')}
      >
        <div className={styles.choices}>
          <Radio
            value="when-two-administrators"
            label="A second administrator approves, where there are two"
            description="With one administrator alone, that one decides"
          />
          <Radio
            value="always"
            label="A second administrator always approves"
            description="With one administrator alone, nothing can be wiped"
          />
          <Radio
            value="never"
            label="Nobody else is asked"
            description="The password and the device’s name are, as ever"
          />
        </div>
      </Radio.Group>
    </Rule>
  );
}
