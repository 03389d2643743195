import { NativeSelect } from '@mantine/core';
import { useState } from 'react';
import type { IncidentCase } from '../../../../../shared/api/incidents.ts';
import { conductSchema } from '../../../../../shared/incident/entries.ts';
import { severitySchema } from '../../../../../shared/policy/findings.ts';
import { conductChoices } from '../../words/case.ts';
import { severityWords } from '../../words/incident.ts';
import { Reasoned } from './reasoned.tsx';

/** How grave it is, what the conduct was, and why (INC5). */
export function AssessForm({ incident, onDone }: { incident: IncidentCase; onDone: () => void }) {
  const { id } = incident;
  const [severity, setSeverity] = useState(incident.severity);
  const [conduct, setConduct] = useState(incident.conduct ?? 'none');
  return (
    <Reasoned
      incidentId={id}
      does="Write it down"
      refused="It was not written down"
      act={(call, reason) => call('assessIncident', { params: { id }, body: { severity, conduct, reason } })}
      onDone={onDone}
    >
      <NativeSelect
        data-autofocus
        label="How grave it is"
        data={severitySchema.options.map((value) => ({ value, label: severityWords(value).label }))}
        value={severity}
        onChange={(event) => setSeverity(severitySchema.parse(event.currentTarget.value))}
      />
      <NativeSelect
        label="What the conduct was"
        data={conductChoices}
        value={conduct}
        onChange={(event) => setConduct(conductSchema.parse(event.currentTarget.value))}
      />
    </Reasoned>
  );
}
