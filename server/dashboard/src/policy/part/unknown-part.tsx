import { NativeSelect, NumberInput } from '@mantine/core';
import type { Switches } from '../../../../../shared/policy/switches.ts';
import styles from '../policy.module.css';
import type { PolicyForm } from '../policy-form.ts';
import { Rule } from '../rule.tsx';

const facts: { readonly [Fact in keyof Switches['absence']]: string } = {
  sessions: 'Who is signed in',
  apps: 'Which apps are signed in',
  photos: 'How many photos there are',
  filtering: 'Whether the web is filtered',
  media: 'Whether a memory stick is in',
};

/** What it means when a device cannot tell, and for how long it may be silent. Never that all is well. */
export function UnknownPart({ form }: { form: PolicyForm }) {
  return (
    <Rule title="When something cannot be told" of={['absence', 'silentAfterHours']}>
      <p className={styles.hint}>
        Nothing that is unknown ever counts as well: either somebody is to look, or the rule counts as broken.
      </p>
      <div className={styles.row}>
        {Object.entries(facts).map(([fact, label]) => (
          <NativeSelect
            key={fact}
            label={label}
            data={[
              { value: 'look', label: 'somebody is to look' },
              { value: 'counts-as-broken', label: 'counts as the rule broken' },
            ]}
            {...form.getInputProps(`switches.absence.${fact}`)}
          />
        ))}
        <NumberInput
          label="Hours a device may be silent"
          description="A device not heard from for longer is a finding"
          min={1}
          {...form.getInputProps('silentAfterHours')}
        />
      </div>
    </Rule>
  );
}
