import { Button, Checkbox, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { Opening } from '../../../../../shared/calendar/opening.ts';
import styles from '../policy.module.css';
import type { PolicyForm } from '../policy-form.ts';
import { Rule } from '../rule.tsx';

type Closure = Opening['closures'][number];

/** Half-terms, holidays and training days: closed from the first to the last day, both included. */
export function ClosuresPart({ form }: { form: PolicyForm }) {
  const { closures } = form.values.opening;
  const put = (rows: Closure[]) => form.setFieldValue('opening.closures', rows);
  const change = (index: number, part: Partial<Closure>) =>
    put(closures.map((one, each) => (each === index ? { ...one, ...part } : one)));
  const add = () => {
    const last = closures.at(-1)?.to ?? new Date().toISOString().slice(0, 10);
    put([...closures, { from: last, to: last, label: '', endsTerm: true }]);
  };
  return (
    <Rule title="Half-terms, holidays and other closed days" of={['photoKeep']}>
      {closures.length === 0 && (
        <p className={styles.hint}>None yet. Photos are to be off the tablets by each half-term.</p>
      )}
      {closures.map((closure, index) => (
        // A list that is only added to and taken from; its rows have no other name.
        // biome-ignore lint/suspicious/noArrayIndexKey: as above.
        <div key={index} className={styles.closure}>
          <TextInput
            label="What you call it"
            placeholder="Autumn half-term"
            value={closure.label}
            error={form.errors[`opening.closures.${index}.label`]}
            onChange={(event) => change(index, { label: event.currentTarget.value })}
          />
          <TextInput
            type="date"
            label="First day"
            value={closure.from}
            error={form.errors[`opening.closures.${index}.from`]}
            onChange={(event) => change(index, { from: event.currentTarget.value })}
          />
          <TextInput
            type="date"
            label="Last day"
            value={closure.to}
            error={form.errors[`opening.closures.${index}`] ?? form.errors[`opening.closures.${index}.to`]}
            onChange={(event) => change(index, { to: event.currentTarget.value })}
          />
          <Checkbox
            label="Half-term or end of term"
            checked={closure.endsTerm}
            onChange={(event) => change(index, { endsTerm: event.currentTarget.checked })}
          />
          <Button
            variant="default"
            size="xs"
            aria-label={`Take out ${closure.label || 'these days'}`}
            onClick={() => put(closures.filter((_one, each) => each !== index))}
          >
            Take out
          </Button>
        </div>
      ))}
      <div className={styles.beside}>
        <Button variant="default" size="xs" leftSection={<IconPlus aria-hidden size={16} />} onClick={add}>
          Add closed days
        </Button>
      </div>
    </Rule>
  );
}
