import { Checkbox, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { weekdaySchema } from '../../../../shared/calendar/opening.ts';
import { dayChoices } from '../words/notify.ts';
import own from './notify.module.css';
import type { Draft } from './preferences-draft.ts';

/** On which days and between which times a person is written to. */
export function HoursFields({ form }: { form: UseFormReturnType<Draft> }) {
  const { anyHour } = form.values;
  return (
    <fieldset className={own.hours}>
      <legend>When you may be written to, by the setting’s clock</legend>
      <Checkbox
        label="At any hour"
        checked={anyHour}
        onChange={(event) => form.setFieldValue('anyHour', event.currentTarget.checked)}
      />
      {!anyHour && (
        <>
          <Checkbox.Group
            aria-label="Days"
            value={form.values.days}
            error={form.errors.days}
            onChange={(days) => form.setFieldValue('days', weekdaySchema.array().parse(days))}
          >
            <div className={own.days}>
              {dayChoices.map(({ value, label }) => (
                <Checkbox key={value} value={value} label={label} />
              ))}
            </div>
          </Checkbox.Group>
          <div className={own.times}>
            <TextInput type="time" label="From" {...form.getInputProps('from')} />
            <TextInput type="time" label="To" {...form.getInputProps('to')} />
          </div>
        </>
      )}
    </fieldset>
  );
}
