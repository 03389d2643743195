import { Checkbox } from '@mantine/core';
import { useState } from 'react';
import type { IncidentCase } from '../../../../../shared/api/incidents.ts';
import { concernsSchema } from '../../../../../shared/incident/entries.ts';
import { usePeople } from '../../api/people.ts';
import { concernedChoices } from '../../words/case.ts';
import { roleTitle } from '../../words/role.ts';
import own from '../incidents.module.css';
import { Reasoned } from './reasoned.tsx';

/** Whom the case is about: they see nothing of it from then on (INC4). */
export function ConcernsForm({ incident, onDone }: { incident: IncidentCase; onDone: () => void }) {
  const { id, concerns } = incident;
  const people = usePeople();
  const [chosen, setChosen] = useState(concerns);
  return (
    <Reasoned
      incidentId={id}
      does="Write it down"
      refused="It was not written down"
      act={(make, reason) => make('nameConcerned', { params: { id }, body: { ...chosen, reason } })}
      onDone={onDone}
    >
      <p>Whoever a case is about sees nothing of it from then on, whatever their role; and is told nothing of it.</p>
      <Checkbox.Group
        label="People with an account"
        value={chosen.people}
        onChange={(ids) => setChosen({ ...chosen, people: ids })}
      >
        <div className={own.choices}>
          {people.data?.items.map((person) => (
            <Checkbox
              key={person.id}
              value={person.id}
              label={`${person.name}, ${roleTitle(person.role).toLowerCase()}`}
            />
          ))}
        </div>
      </Checkbox.Group>
      <Checkbox.Group
        label="Everybody of a role"
        value={chosen.roles}
        onChange={(roles) => setChosen({ ...chosen, roles: concernsSchema.shape.roles.parse(roles) })}
      >
        <div className={own.choices}>
          {concernedChoices.map(({ value, label }) => (
            <Checkbox key={value} value={value} label={value === 'staff' ? 'Everybody else who works here' : label} />
          ))}
        </div>
      </Checkbox.Group>
    </Reasoned>
  );
}
