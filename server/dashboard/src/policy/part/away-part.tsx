import { NativeSelect, NumberInput, Radio } from '@mantine/core';
import styles from '../policy.module.css';
import type { PolicyForm } from '../policy-form.ts';
import { Rule } from '../rule.tsx';

/** The device that leaves the premises unprotected: when, what it does, and what not knowing means. */
export function AwayPart({ form }: { form: PolicyForm }) {
  const field = (name: string) => form.getInputProps(`switches.offSite.${name}`);
  return (
    <Rule title="Away from the setting" of={['offSite']}>
      <Radio.Group label="A device that is not encrypted" {...field('unprotected')}>
        <div className={styles.choices}>
          <Radio value="strict" label="May not leave at all" />
          <Radio
            value="conditional"
            label="May leave when no photos are on it"
            description="A number of photos that is not known counts as some"
          />
        </div>
      </Radio.Group>
      <Radio.Group label="When one leaves all the same" {...field('guard')}>
        <div className={styles.choices}>
          <Radio
            value="block"
            label="It warns, and then blocks itself until it is back"
            description="Also with no network, and after a restart. You can release it here or by telephone"
          />
          <Radio value="warn-only" label="It only warns, and tells you" description="Nobody is kept from using it" />
        </div>
      </Radio.Group>
      <div className={styles.row}>
        <NumberInput
          label="Minutes from the warning to the block"
          description="Shown counting down on its screen"
          min={0}
          {...field('warningMinutes')}
        />
        <NumberInput
          label="Minutes a place may be unknown"
          description="Until then it counts as where it last was"
          min={0}
          {...field('unknownPlaceMinutes')}
        />
      </div>
      <div className={styles.row}>
        <NativeSelect
          label="After that, an unknown place counts as"
          description="Without a network nobody can tell where it is"
          data={[
            { value: 'off-site', label: 'away from the setting' },
            { value: 'last-known', label: 'where it last was' },
            { value: 'unknown', label: 'unknown: only somebody is to look' },
          ]}
          {...field('unknownPlace')}
        />
        <NativeSelect
          label="Encryption that cannot be told, away from the setting"
          description="An old system may not say whether its disk is encrypted"
          data={[
            { value: 'counts-as-unprotected', label: 'counts as not encrypted' },
            { value: 'look', label: 'only somebody is to look' },
          ]}
          {...field('unknownEncryption')}
        />
      </div>
    </Rule>
  );
}
