import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { type Weekday, weekdayNames, weekdaySchema } from '../../../../../shared/calendar/opening.ts';
import styles from '../policy.module.css';
import type { PolicyForm } from '../policy-form.ts';
import { Rule } from '../rule.tsx';

const usualDays: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri'];
const usual = { opens: '08:00', closes: '18:00' };

/** When the setting is open, day by day: closing time is Hometime. */
export function HoursPart({ form }: { form: PolicyForm }) {
  const { week } = form.values.opening;
  const put = (rows: typeof week) =>
    form.setFieldValue(
      'opening.week',
      weekdaySchema.options.flatMap((day) => rows.filter((row) => row.day === day)),
    );
  const change = (day: Weekday, hours: { opens: string; closes: string } | undefined) =>
    put([...week.filter((row) => row.day !== day), ...(hours === undefined ? [] : [{ day, ...hours }])]);
  const [first] = week;
  return (
    <Rule title="Opening hours" of={['opening']}>
      {week.length === 0 && (
        <p className={styles.hint}>
          You have not said when you are open, so nothing happens at closing time and nothing counts as out of hours.
        </p>
      )}
      <div className={styles.days}>
        {weekdaySchema.options.map((day) => {
          const name = weekdayNames[day];
          const row = week.find((one) => one.day === day);
          const fault = form.errors[`opening.week.${week.findIndex((one) => one.day === day)}`];
          return (
            <div key={day} className={styles.day}>
              <Checkbox
                label={name}
                checked={row !== undefined}
                onChange={(event) => change(day, event.currentTarget.checked ? (first ?? usual) : undefined)}
              />
              {row === undefined ? (
                <span className={styles.small}>closed</span>
              ) : (
                <span className={styles.times}>
                  <TextInput
                    type="time"
                    aria-label={`${name}: opens`}
                    value={row.opens}
                    onChange={(event) => change(day, { ...row, opens: event.currentTarget.value })}
                  />
                  <span aria-hidden>to</span>
                  <TextInput
                    type="time"
                    aria-label={`${name}: closes`}
                    value={row.closes}
                    error={fault}
                    onChange={(event) => change(day, { ...row, closes: event.currentTarget.value })}
                  />
                </span>
              )}
            </div>
          );
        })}
      </div>
      <div className={styles.beside}>
        <Button
          variant="default"
          size="xs"
          onClick={() =>
            put(usualDays.map((day) => ({ day, opens: (first ?? usual).opens, closes: (first ?? usual).closes })))
          }
        >
          {first === undefined ? 'Monday to Friday, 08:00 to 18:00' : `Monday to Friday as ${weekdayNames[first.day]}`}
        </Button>
      </div>
      <div className={styles.row}>
        <NativeSelect
          label="Closed on the bank holidays of"
          data={[
            { value: 'england', label: 'England' },
            { value: 'wales', label: 'Wales' },
            { value: 'scotland', label: 'Scotland' },
            { value: 'northern-ireland', label: 'Northern Ireland' },
            { value: 'none', label: 'none: we are open on them' },
          ]}
          {...form.getInputProps('opening.bankHolidays')}
        />
        <TextInput
          label="The academic year begins on"
          description="Month and day, such as 09-01 for 1 September"
          {...form.getInputProps('opening.academicYearFrom')}
        />
      </div>
    </Rule>
  );
}
