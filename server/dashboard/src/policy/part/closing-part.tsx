import { Checkbox, NumberInput } from '@mantine/core';
import { firstClosingTime } from '../draft.ts';
import styles from '../policy.module.css';
import type { PolicyForm } from '../policy-form.ts';
import { Rule } from '../rule.tsx';

/** What each device does by itself when the setting closes, also with no server in reach. */
export function ClosingPart({ form }: { form: PolicyForm }) {
  const { closingTime } = form.values.switches;
  const isOn = closingTime !== null;
  return (
    <Rule title="At closing time" of={['closingTime']}>
      <Checkbox
        label="Every device tidies up by itself at closing time"
        description="Also when it cannot reach this server. What it did is on the Hometime page"
        checked={isOn}
        onChange={(event) =>
          form.setFieldValue('switches.closingTime', event.currentTarget.checked ? firstClosingTime : null)
        }
      />
      {isOn && (
        <>
          <div className={styles.choices}>
            <Checkbox
              label="Sign Famly and the other apps out"
              {...form.getInputProps('switches.closingTime.signOutApps', { type: 'checkbox' })}
            />
            <Checkbox
              label="Log people out of the device"
              {...form.getInputProps('switches.closingTime.logOutPeople', { type: 'checkbox' })}
            />
          </div>
          <div className={styles.row}>
            <NumberInput
              label="Minutes of notice before"
              description="Shown on the screen, to finish what one is writing"
              min={0}
              max={60}
              {...form.getInputProps('switches.closingTime.noticeMinutes')}
            />
            <NumberInput
              label="How often it may be put off"
              description="By whoever sits at the device; 0: never"
              min={0}
              max={6}
              {...form.getInputProps('switches.closingTime.postpones')}
            />
            <NumberInput
              label="Minutes, each time it is put off"
              description="From 5 to 60"
              min={5}
              max={60}
              {...form.getInputProps('switches.closingTime.postponeMinutes')}
            />
          </div>
        </>
      )}
    </Rule>
  );
}
