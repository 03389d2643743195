import { Button, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { ownBeaconSchema, type Policy } from '../../../../shared/policy/document.ts';
import { faultsOf } from '../session/form-faults.ts';
import styles from './policy.module.css';

interface AddBeaconProps {
  onAsked: (beacon: Policy['beacons'][number]) => void;
}

/** A beacon on another computer, by the key that its command prints. */
export function AddBeacon({ onAsked }: AddBeaconProps) {
  const form = useForm({
    initialValues: { key: '', label: '' },
    validate: ({ key, label }) => {
      const faults = faultsOf(ownBeaconSchema, { key: key.trim(), label: label.trim() });
      return {
        ...(faults.key === undefined ? {} : { key: 'Paste the whole key, 44 letters and signs' }),
        ...(faults.label === undefined ? {} : { label: 'Write a name of up to 60 letters, without slashes' }),
      };
    },
  });
  return (
    <details className={styles.details}>
      <summary>Add a beacon on another computer</summary>
      <form
        className={styles.form}
        noValidate
        onSubmit={form.onSubmit(({ key, label }) => onAsked({ key: key.trim(), label: label.trim() }))}
      >
        <p className={styles.small}>
          On a computer that stays in the building, run <code>npx hometime-agent beacon</code>. It prints its key.
        </p>
        <div className={styles.row}>
          <TextInput label="Its key" {...form.getInputProps('key')} />
          <TextInput label="What you call it" placeholder="Office computer" {...form.getInputProps('label')} />
        </div>
        <div>
          <Button type="submit" variant="default" size="sm">
            Add this beacon…
          </Button>
        </div>
      </form>
    </details>
  );
}
