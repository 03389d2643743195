import { Radio } from '@mantine/core';
import styles from './policy.module.css';

interface WipeApprovalProps {
  field: { value?: string; onChange: (value: string) => void };
}

/** Whether a second administrator has to agree before anything is wiped. */
export function WipeApproval({ field }: WipeApprovalProps) {
  return (
    <Radio.Group
      label="Before a device is wiped"
      description="Whoever asks for it cannot be the one who approves"
      {...field}
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
  );
}
