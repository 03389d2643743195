import { Checkbox, NumberInput, TextInput } from '@mantine/core';
import type { Notice } from '../../../../../shared/command/kind/logout.ts';
import styles from '../order.module.css';
import type { DraftFaults } from './draft.ts';

/** A notice as it is filled in. */
export interface NoticeValues {
  given: boolean;
  seconds: number | string;
  text: string;
}

export const noNotice: NoticeValues = { given: false, seconds: 60, text: '' };

export const noticeSentences: DraftFaults = {
  'notice.seconds': 'Write a whole number of seconds, from 5 to 600',
  'notice.text': 'Write up to 200 letters, on one line',
};

/** The notice for the order; undefined: at once. A field that was emptied is no number: it must not pass for 0. */
export function noticeOf({ given, seconds, text }: NoticeValues): Notice | undefined {
  if (!given) return undefined;
  const words = text.trim();
  return {
    seconds: seconds === '' ? Number.NaN : Number(seconds),
    ...(words === '' ? {} : { text: words }),
  };
}

interface NoticeFieldsProps {
  values: NoticeValues;
  onChange: (values: NoticeValues) => void;
  faults: DraftFaults;
}

/** Whether people are told beforehand, how long, and in which words. */
export function NoticeFields({ values, onChange, faults }: NoticeFieldsProps) {
  return (
    <div className={styles.choices}>
      <Checkbox
        label="Tell them first, so that they can save their work"
        checked={values.given}
        onChange={(event) => onChange({ ...values, given: event.currentTarget.checked })}
      />
      {values.given && (
        <div className={styles.inner}>
          <NumberInput
            label="How many seconds before"
            min={5}
            max={600}
            value={values.seconds}
            onChange={(seconds) => onChange({ ...values, seconds })}
            error={faults['notice.seconds']}
          />
          <TextInput
            label="In which words"
            description="Left empty, the device uses its own words"
            placeholder="The room is closing. Please save your work."
            value={values.text}
            onChange={(event) => onChange({ ...values, text: event.currentTarget.value })}
            error={faults['notice.text']}
          />
        </div>
      )}
    </div>
  );
}
