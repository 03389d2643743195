import { Radio, TagsInput } from '@mantine/core';
import styles from '../policy.module.css';
import type { PolicyForm } from '../policy-form.ts';
import { Rule } from '../rule.tsx';

/** Who may sign in on what, and who may install programs. */
export function PeoplePart({ form }: { form: PolicyForm }) {
  return (
    <Rule title="People" of={['mayUseUnassigned', 'mayInstall', 'alwaysAllowed']}>
      <Accounts
        form={form}
        field="mayUseUnassigned"
        label="A device that is assigned to nobody may be used by"
        anybody="Anybody"
        only="Only these accounts"
      />
      <Accounts
        form={form}
        field="mayInstall"
        label="Programs may be installed by"
        anybody="Not decided: what is installed is only shown"
        only="Only these accounts; anything else is put on record"
      />
      <TagsInput
        label="Accounts that are a stranger on no device"
        description="For example the one of your own support. Write the name, then press Enter"
        clearable={false}
        {...form.getInputProps('switches.alwaysAllowed')}
      />
    </Rule>
  );
}

interface AccountsProps {
  form: PolicyForm;
  field: 'mayUseUnassigned' | 'mayInstall';
  label: string;
  anybody: string;
  only: string;
}

function Accounts({ form, field, label, anybody, only }: AccountsProps) {
  const accounts = form.values.switches[field];
  const path = `switches.${field}` as const;
  return (
    <>
      <Radio.Group
        label={label}
        value={accounts === null ? 'anybody' : 'only'}
        onChange={(value) => form.setFieldValue(path, value === 'only' ? (accounts ?? []) : null)}
      >
        <div className={styles.choices}>
          <Radio value="anybody" label={anybody} />
          <Radio value="only" label={only} />
        </div>
      </Radio.Group>
      {accounts !== null && (
        <TagsInput
          aria-label={`${label}: accounts`}
          placeholder="Write an account name, then press Enter"
          clearable={false}
          {...form.getInputProps(path)}
        />
      )}
    </>
  );
}
