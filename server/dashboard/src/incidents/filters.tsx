import { NativeSelect, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { categoryCatalogue } from '../../../../shared/incident/categories.ts';
import { severitySchema } from '../../../../shared/policy/findings.ts';
import type { IncidentFilter } from '../api/incidents.ts';
import { severityWords } from '../words/incident.ts';
import styles from './incidents.module.css';

const states = [
  { value: 'unclosed', label: 'Open' },
  { value: 'open', label: 'Open, nobody looks after it yet' },
  { value: 'closed', label: 'Closed' },
  { value: '', label: 'All' },
];
const severities = [
  { value: '', label: 'Any' },
  ...severitySchema.options.toReversed().map((value) => ({ value, label: severityWords(value).label })),
];
const categories = [
  { value: '', label: 'Any' },
  ...Object.entries(categoryCatalogue).map(([value, { label }]) => ({ value, label })),
];
/** A search is sent when the typing pauses. */
const pauseMs = 400;

/** Which cases are shown. */
export function Filters({ filter, onChange }: { filter: IncidentFilter; onChange: (filter: IncidentFilter) => void }) {
  const [words, setWords] = useState(filter.q);
  useEffect(() => {
    const q = words.trim().length >= 2 ? words.trim() : '';
    if (q === filter.q) return undefined;
    const timer = setTimeout(() => onChange({ ...filter, q }), pauseMs);
    return () => clearTimeout(timer);
  }, [words, filter, onChange]);
  const chosen = (name: 'state' | 'severity' | 'category') => ({
    value: filter[name],
    onChange: (event: React.ChangeEvent<HTMLSelectElement>) =>
      onChange({ ...filter, [name]: event.currentTarget.value }),
  });
  return (
    <search className={styles.filters}>
      <NativeSelect label="Which" data={states} {...chosen('state')} />
      <NativeSelect label="How grave" data={severities} {...chosen('severity')} />
      <NativeSelect label="What about" data={categories} {...chosen('category')} />
      <TextInput
        type="search"
        label="Words or reference"
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
      />
    </search>
  );
}
